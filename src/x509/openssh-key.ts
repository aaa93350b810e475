import { contextConstructed } from '../der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { SshReader } from './ssh-wire.js';

/** Private keys as OpenSSH writes them since 2014 (PROTOCOL.key): SSH's values in an envelope of its own, no ASN.1. */

export const OPENSSH_LABEL = 'OPENSSH PRIVATE KEY';
export const OPENSSH_MAGIC = 'openssh-key-v1\0';

/** The envelope: how the key in it is encrypted, and the key. */
interface OpensshEnvelope {
  /** `none` where it is not encrypted. */
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Buffer;
  readonly privatePart: Buffer;
  /** Behind the private part: the tag of a cipher that has one. */
  readonly tag: Buffer;
}

/** A private key in OpenSSH form, in the ASN.1 of its kind. */
export interface OpensshPrivateKey {
  readonly form: 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';
  readonly der: Buffer;
}

export const isOpensshKey = (octets: Uint8Array): boolean =>
  Buffer.from(octets.subarray(0, OPENSSH_MAGIC.length)).toString('latin1') === OPENSSH_MAGIC;

/** @throws {PkiError} KEY_MALFORMED; KEY_UNSUPPORTED: several keys */
export function readOpensshEnvelope(octets: Uint8Array): OpensshEnvelope {
  const reader = new SshReader(octets.subarray(OPENSSH_MAGIC.length));
  const [cipher, kdf, kdfOptions, count] = [reader.text(), reader.text(), reader.string(), reader.number()];
  if (count !== 1)
    throw new PkiError('KEY_UNSUPPORTED', `this holds ${count} keys in OpenSSH form, where one is usual`);
  reader.string();
  return { cipher, kdf, kdfOptions, privatePart: reader.string(), tag: reader.rest() };
}

/**
 * The key in the private part of an envelope, decrypted; undefined when it was decrypted with another key: two equal
 * numbers in front tell.
 *
 * @throws {PkiError} KEY_MALFORMED; KEY_UNSUPPORTED: a kind no certificate has, as keys in a token
 */
export function readOpensshKey(privatePart: Uint8Array): OpensshPrivateKey | undefined {
  const reader = new SshReader(privatePart);
  const [check, again] = [reader.number(), reader.number()];
  if (check !== again) return undefined;
  const kind = reader.text();
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (read !== undefined) return read(reader);
  const hint = kind.startsWith('sk-') ? 'the private key is in the token it was made in, and stays there' : undefined;
  throw new PkiError('KEY_UNSUPPORTED', `a key of the kind ${kind} in OpenSSH form cannot be used here`, { hint });
}

/**
 * The key in the private part of an envelope that is not encrypted.
 *
 * @throws {PkiError} as {@link readOpensshKey} does
 */
export function readPlainOpensshKey(privatePart: Uint8Array): OpensshPrivateKey {
  const key = readOpensshKey(privatePart);
  if (key === undefined) throw new PkiError('KEY_MALFORMED', 'this key in OpenSSH form is damaged');
  return key;
}

const readers: Readonly<Record<string, (reader: SshReader) => OpensshPrivateKey>> = {
  'ssh-rsa': readRsa,
  'ssh-dss': readDsa,
  'ssh-ed25519': readEd25519,
  'ecdsa-sha2-nistp256': readEcdsa('1.2.840.10045.3.1.7', 32),
  'ecdsa-sha2-nistp384': readEcdsa('1.3.132.0.34', 48),
  'ecdsa-sha2-nistp521': readEcdsa('1.3.132.0.35', 66),
};

/** As RSAPrivateKey (RFC 8017 A.1.2); the two exponents of the remainders are not written in this form. */
function readRsa(reader: SshReader): OpensshPrivateKey {
  const [n, e, d, qInv, p, q] = Array.from({ length: 6 }, () => reader.string());
  const numbers = [n, e, d, p, q, remainder(d, p), remainder(d, q), qInv];
  return { form: 'pkcs1', der: sequence(integer(0), ...numbers.map((number) => integer(number ?? Buffer.of()))) };
}

/** d modulo prime - 1. */
function remainder(d: Buffer | undefined, prime: Buffer | undefined): Buffer {
  const modulus = numberOf(prime) - 1n;
  // A damaged key: it is for its checks to say so.
  if (modulus <= 0n) return Buffer.of(0);
  const hex = (numberOf(d) % modulus).toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

const numberOf = (octets: Buffer | undefined): bigint => BigInt(`0x${octets?.toString('hex') || '0'}`);

/** As OpenSSL's DSAPrivateKey. */
function readDsa(reader: SshReader): OpensshPrivateKey {
  const numbers = Array.from({ length: 5 }, () => integer(reader.string()));
  return { form: 'dsa', der: sequence(integer(0), ...numbers) };
}

/** As PrivateKeyInfo (RFC 8410 7). The public key stands behind the private one, a second time. */
function readEd25519(reader: SshReader): OpensshPrivateKey {
  reader.string();
  const seed = reader.string().subarray(0, 32);
  const der = sequence(integer(0), sequence(objectIdentifier('1.3.101.112')), octetString(octetString(seed)));
  return { form: 'pkcs8', der };
}

/** As ECPrivateKey (RFC 5915). */
function readEcdsa(curve: string, size: number): (reader: SshReader) => OpensshPrivateKey {
  return (reader) => {
    reader.string();
    const point = reader.string();
    const digits = numberOf(reader.string()).toString(16);
    const scalar = octetString(Buffer.from(digits.padStart(2 * size, '0'), 'hex'));
    const parameters = element(contextConstructed(0), objectIdentifier(curve));
    return {
      form: 'sec1',
      der: sequence(integer(1), scalar, parameters, element(contextConstructed(1), bitString(point))),
    };
  };
}
