import {
  checkPrimeSync,
  createHash,
  createPublicKey,
  generateKeyPairSync,
  generatePrimeSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { contextConstructed, Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';

/**
 * Certification requests put together part by part, so that each may be wrong in one way: what csr-gen would never write.
 */
export interface RequestParts {
  readonly version?: Uint8Array;
  /** Relative names of one attribute each: {@link attribute}; or the DER of the whole subject. */
  readonly subject?: readonly Uint8Array[] | Uint8Array;
  /** Alternative names, from {@link dns} and its like; undefined leaves the extension out. */
  readonly names?: readonly Uint8Array[] | undefined;
  /** Further extensions. */
  readonly extensions?: readonly Uint8Array[];
  /** Further attributes. */
  readonly attributes?: readonly Uint8Array[];
  /** False leaves out the field of the attributes, which RFC 2986 wants even when it is empty. */
  readonly hasAttributes?: boolean;
  readonly key?: TestKey;
  /** The signature's algorithm, where it is not the key's own. */
  readonly algorithm?: Uint8Array;
  readonly sign?: (info: Buffer) => Uint8Array;
  /** Changes the finished request. */
  readonly finish?: (request: Buffer) => Buffer;
}

/** A key that signs requests. */
export interface TestKey {
  /** SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  readonly algorithm: Uint8Array;
  sign(info: Buffer): Uint8Array;
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

/** A request, sound but for what the parts say: `mail.valami.hu` with a P-256 key. */
export function buildRequest(parts: RequestParts = {}): Buffer {
  const key = parts.key ?? ecKey;
  const subject = parts.subject ?? [attribute('2.5.4.3', 'mail.valami.hu')];
  const names = 'names' in parts ? parts.names : [dns('mail.valami.hu')];
  const extensions = [...(names === undefined ? [] : [altNames(...names)]), ...(parts.extensions ?? [])];
  const requested = extensions.length === 0 ? [] : [requestAttribute(EXTENSION_REQUEST, sequence(...extensions))];
  const info = sequence(
    parts.version ?? integer(0),
    subject instanceof Uint8Array ? subject : sequence(...subject.map((each) => element(Tag.set, each))),
    key.spki,
    ...(parts.hasAttributes === false
      ? []
      : [element(contextConstructed(0), ...requested, ...(parts.attributes ?? []))]),
  );
  const signature = (parts.sign ?? key.sign)(info);
  const request = sequence(info, parts.algorithm ?? key.algorithm, bitString(signature));
  return parts.finish === undefined ? request : parts.finish(request);
}

/** A certificate with the subject, names and key of such a request, signed by itself. */
export function buildCertificate(
  parts: Pick<RequestParts, 'names' | 'key'> & { subject: readonly Uint8Array[] },
): Buffer {
  const { key = ecKey } = parts;
  const subject = sequence(...parts.subject.map((each) => element(Tag.set, each)));
  const time = (text: string) => element(Tag.utcTime, Buffer.from(text));
  const tbs = sequence(
    element(contextConstructed(0), integer(2)),
    integer(1),
    key.algorithm,
    subject,
    sequence(time('260101000000Z'), time('270101000000Z')),
    subject,
    key.spki,
    element(contextConstructed(3), sequence(altNames(...(parts.names ?? [])))),
  );
  return sequence(tbs, key.algorithm, bitString(key.sign(tbs)));
}

/** An AttributeTypeAndValue; UTF8String unless a tag is given. */
export function attribute(oid: string, value: string | Uint8Array, tag: number = Tag.utf8String): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value, tag === Tag.utf8String ? 'utf8' : 'latin1') : value;
  return sequence(objectIdentifier(oid), element(tag, content));
}

/** An attribute of the request itself. */
export const requestAttribute = (oid: string, ...values: readonly Uint8Array[]): Buffer =>
  sequence(objectIdentifier(oid), element(Tag.set, ...values));

export const utf8 = (text: string): Buffer => element(Tag.utf8String, Buffer.from(text));

export function extension(oid: string, value: Uint8Array, critical = false): Buffer {
  const flag = critical ? [element(Tag.boolean, Buffer.of(0xff))] : [];
  return sequence(objectIdentifier(oid), ...flag, octetString(value));
}

export const altNames = (...names: readonly Uint8Array[]): Buffer => extension('2.5.29.17', sequence(...names));
export const dns = (name: string): Buffer => element(0x82, Buffer.from(name, 'latin1'));
export const email = (address: string): Buffer => element(0x81, Buffer.from(address, 'latin1'));
export const uri = (text: string): Buffer => element(0x86, Buffer.from(text, 'latin1'));
export const ip = (...octets: readonly number[]): Buffer => element(0x87, Buffer.from(octets));
export const otherName = (oid: string, value: Uint8Array): Buffer =>
  element(0xa0, objectIdentifier(oid), element(0xa0, value));

/** keyUsage with the bits of these numbers (RFC 5280 4.2.1.3). */
export function keyUsage(...bits: readonly number[]): Buffer {
  const octets = Buffer.alloc(bits.includes(8) ? 2 : 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  const unused = octets.length * 8 - 1 - Math.max(...bits);
  return extension('2.5.29.15', element(Tag.bitString, Buffer.of(unused), octets), true);
}

/** extKeyUsage; numbers are the last arc of RFC 5280's purposes. */
export function purposes(...list: readonly (number | string)[]): Buffer {
  const oids = list.map((each) => (typeof each === 'number' ? `1.3.6.1.5.5.7.3.${each}` : each));
  return extension('2.5.29.37', sequence(...oids.map(objectIdentifier)));
}

export const algorithmIdentifier = (oid: string, ...parameters: readonly Uint8Array[]): Buffer =>
  sequence(objectIdentifier(oid), ...parameters);

export const SHA256_WITH_RSA = '1.2.840.113549.1.1.11';
export const SHA256_WITH_ECDSA = '1.2.840.10045.4.3.2';

/** A key of node:crypto. */
export function nodeKey(privateKey: KeyObject, algorithm: Uint8Array, hash: string | null = 'sha256'): TestKey {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { spki, algorithm, sign: (info) => sign(hash, info, privateKey) };
}

export function newEcKey(namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): TestKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve, paramEncoding });
  return nodeKey(privateKey, algorithmIdentifier(SHA256_WITH_ECDSA));
}

export const ecKey = newEcKey('P-256');

/** The numbers of an RSA key, made by hand: nothing is checked, so that anything can be wrong. */
export interface RsaNumbers {
  readonly n: bigint;
  readonly e: bigint;
  /** Undefined where there is none: the signature is then of zeros. */
  readonly d?: bigint | undefined;
}

export const rsaAlgorithm = (): Buffer => algorithmIdentifier('1.2.840.113549.1.1.1', nullValue());

export const unsigned = (n: bigint): Buffer => {
  const hex = n.toString(16);
  return integer(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
};

export function rsaSpki({ n, e }: RsaNumbers, algorithm: Uint8Array = rsaAlgorithm()): Buffer {
  return sequence(algorithm, bitString(sequence(unsigned(n), unsigned(e))));
}

/** An RSA key that signs with PKCS #1 v1.5 and SHA-256 (RFC 8017 8.2.1). */
export function rsaKey(numbers: RsaNumbers, spki: Uint8Array = rsaSpki(numbers)): TestKey {
  const { n, d } = numbers;
  return {
    spki,
    algorithm: algorithmIdentifier(SHA256_WITH_RSA, nullValue()),
    sign(info) {
      const size = Math.ceil(n.toString(2).length / 8);
      const digest = sequence(
        algorithmIdentifier('2.16.840.1.101.3.4.2.1', nullValue()),
        octetString(createHash('sha256').update(info).digest()),
      );
      const padding = Buffer.alloc(size - digest.length - 3, 0xff);
      const message = Buffer.concat([Buffer.of(0, 1), padding, Buffer.of(0), digest]);
      const value = d === undefined ? 0n : power(BigInt(`0x${message.toString('hex')}`), d, n);
      return Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
    },
  };
}

/** The key with these prime factors, each given once; repeat one for a power. */
export function rsaNumbers(primes: readonly bigint[], e = 65537n): RsaNumbers {
  const n = primes.reduce((product, prime) => product * prime, 1n);
  const seen = new Set<bigint>();
  const order = primes.reduce((product, prime) => {
    const factor = seen.has(prime) ? prime : prime - 1n;
    seen.add(prime);
    return product * factor;
  }, 1n);
  return { n, e, d: inverse(e, order) };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** The inverse of a modulo m, undefined where there is none. */
function inverse(a: bigint, m: bigint): bigint | undefined {
  let [r, next] = [m, a % m];
  let [t, nextT] = [0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [t, nextT] = [nextT, t - quotient * nextT];
  }
  return r === 1n ? ((t % m) + m) % m : undefined;
}

/** The first prime from `start` on, in steps. */
export function primeFrom(start: bigint, step = 2n): bigint {
  let candidate = step === 2n && start % 2n === 0n ? start + 1n : start;
  while (!checkPrimeSync(candidate, { checks: 8 })) candidate += step;
  return candidate;
}

/** A random prime with the two highest bits set; with `e` one such an exponent can be used with. */
export const randomPrime = (bits: number, e?: bigint): bigint =>
  generatePrimeSync(bits, { bigint: true, ...(e === undefined ? {} : { add: 2n * e, rem: e + 2n }) });

/** Random primes whose product has exactly this many bits. */
export function primesOfProduct(bits: number): bigint[] {
  const primes = Array.from({ length: Math.floor(bits / 1024) - 1 }, () => randomPrime(1024));
  const product = primes.reduce((all, prime) => all * prime, 1n);
  const missing = bits - product.toString(2).length;
  for (let more = 0; ; more = 1 - more) {
    const last = randomPrime(missing + more);
    if ((product * last).toString(2).length === bits) return [...primes, last];
  }
}
