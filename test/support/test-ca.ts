import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Tag } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { parseIpAddress } from '../../src/text/ip-address.js';
import { ExtensionOid } from '../../src/x509/extension.js';

/**
 * Certificates for tests of what they may be trusted with: every field can be what no CA would make it. Each has all that
 * RFC 5280 and the Baseline Requirements want, but for what a test asks for.
 */
export interface Made {
  /** The octets of its subject. */
  readonly name: Buffer;
  readonly key: KeyObject;
  readonly der: Buffer;
  /** The shape it is made from, for another one like it. */
  readonly shape: Shape;
}

export interface Shape {
  /** The key of the subject, one of its own unless given. */
  readonly key?: KeyObject;
  /** The subject in DER in place of a common name. */
  readonly name?: Buffer;
  /** Who issues it in the place of its issuer, as far as the name is concerned. */
  readonly issuerName?: Buffer;
  readonly signedBy?: KeyObject;
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly ca?: boolean;
  readonly pathLength?: number;
  /** Host names and addresses; a CA has none. */
  readonly names?: readonly string[];
  readonly serial?: Buffer;
  readonly version?: number;
  readonly hash?: 'sha1' | 'sha256';
  /** Instead of the usual ones, by OID; null leaves one out. */
  readonly extensions?: Readonly<Record<string, ExtensionShape | null>>;
}

export interface ExtensionShape {
  readonly critical?: boolean;
  readonly value: Buffer;
}

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A name of one common name. */
export const commonName = (text: string): Buffer => distinguishedName(['2.5.4.3', text]);

/** A name of attributes, OID and text each. */
export const distinguishedName = (...attributes: readonly (readonly [oid: string, text: string])[]): Buffer =>
  sequence(
    ...attributes.map(([oid, text]) =>
      element(Tag.set, sequence(objectIdentifier(oid), element(Tag.utf8String, Buffer.from(text)))),
    ),
  );

const extension = (oid: string, { critical = false, value }: ExtensionShape): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [element(Tag.boolean, Buffer.of(0xff))] : []), octetString(value));

/** A general name: an address, a mailbox, a URI or a host name. */
export function generalName(text: string): Buffer {
  const address = parseIpAddress(text);
  if (address !== undefined) return element(0x87, address);
  const tag = text.includes('://') ? 0x86 : text.includes('@') ? 0x81 : 0x82;
  return element(tag, Buffer.from(text, 'latin1'));
}

export const altNames = (...names: readonly string[]): Buffer => sequence(...names.map(generalName));

/** Named bits by their numbers. */
export function namedBits(...numbers: readonly number[]): Buffer {
  const last = Math.max(...numbers);
  const octets = Buffer.alloc((last >> 3) + 1);
  for (const number of numbers) octets[number >> 3] = (octets[number >> 3] ?? 0) | (0x80 >> (number & 7));
  return element(Tag.bitString, Buffer.of(7 - (last & 7)), octets);
}

export const DIGITAL_SIGNATURE = 0;
export const KEY_CERT_SIGN = 5;
export const CRL_SIGN = 6;

export const oids = (...dotted: readonly string[]): Buffer => sequence(...dotted.map(objectIdentifier));

export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';

/** Name constraints: GeneralNames of both kinds, as they stand in subtrees. */
export const nameConstraints = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): ExtensionShape => ({
  critical: true,
  value: sequence(
    ...[permitted, excluded].flatMap((names, i) =>
      names.length === 0 ? [] : [element(0xa0 + i, ...names.map((name) => sequence(name)))],
    ),
  ),
});

/** An address range for name constraints, as `192.0.2.0/255.255.255.0`. */
export function ipRange(text: string): Buffer {
  const octets = text.split('/').map((each) => parseIpAddress(each) ?? Buffer.alloc(0));
  return element(0x87, ...octets);
}

export const policies = (...dotted: readonly string[]): ExtensionShape => ({
  value: sequence(...dotted.map((oid) => sequence(objectIdentifier(oid)))),
});

export const policyMappings = (...pairs: readonly (readonly [from: string, to: string])[]): ExtensionShape => ({
  critical: true,
  value: sequence(...pairs.map(([from, to]) => sequence(objectIdentifier(from), objectIdentifier(to)))),
});

export const basicConstraints = (ca: boolean, pathLength?: number): Buffer =>
  sequence(
    ...(ca ? [element(Tag.boolean, Buffer.of(0xff))] : []),
    ...(pathLength === undefined ? [] : [integer(pathLength)]),
  );

const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });

export const keyIdOf = (key: KeyObject): Buffer => createHash('sha1').update(spkiOf(key)).digest();

function usualExtensions(shape: Shape, key: KeyObject, issuer: KeyObject): Record<string, ExtensionShape> {
  const { ca = false, pathLength, names = [] } = shape;
  return {
    [ExtensionOid.basicConstraints]: { critical: true, value: basicConstraints(ca, pathLength) },
    [ExtensionOid.keyUsage]: {
      critical: true,
      value: ca ? namedBits(KEY_CERT_SIGN, CRL_SIGN) : namedBits(DIGITAL_SIGNATURE),
    },
    [ExtensionOid.subjectKeyId]: { value: octetString(keyIdOf(key)) },
    [ExtensionOid.authorityKeyId]: { value: sequence(element(0x80, keyIdOf(issuer))) },
    ...(ca ? {} : { [ExtensionOid.extendedKeyUsage]: { value: oids(SERVER_AUTH) } }),
    ...(names.length === 0 ? {} : { [ExtensionOid.subjectAltName]: { value: altNames(...names) } }),
  };
}

/** A certificate of this common name, issued by `issuer`, or by itself. */
export function make(text: string, issuer?: Made, shape: Shape = {}): Made {
  const { key = newKey(), name = text === '' ? sequence() : commonName(text), version = 3, serial } = shape;
  const signer = shape.signedBy ?? issuer?.key ?? key;
  const issuerName = shape.issuerName ?? issuer?.name ?? name;
  const extensions = Object.entries({ ...usualExtensions(shape, key, signer), ...shape.extensions }).flatMap(
    ([oid, each]) => (each === null ? [] : [extension(oid, each)]),
  );
  const { hash = 'sha256' } = shape;
  const algorithm = algorithmOf(signer, hash);
  const tbs = sequence(
    ...(version === 1 ? [] : [element(0xa0, integer(version - 1))]),
    serial === undefined
      ? integer(createHash('sha256').update(spkiOf(key)).digest().subarray(0, 15))
      : element(Tag.integer, serial),
    algorithm,
    issuerName,
    sequence(timeOf(shape.notBefore ?? '2026-01-01T00:00:00Z'), timeOf(shape.notAfter ?? '2027-01-01T00:00:00Z')),
    name,
    spkiOf(key),
    ...(version < 3 || extensions.length === 0 ? [] : [element(0xa3, sequence(...extensions))]),
  );
  return { name, key, der: sequence(tbs, algorithm, bitString(signatureOf(tbs, signer, hash))), shape };
}

/** A CA. */
export const makeCa = (text: string, issuer?: Made, shape: Shape = {}): Made =>
  make(text, issuer, { ca: true, ...shape });

/** A revocation list with these serial numbers, as the certificates have them. */
export function makeCrl(
  issuer: Made,
  revoked: readonly Made[],
  times = ['2026-06-01T00:00:00Z', '2026-12-01T00:00:00Z'],
): Buffer {
  const algorithm = algorithmOf(issuer.key, 'sha256');
  const entries = revoked.map(({ key }) =>
    sequence(
      integer(createHash('sha256').update(spkiOf(key)).digest().subarray(0, 15)),
      timeOf('2026-05-01T00:00:00Z'),
    ),
  );
  const tbs = sequence(
    integer(1),
    algorithm,
    issuer.name,
    ...times.map(timeOf),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    element(0xa0, sequence(extension(ExtensionOid.crlNumber, { value: integer(1) }))),
  );
  return sequence(tbs, algorithm, bitString(signatureOf(tbs, issuer.key, 'sha256')));
}

/** How a key of this kind signs: the algorithm as certificates have it, and the hash node:crypto is told. */
function algorithmOf(key: KeyObject, hash: 'sha1' | 'sha256'): Buffer {
  const type = key.asymmetricKeyType ?? '';
  if (type === 'rsa') {
    const oid = hash === 'sha1' ? '1.2.840.113549.1.1.5' : '1.2.840.113549.1.1.11';
    return sequence(objectIdentifier(oid), element(Tag.null));
  }
  if (type === 'rsa-pss') {
    const sha256 = sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), element(Tag.null));
    const mgf1 = sequence(objectIdentifier('1.2.840.113549.1.1.8'), sha256);
    const parameters = sequence(element(0xa0, sha256), element(0xa1, mgf1), element(0xa2, integer(32)));
    return sequence(objectIdentifier('1.2.840.113549.1.1.10'), parameters);
  }
  const own = SIGNS_BY_ITSELF[type];
  if (own !== undefined) return sequence(objectIdentifier(own));
  return sequence(objectIdentifier(hash === 'sha1' ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2'));
}

/** Keys that hash by themselves, and their OIDs, which are those of their signatures. */
const SIGNS_BY_ITSELF: Readonly<Record<string, string>> = {
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
  'ml-dsa-44': '2.16.840.1.101.3.4.3.17',
  'ml-dsa-65': '2.16.840.1.101.3.4.3.18',
};

function signatureOf(tbs: Buffer, key: KeyObject, hash: 'sha1' | 'sha256'): Buffer {
  const type = key.asymmetricKeyType ?? '';
  if (type === 'rsa-pss') return sign(hash, tbs, { key, saltLength: 32 });
  return sign(type in SIGNS_BY_ITSELF ? null : hash, tbs, key);
}

const timeOf = (text: string): Buffer => element(Tag.utcTime, Buffer.from(`${text.replace(/[-T:]/g, '').slice(2)}`));
