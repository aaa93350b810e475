import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { Certificate } from '../../src/x509/certificate.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { type ExtensionShape, generalName, type Made, namedBits } from './test-ca.js';

/** Revocation lists and OCSP responses for tests: every field can be what no CA would make it. */

export interface EntryShape {
  /** The content of the INTEGER, or the certificate whose serial number it is. */
  readonly of: Made | Buffer;
  readonly time?: string;
  readonly reason?: number;
  /** The name in certificateIssuer. */
  readonly issuer?: Buffer;
  readonly extensions?: Readonly<Record<string, ExtensionShape>>;
  /** After those, also one that is there already. */
  readonly more?: readonly (readonly [oid: string, extension: ExtensionShape])[];
}

export interface ListShape {
  readonly entries?: readonly EntryShape[];
  readonly thisUpdate?: string;
  readonly nextUpdate?: string | null;
  readonly number?: number | null;
  /** The number of the complete list a delta goes with. */
  readonly base?: number;
  readonly scope?: Buffer;
  readonly signedBy?: KeyObject;
  readonly extensions?: Readonly<Record<string, ExtensionShape>>;
}

const TRUE = element(Tag.boolean, Buffer.of(0xff));

const extensionsOf = (shapes: Readonly<Record<string, ExtensionShape>>): Buffer =>
  extensionList(Object.entries(shapes));

function extensionList(list: readonly (readonly [oid: string, extension: ExtensionShape])[]): Buffer {
  const made = list.map(([oid, { critical = false, value }]) =>
    sequence(objectIdentifier(oid), ...(critical ? [TRUE] : []), octetString(value)),
  );
  return sequence(...made);
}

const digits = (time: string): string => time.replace(/[-T:]/g, '');
const utc = (time: string): Buffer => element(Tag.utcTime, Buffer.from(digits(time).slice(2)));
const generalized = (time: string): Buffer => element(Tag.generalizedTime, Buffer.from(digits(time)));

const serialOf = (of: Made | Buffer): Uint8Array => ('der' in of ? new Certificate(of.der).serialBytes : of);

/** ECDSA with SHA-256, as the keys of test-ca want it. */
const algorithm = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

function entry({ of, time = '2026-05-01T00:00:00Z', reason, issuer, extensions = {}, more = [] }: EntryShape): Buffer {
  const shapes: Record<string, ExtensionShape> = {
    ...(reason === undefined
      ? {}
      : { [ExtensionOid.reasonCode]: { value: element(Tag.enumerated, Buffer.of(reason)) } }),
    ...(issuer === undefined
      ? {}
      : { [ExtensionOid.certificateIssuer]: { critical: true, value: sequence(element(0xa4, issuer)) } }),
    ...extensions,
  };
  const list = [...Object.entries(shapes), ...more];
  const rest = list.length === 0 ? [] : [extensionList(list)];
  return sequence(element(Tag.integer, serialOf(of)), utc(time), ...rest);
}

/** A list. Unless said otherwise it is number 5, in force from June to December 2026. */
export function makeList(issuer: Made, shape: ListShape = {}): Buffer {
  const { entries = [], thisUpdate = '2026-06-01T00:00:00Z', nextUpdate = '2026-12-01T00:00:00Z', number = 5 } = shape;
  const { base, scope, signedBy = issuer.key } = shape;
  const extensions = extensionsOf({
    ...(number === null ? {} : { [ExtensionOid.crlNumber]: { value: integer(number) } }),
    ...(base === undefined ? {} : { [ExtensionOid.deltaCrlIndicator]: { critical: true, value: integer(base) } }),
    ...(scope === undefined ? {} : { [ExtensionOid.issuingDistributionPoint]: { critical: true, value: scope } }),
    ...shape.extensions,
  });
  const tbs = sequence(
    integer(1),
    algorithm,
    issuer.name,
    utc(thisUpdate),
    ...(nextUpdate === null ? [] : [utc(nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(Buffer.concat(entries.map(entry)))]),
    ...(extensions.length === 2 ? [] : [element(0xa0, extensions)]),
  );
  return sequence(tbs, algorithm, bitString(sign('sha256', tbs, signedBy)));
}

export interface ScopeShape {
  /** URLs, or a directory name. */
  readonly names?: readonly (string | Buffer)[];
  readonly users?: boolean;
  readonly cas?: boolean;
  readonly attributes?: boolean;
  /** Numbers of bits of ReasonFlags. */
  readonly reasons?: readonly number[];
  readonly isIndirect?: boolean;
}

const generalNames = (names: readonly (string | Buffer)[]): Buffer[] =>
  names.map((name) => (typeof name === 'string' ? generalName(name) : element(0xa4, name)));

const pointName = (names: readonly (string | Buffer)[]): Buffer[] =>
  names.length === 0 ? [] : [element(0xa0, element(0xa0, ...generalNames(names)))];

const flag = (number: number, value: boolean | undefined): Buffer[] =>
  value === true ? [element(0x80 | number, Buffer.of(0xff))] : [];

const reasonFlags = (number: number, bits: readonly number[] | undefined): Buffer[] =>
  bits === undefined ? [] : [element(0x80 | number, namedBits(...bits).subarray(2))];

/** An issuing distribution point. */
export const scopeOf = ({ names = [], users, cas, attributes, reasons, isIndirect }: ScopeShape): Buffer =>
  sequence(
    ...pointName(names),
    ...flag(1, users),
    ...flag(2, cas),
    ...reasonFlags(3, reasons),
    ...flag(4, isIndirect),
    ...flag(5, attributes),
  );

export interface PointShape {
  readonly names?: readonly (string | Buffer)[];
  readonly reasons?: readonly number[];
  readonly issuer?: Buffer;
}

/** CRL distribution points of a certificate. */
export const pointsOf = (...points: readonly PointShape[]): ExtensionShape => ({
  value: sequence(
    ...points.map(({ names = [], reasons, issuer }) =>
      sequence(
        ...pointName(names),
        ...reasonFlags(1, reasons),
        ...(issuer === undefined ? [] : [element(0xa2, element(0xa4, issuer))]),
      ),
    ),
  ),
});

export interface ResponseShape {
  /** Of the certificate: good unless given. */
  readonly status?: 'good' | 'unknown' | { readonly time?: string; readonly reason?: number };
  readonly hash?: 'sha1' | 'sha256';
  /** The certificate it is about in place of the one asked for. */
  readonly about?: Made;
  readonly signer?: Made;
  /** Sent along; the signer, where that is not the issuer. */
  readonly certificates?: readonly Made[];
  readonly byKey?: boolean;
  readonly signedBy?: KeyObject;
  readonly thisUpdate?: string;
  readonly nextUpdate?: string | null;
  readonly producedAt?: string;
  readonly nonce?: Buffer;
  readonly extensions?: Readonly<Record<string, ExtensionShape>>;
}

const hashOids = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' };

/** The octets of a key's BIT STRING. */
function keyOctets(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  // An uncompressed point of P-256 is the last 65 octets.
  return spki.subarray(-65);
}

/** A response about a certificate of a CA. Unless said otherwise it is in force from June to December 2026. */
export function makeResponse(issuer: Made, certificate: Made, shape: ResponseShape = {}): Buffer {
  const { status = 'good', hash = 'sha1', about = certificate, signer = issuer, byKey = false } = shape;
  const { thisUpdate = '2026-06-01T00:00:00Z', nextUpdate = '2026-12-01T00:00:00Z', producedAt = thisUpdate } = shape;
  const digest = (octets: Buffer): Buffer => octetString(createHash(hash).update(octets).digest());
  const id = sequence(
    sequence(objectIdentifier(hashOids[hash]), nullValue()),
    digest(issuer.name),
    digest(keyOctets(issuer.key)),
    element(Tag.integer, serialOf(about)),
  );
  const word =
    status === 'good'
      ? element(0x80)
      : status === 'unknown'
        ? element(0x82)
        : element(
            0xa1,
            generalized(status.time ?? '2026-05-01T00:00:00Z'),
            ...(status.reason === undefined ? [] : [element(0xa0, element(Tag.enumerated, Buffer.of(status.reason)))]),
          );
  const single = sequence(
    id,
    word,
    generalized(thisUpdate),
    ...(nextUpdate === null ? [] : [element(0xa0, generalized(nextUpdate))]),
  );
  const extensions = {
    ...(shape.nonce === undefined ? {} : { '1.3.6.1.5.5.7.48.1.2': { value: octetString(shape.nonce) } }),
    ...shape.extensions,
  };
  const tbs = sequence(
    byKey
      ? element(0xa2, octetString(createHash('sha1').update(keyOctets(signer.key)).digest()))
      : element(0xa1, signer.name),
    generalized(producedAt),
    sequence(single),
    ...(Object.keys(extensions).length === 0 ? [] : [element(0xa1, extensionsOf(extensions))]),
  );
  const certificates = shape.certificates ?? (signer === issuer ? [] : [signer]);
  const basic = sequence(
    tbs,
    algorithm,
    bitString(sign('sha256', tbs, shape.signedBy ?? signer.key)),
    ...(certificates.length === 0 ? [] : [element(0xa0, sequence(...certificates.map(({ der }) => der)))]),
  );
  const bytes = sequence(objectIdentifier('1.3.6.1.5.5.7.48.1.1'), octetString(basic));
  return sequence(element(Tag.enumerated, Buffer.of(0)), element(0xa0, bytes));
}

/** A response with a status and nothing else. */
export const makeRefusal = (status: number): Buffer => sequence(element(Tag.enumerated, Buffer.of(status)));
