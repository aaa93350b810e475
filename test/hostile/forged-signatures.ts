import { constants, createHash, generateKeyPairSync, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { pssAlgorithm } from '../../src/crypto/signature-algorithm.js';
import { element, integer, nullValue, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';

/** Signatures that must be refused, in the manner of Project Wycheproof: a key, and how it signs wrongly. */
export interface Forgery {
  readonly name: string;
  /** The signer's SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;
  /** The AlgorithmIdentifier. */
  readonly algorithm: Uint8Array;
  make(data: Uint8Array): Uint8Array;
  /** The bits of the signature's BIT STRING that do not count; none where not given. */
  readonly unused?: number;
  /** Octets behind the whole. */
  readonly behind?: Uint8Array;
}

/** The BIT STRING of a signature. */
export const signatureValue = ({ make, unused = 0 }: Forgery, data: Uint8Array): Buffer =>
  element(0x03, Buffer.of(unused), make(data));

export const algorithm = (oid: string, ...parameters: Uint8Array[]): Buffer =>
  sequence(objectIdentifier(oid), ...parameters);
const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const number = (octets: Uint8Array): bigint => BigInt(`0x${Buffer.from(octets).toString('hex') || '0'}`);
const octetsOf = (value: bigint, size: number): Buffer =>
  Buffer.from(value.toString(16).padStart(2 * size, '0'), 'hex');
const raw = (...content: number[] | [Uint8Array]): Buffer =>
  element(0x02, content[0] instanceof Uint8Array ? content[0] : Buffer.from(content as number[]));

// RSA: e = 3 is what makes forgeries of sloppy padding cheap (Bleichenbacher 2006).
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
const SIZE = 256;
const modulus = number(Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));
const rsaSha256 = algorithm('1.2.840.113549.1.1.11', nullValue());
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const hashOid = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1', sha512: '2.16.840.1.101.3.4.2.3' } as const;

/** The octets the public operation will give back. */
const rawRsa = (block: Uint8Array) => privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, block);
const digestInfo = (data: Uint8Array) => sequence(algorithm(hashOid.sha256, nullValue()), octetString(sha256(data)));
const padded = (info: Uint8Array, type = 1, fill = 0xff) =>
  Buffer.concat([Buffer.of(0, type), Buffer.alloc(SIZE - 3 - info.length, fill), Buffer.of(0), info]);
const rsaBlock = (name: string, block: (data: Uint8Array) => Uint8Array): Forgery => ({
  name: `RSA: ${name}`,
  spki: spkiOf(rsa.publicKey),
  algorithm: rsaSha256,
  make: (data) => rawRsa(block(data)),
});
const rsaSignature = (name: string, change: (good: Buffer, data: Uint8Array) => Uint8Array): Forgery => ({
  ...rsaBlock(name, padded),
  make: (data) => change(sign('sha256', data, rsa.privateKey), data),
});
const longLength = (info: Buffer) => Buffer.concat([Buffer.of(0x30, 0x81), info.subarray(1)]);

const rsaForgeries = [
  rsaBlock('garbage behind the hash', (data) => {
    const head = Buffer.concat([Buffer.of(0, 1), Buffer.alloc(8, 0xff), Buffer.of(0), digestInfo(data)]);
    return Buffer.concat([head, Buffer.alloc(SIZE - head.length, 0x5a)]);
  }),
  rsaBlock('padding of less than 8 bytes before a long DigestInfo', (data) => {
    const info = sequence(
      algorithm(hashOid.sha256, nullValue()),
      octetString(sha256(data)),
      octetString(Buffer.alloc(SIZE - 70)),
    );
    return padded(info);
  }),
  rsaBlock('no NULL in DigestInfo', (data) => padded(sequence(algorithm(hashOid.sha256), octetString(sha256(data))))),
  rsaBlock('parameters in DigestInfo', (data) =>
    padded(sequence(algorithm(hashOid.sha256, octetString(Buffer.alloc(40))), octetString(sha256(data)))),
  ),
  rsaBlock('no DigestInfo', (data) => padded(sha256(data))),
  rsaBlock('something behind the hash in DigestInfo', (data) =>
    padded(sequence(algorithm(hashOid.sha256, nullValue()), octetString(sha256(data)), nullValue())),
  ),
  rsaBlock('a long-form length in DigestInfo', (data) => padded(longLength(digestInfo(data)))),
  rsaBlock('another hash than the algorithm says', (data) =>
    padded(sequence(algorithm(hashOid.sha1, nullValue()), octetString(createHash('sha1').update(data).digest()))),
  ),
  rsaBlock('another hash in DigestInfo than was computed', (data) =>
    padded(sequence(algorithm(hashOid.sha512, nullValue()), octetString(sha256(data)))),
  ),
  rsaBlock('padding of block type 0', (data) => padded(digestInfo(data), 0, 0)),
  rsaBlock('padding of block type 2', (data) => padded(digestInfo(data), 2)),
  rsaBlock('padding that is not FF', (data) => padded(digestInfo(data), 1, 0xfe)),
  rsaBlock('padding with one wrong byte', (data) => {
    const block = padded(digestInfo(data));
    block[40] = 0;
    return block;
  }),
  rsaBlock('the hash of something else', () => padded(digestInfo(Buffer.from('something else')))),
  rsaSignature('a byte more behind', (good) => Buffer.concat([good, Buffer.of(0)])),
  rsaSignature('a byte more in front', (good) => Buffer.concat([Buffer.of(0), good])),
  rsaSignature('a byte less', (good) => good.subarray(0, -1)),
  rsaSignature('empty', () => Buffer.alloc(0)),
  rsaSignature('zero', () => Buffer.alloc(SIZE)),
  rsaSignature('one', () => octetsOf(1n, SIZE)),
  rsaSignature('with the modulus added', (good) => octetsOf(number(good) + modulus, SIZE + 1)),
  rsaSignature('the modulus less one', () => octetsOf(modulus - 1n, SIZE)),
  rsaSignature('PSS under the name of PKCS #1', (_, data) =>
    sign('sha256', data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }),
  ),
];

// PSS
const mask = (hash: keyof typeof hashOid) => algorithm('1.2.840.113549.1.1.8', algorithm(hashOid[hash], nullValue()));
const pssIdentifier = (hash: keyof typeof hashOid, mgf: keyof typeof hashOid, salt: number, ...more: Uint8Array[]) =>
  algorithm(
    '1.2.840.113549.1.1.10',
    sequence(
      element(0xa0, algorithm(hashOid[hash], nullValue())),
      element(0xa1, mask(mgf)),
      element(0xa2, integer(salt)),
      ...more,
    ),
  );
const pss = (
  name: string,
  identifier: Uint8Array,
  hash = 'sha256',
  saltLength = 32,
  change = (good: Buffer): Buffer => good,
): Forgery => ({
  name: `PSS: ${name}`,
  spki: spkiOf(rsa.publicKey),
  algorithm: identifier,
  make: (data) =>
    change(sign(hash, data, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })),
});
const pssForgeries = [
  pss('another hash than the parameters say', pssAlgorithm('sha256'), 'sha512', 32),
  pss('parameters of another hash', pssIdentifier('sha512', 'sha512', 32)),
  pss('another mask hash', pssIdentifier('sha256', 'sha512', 32)),
  pss('a longer salt', pssIdentifier('sha256', 'sha256', 20)),
  pss('a shorter salt', pssIdentifier('sha256', 'sha256', 32), 'sha256', 20),
  pss('no salt', pssIdentifier('sha256', 'sha256', 32), 'sha256', 0),
  pss('a salt of no length', pssIdentifier('sha256', 'sha256', 0)),
  pss('a trailer field that is none', pssIdentifier('sha256', 'sha256', 32, element(0xa3, integer(2)))),
  pss('no parameters', algorithm('1.2.840.113549.1.1.10')),
  pss('NULL parameters', algorithm('1.2.840.113549.1.1.10', nullValue())),
  pss('a byte more', pssAlgorithm('sha256'), 'sha256', 32, (good) => Buffer.concat([good, Buffer.of(0)])),
  pss('PKCS #1 under the name of PSS', pssAlgorithm('sha256'), 'sha256', 32, () =>
    sign('sha256', Buffer.alloc(1), rsa.privateKey),
  ),
];

// ECDSA
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const ecdsaSha256 = algorithm('1.2.840.10045.4.3.2');
const ecdsa = (
  name: string,
  make: (r: Buffer, s: Buffer, data: Uint8Array) => Uint8Array,
  identifier: Uint8Array = ecdsaSha256,
): Forgery => ({
  name: `ECDSA: ${name}`,
  spki: spkiOf(ec.publicKey),
  algorithm: identifier,
  make(data) {
    const both = sign('sha256', data, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
    return make(both.subarray(0, 32), both.subarray(32), data);
  },
});
const der = (r: Uint8Array, s: Uint8Array) => sequence(integer(r), integer(s));
const plus = (value: Uint8Array, summand: bigint) => integer(octetsOf(number(value) + summand, 33));
const ecdsaForgeries = [
  ecdsa('a trailing byte', (r, s) => Buffer.concat([der(r, s), Buffer.of(0)])),
  ecdsa('a trailing byte inside', (r, s) => sequence(integer(r), integer(s), Buffer.of(0))),
  ecdsa('a third value', (r, s) => sequence(integer(r), integer(s), integer(1))),
  ecdsa('a length in long form', (r, s) => Buffer.concat([Buffer.of(0x30, 0x81), der(r, s).subarray(1)])),
  ecdsa('a length in longer form', (r, s) => Buffer.concat([Buffer.of(0x30, 0x82, 0), der(r, s).subarray(1)])),
  ecdsa('an indefinite length', (r, s) =>
    Buffer.concat([Buffer.of(0x30, 0x80), integer(r), integer(s), Buffer.of(0, 0)]),
  ),
  ecdsa('r with a leading zero', (r, s) => sequence(raw(Buffer.concat([Buffer.of(0, 0), r])), integer(s))),
  ecdsa('s with a leading zero', (r, s) => sequence(integer(r), raw(Buffer.concat([Buffer.of(0, 0), s])))),
  ecdsa('an integer of length in long form', (r, s) =>
    sequence(Buffer.concat([Buffer.of(2, 0x81), integer(r).subarray(1)]), integer(s)),
  ),
  ecdsa('r = 0', (_, s) => sequence(integer(0), integer(s))),
  ecdsa('s = 0', (r) => sequence(integer(r), integer(0))),
  ecdsa('r = s = 0', () => sequence(integer(0), integer(0))),
  ecdsa('r and s empty', () => sequence(raw(), raw())),
  ecdsa('r = n', (_, s) => sequence(integer(octetsOf(order, 32)), integer(s))),
  ecdsa('s = n', (r) => sequence(integer(r), integer(octetsOf(order, 32)))),
  ecdsa('r + n', (r, s) => sequence(plus(r, order), integer(s))),
  ecdsa('s + n', (r, s) => sequence(integer(r), plus(s, order))),
  ecdsa('r negative', (r, s) =>
    sequence(raw(Buffer.concat([Buffer.of(0xff), octetsOf(2n ** 256n - number(r), 32)])), integer(s)),
  ),
  ecdsa('s negative', (r, s) =>
    sequence(integer(r), raw(Buffer.concat([Buffer.of(0xff), octetsOf(2n ** 256n - number(s), 32)]))),
  ),
  ecdsa('r = s = 1', () => sequence(integer(1), integer(1))),
  ecdsa('r and s side by side', (r, s) => Buffer.concat([r, s])),
  ecdsa('r and s exchanged', (r, s) => der(s, r)),
  ecdsa('OCTET STRINGs', (r, s) => sequence(octetString(r), octetString(s))),
  ecdsa('a SET', (r, s) => Buffer.concat([Buffer.of(0x31), der(r, s).subarray(1)])),
  ecdsa('cut', (r, s) => der(r, s).subarray(0, -1)),
  ecdsa('empty', () => Buffer.alloc(0)),
  ecdsa('another hash than the algorithm says', (r, s) => der(r, s), algorithm('1.2.840.10045.4.3.3')),
  ecdsa('of something else', () => sign('sha256', Buffer.from('something else'), ec.privateKey)),
  ownGenerator(),
];

/**
 * Anybody's public key, on its curve spelt out with that key as the generator (CVE-2020-0601): the private key is one then,
 * and r the coordinate of the generator.
 */
function ownGenerator(): Forgery {
  const prime = Buffer.from('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff', 'hex');
  const b = Buffer.from('5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b', 'hex');
  const point = spkiOf(ec.publicKey).subarray(-65);
  const parameters = sequence(
    integer(1),
    sequence(objectIdentifier('1.2.840.10045.1.1'), integer(prime)),
    sequence(octetString(octetsOf(number(prime) - 3n, 32)), octetString(b)),
    octetString(point),
    integer(octetsOf(order, 32)),
    integer(1),
  );
  return {
    name: 'ECDSA: a curve with a generator of its own',
    spki: sequence(algorithm('1.2.840.10045.2.1', parameters), element(0x03, Buffer.of(0), point)),
    algorithm: ecdsaSha256,
    make(data) {
      const r = number(point.subarray(1, 33)) % order;
      return sequence(integer(octetsOf(r, 32)), integer(octetsOf((number(sha256(data)) + r) % order, 32)));
    },
  };
}

// EdDSA
const edwards = {
  Ed25519: {
    ...generateKeyPairSync('ed25519'),
    oid: '1.3.101.112',
    size: 32,
    order: 2n ** 252n + 27742317777372353535851937790883648493n,
    small: [
      '01',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    ],
  },
  Ed448: {
    ...generateKeyPairSync('ed448'),
    oid: '1.3.101.113',
    size: 57,
    order: 2n ** 446n - 13818066809895115352007386748515426880336692474882178609894547503885n,
    small: ['01'],
  },
} as const;
const little = (value: bigint, size: number) => octetsOf(value, size).reverse();

function edwardsForgeries(name: keyof typeof edwards): Forgery[] {
  const { publicKey, privateKey, oid, size, order, small } = edwards[name];
  const forgery = (
    what: string,
    make: (good: Buffer, data: Uint8Array) => Uint8Array,
    identifier = algorithm(oid),
  ): Forgery => ({
    name: `${name}: ${what}`,
    spki: spkiOf(publicKey),
    algorithm: identifier,
    make: (data) => make(sign(null, data, privateKey), data),
  });
  const withS = (good: Buffer, change: (s: bigint) => bigint) => {
    const s = number(Buffer.from(good.subarray(size)).reverse());
    return Buffer.concat([good.subarray(0, size), little(change(s), size)]);
  };
  return [
    forgery('S + L', (good) => withS(good, (s) => s + order)),
    forgery('S = L', (good) => withS(good, () => order)),
    forgery('S = 0', (good) => withS(good, () => 0n)),
    forgery('a byte more', (good) => Buffer.concat([good, Buffer.of(0)])),
    forgery('a byte less', (good) => good.subarray(0, -1)),
    forgery('empty', () => Buffer.alloc(0)),
    forgery('all zero', (good) => Buffer.alloc(good.length)),
    forgery('R changed', (good) => Buffer.concat([Buffer.of((good[0] as number) ^ 1), good.subarray(1)])),
    forgery('of something else', () => sign(null, Buffer.from('something else'), privateKey)),
    forgery('parameters, where there are none', (good) => good, algorithm(oid, nullValue())),
    ...small.map((point) => {
      const key = Buffer.alloc(size);
      key.set(Buffer.from(point, 'hex'));
      return {
        ...forgery(`a key of small order, ${point.slice(0, 4)}…`, () => {
          // R the neutral element, S = 0: under the neutral element as key that is good for every message.
          const signature = Buffer.alloc(2 * size);
          signature[0] = 1;
          return signature;
        }),
        spki: sequence(algorithm(oid), element(0x03, Buffer.of(0), key)),
      };
    }),
  ];
}

export const forgeries: readonly Forgery[] = [
  ...rsaForgeries,
  ...pssForgeries,
  ...ecdsaForgeries,
  ...edwardsForgeries('Ed25519'),
  ...edwardsForgeries('Ed448'),
];

/** The same keys and algorithms, signing as they should: what is refused above is not refused for something else. */
export const honest: readonly Forgery[] = [
  rsaBlock('PKCS #1', (data) => padded(digestInfo(data))),
  pss('PSS', pssAlgorithm('sha256')),
  pss('another mask hash that is the one used', pssIdentifier('sha256', 'sha256', 20), 'sha256', 20),
  ecdsa('DER', der),
  ecdsa('the other s of the two', (r, s) => der(r, octetsOf(order - number(s), 32))),
  ...(['Ed25519', 'Ed448'] as const).map((name) => {
    const { publicKey, privateKey, oid } = edwards[name];
    return {
      name,
      spki: spkiOf(publicKey),
      algorithm: algorithm(oid),
      make: (data: Uint8Array) => sign(null, data, privateKey),
    };
  }),
];

const [goodRsa, goodPss, , goodEcdsa, , goodEd25519] = honest;

/** Signatures that are right, in a frame that is not: what is wrong needs no key to be seen. */
export const frameForgeries: readonly Forgery[] = [goodRsa, goodPss, goodEcdsa, goodEd25519].flatMap((good) => {
  if (good === undefined) throw new RangeError('a signature is missing');
  const { name } = good;
  const [inside] = [good.algorithm.subarray(2)];
  return [
    { ...good, name: `${name}: an unused bit`, unused: 1 },
    { ...good, name: `${name}: seven unused bits`, unused: 7 },
    { ...good, name: `${name}: eight unused bits`, unused: 8 },
    {
      ...good,
      name: `${name}: something behind the parameters`,
      algorithm: sequence(inside, nullValue(), nullValue()),
    },
    { ...good, name: `${name}: octets behind the whole`, behind: Buffer.of(0, 0) },
  ];
});
