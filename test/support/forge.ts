import { context, contextConstructed, Tag } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';

/** Certificates with any field odd: their signatures are noise, everything else is what a test asks for. */
export interface Forgery {
  readonly version?: Uint8Array | null;
  /** The content of the serial number's INTEGER. */
  readonly serial?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly subject?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly publicKey?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  /** The algorithm in the signed part, and outside unless `outerAlgorithm` says otherwise. */
  readonly algorithm?: Uint8Array;
  readonly outerAlgorithm?: Uint8Array;
  readonly signature?: Uint8Array;
}

const ecdsaSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** A point on P-256: its generator. */
const generator =
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';

export const p256Key = sequence(
  sequence(objectIdentifier('1.2.840.10045.2.1'), objectIdentifier('1.2.840.10045.3.1.7')),
  bitString(Buffer.from(generator, 'hex')),
);

export const utcTime = (text: string): Buffer => element(Tag.utcTime, Buffer.from(text, 'latin1'));
export const generalizedTime = (text: string): Buffer => element(Tag.generalizedTime, Buffer.from(text, 'latin1'));
export const utf8String = (text: string): Buffer => element(Tag.utf8String, Buffer.from(text, 'utf8'));

/** A name of relative names, each of attributes [OID, value]. */
export function name(...rdns: readonly (readonly (readonly [oid: string, value: Uint8Array])[])[]): Buffer {
  return sequence(
    ...rdns.map((rdn) => element(Tag.set, ...rdn.map(([oid, value]) => sequence(objectIdentifier(oid), value)))),
  );
}

export const commonName = (text: string): Buffer => name([['2.5.4.3', utf8String(text)]]);

export function extension(oid: string, value: Uint8Array, ...flag: readonly Uint8Array[]): Buffer {
  return sequence(objectIdentifier(oid), ...flag, octetString(value));
}

export function forgeCertificate(forgery: Forgery = {}): Buffer {
  const {
    version = integer(2),
    serial = Buffer.of(1),
    issuer = commonName('issuer'),
    subject = commonName('subject'),
    notBefore = utcTime('260101000000Z'),
    notAfter = utcTime('360101000000Z'),
    publicKey = p256Key,
    extensions = [],
    algorithm = ecdsaSha256,
    outerAlgorithm = algorithm,
    signature = element(Tag.bitString, Buffer.from('0030060201010201ff'.slice(0, 16), 'hex')),
  } = forgery;
  const tbs = sequence(
    ...(version === null ? [] : [element(contextConstructed(0), version)]),
    element(Tag.integer, serial),
    algorithm,
    issuer,
    sequence(notBefore, notAfter),
    subject,
    publicKey,
    ...(extensions.length === 0 ? [] : [element(contextConstructed(3), sequence(...extensions))]),
  );
  return sequence(tbs, outerAlgorithm, signature);
}

/** GeneralNames of one dNSName each. */
export const dnsNames = (...names: readonly string[]): Buffer =>
  sequence(...names.map((each) => element(context(2), Buffer.from(each, 'latin1'))));

export interface ForgedCrl {
  readonly version?: Uint8Array | null;
  readonly thisUpdate?: Uint8Array;
  readonly nextUpdate?: Uint8Array | null;
  readonly entries?: readonly Uint8Array[];
  readonly extensions?: readonly Uint8Array[];
  readonly outerAlgorithm?: Uint8Array;
}

/** An entry of a CRL: the content of its serial number, and a reason. */
export function crlEntry(serial: Uint8Array, reason?: number | Uint8Array, date = utcTime('260501120000Z')): Buffer {
  const code = typeof reason === 'number' ? element(Tag.enumerated, Buffer.of(reason)) : reason;
  return sequence(
    element(Tag.integer, serial),
    date,
    ...(code === undefined ? [] : [sequence(extension('2.5.29.21', code))]),
  );
}

/** A CRL with any field odd; by itself one of four entries, the third of them on hold. */
export function forgeCrl(forgery: ForgedCrl = {}): Buffer {
  const {
    version = integer(1),
    thisUpdate = utcTime('260501000000Z'),
    nextUpdate = utcTime('260508000000Z'),
    entries = [undefined, 1, 6, 9].map((reason, i) => crlEntry(Buffer.of(i + 1), reason)),
    extensions = [extension('2.5.29.20', integer(300))],
    outerAlgorithm = ecdsaSha256,
  } = forgery;
  const tbs = sequence(
    ...(version === null ? [] : [version]),
    ecdsaSha256,
    commonName('issuer'),
    thisUpdate,
    ...(nextUpdate === null ? [] : [nextUpdate]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(extensions.length === 0 ? [] : [element(contextConstructed(0), sequence(...extensions))]),
  );
  return sequence(tbs, outerAlgorithm, bitString(sequence(integer(1), integer(1))));
}
