import { createPublicKey, generateKeyPairSync, type KeyObject, sign as nodeSign } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { keyProblem } from '../../src/crypto/check-key.js';
import { differInPss, publicKeyIdentity } from '../../src/crypto/key-pair.js';
import { PrivateKey, privateKeyForm } from '../../src/crypto/private-key.js';
import type { KeyForm } from '../../src/crypto/private-key-object.js';
import { publicKeyObject } from '../../src/crypto/public-key.js';
import { verify } from '../../src/crypto/signature.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { isPkiError } from '../../src/errors.js';
import { usualCurves } from '../../src/x509/curves.js';
import { findProgram, run } from '../support/session.js';

/** Foreign keys: whatever they hold, node:crypto gives a key or we give a reason, and neither takes long. */

const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const P256 = '1.2.840.10045.3.1.7';
const algorithm = (oid: string, ...parameters: Uint8Array[]) => sequence(objectIdentifier(oid), ...parameters);
const ecOn = (curve: string) => algorithm(EC, objectIdentifier(curve));
const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
const pkcs8Of = (key: KeyObject): Buffer => key.export({ type: 'pkcs8', format: 'der' });
const pkcs8 = (identifier: Uint8Array, key: Uint8Array) => sequence(integer(0), identifier, octetString(key));

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const jwk = rsa.export({ format: 'jwk' });
const octets = (text: string | undefined) => Buffer.from(text ?? '', 'base64url');
const [n, e, d] = [octets(jwk.n), octets(jwk.e), octets(jwk.d)];
const zeros = Array.from({ length: 5 }, () => integer(0));

/** The reason why a key is refused, or `taken`. */
function answer(load: () => unknown): string {
  try {
    load();
    return 'taken';
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}

t.test('private keys', async (t) => {
  const scalar = (curve: string, number: Uint8Array) => pkcs8(ecOn(curve), sequence(integer(1), octetString(number)));
  const order = (name: string) => Buffer.from(usualCurves.find((curve) => curve.name === name)?.order ?? '', 'hex');
  const outOfRange = (name: string) =>
    `this private key is damaged: its number is zero, or not below the order of ${name}`;
  const table: [what: string, form: KeyForm, der: Uint8Array, expected: string | RegExp][] = [
    ['a scalar', 'pkcs8', scalar(P256, Buffer.alloc(32, 1)), 'taken'],
    ['a scalar of zero', 'pkcs8', scalar(P256, Buffer.alloc(32)), outOfRange('P-256')],
    ['an empty scalar', 'pkcs8', scalar(P256, Buffer.alloc(0)), outOfRange('P-256')],
    ['a scalar that is the order', 'pkcs8', scalar(P256, order('P-256')), outOfRange('P-256')],
    ['a scalar of too many octets', 'pkcs8', scalar(P256, Buffer.alloc(33, 1)), outOfRange('P-256')],
    ['a scalar of 64 KiB', 'pkcs8', scalar(P256, Buffer.alloc(65536, 1)), outOfRange('P-256')],
    ['the same on a brainpool curve', 'pkcs8', scalar('1.3.36.3.3.2.8.1.1.7', Buffer.alloc(33, 1)), /brainpoolP256r1/],
    [
      'a public half that is the point at infinity',
      'sec1',
      sequence(
        integer(1),
        octetString(Buffer.alloc(32, 1)),
        element(0xa0, objectIdentifier(P256)),
        element(0xa1, bitString(Buffer.of(0))),
      ),
      'this private key is damaged: its public half is the point at infinity',
    ],
    ['a curve nobody knows', 'pkcs8', scalar('1.2.3.4', Buffer.alloc(32, 1)), /1\.2\.3\.4.* cannot be used here/],
    ['no curve', 'sec1', sequence(integer(1), octetString(Buffer.alloc(32, 1))), /does not name its curve/],
    ['SM2', 'pkcs8', scalar('1.2.156.10197.1.301', Buffer.alloc(32, 1)), /\(SM2\).*cannot be used here/],
    ['GOST', 'pkcs8', pkcs8(algorithm('1.2.643.7.1.1.1.1'), octetString(Buffer.alloc(32, 1))), /GOST R 34\.10-2012/],
    ['an unknown kind', 'pkcs8', pkcs8(algorithm('1.2.3.4'), Buffer.alloc(3)), /\(1\.2\.3\.4\).*cannot be used here/],
    [
      'RSA without primes',
      'pkcs1',
      sequence(integer(0), integer(n), integer(e), integer(d), ...zeros),
      'this RSA key has no p, q, dP, dQ, qInv: it was saved without its primes',
    ],
    [
      'RSA with an exponent of 256 KiB',
      'pkcs1',
      sequence(integer(0), integer(n), integer(Buffer.alloc(1 << 18, 1)), integer(d), ...zeros),
      'the exponent of the RSA key is longer than its modulus',
    ],
    [
      'RSA with a modulus of zero',
      'pkcs1',
      sequence(integer(0), integer(0), integer(e), integer(d), ...zeros),
      'the modulus of the RSA key is zero',
    ],
    ['an Edwards key too short', 'pkcs8', pkcs8(algorithm('1.3.101.112'), octetString(Buffer.alloc(31))), /Ed25519/],
    ['nothing', 'pkcs8', Buffer.alloc(0), /missing/],
  ];
  for (const [what, form, der, expected] of table) {
    t.match(
      answer(() => new PrivateKey(der, form, false).key),
      expected,
      what,
    );
  }
});

t.test('public keys', async (t) => {
  const spki = (identifier: Uint8Array, key: Uint8Array) => sequence(identifier, bitString(key));
  const rsaKey = (...numbers: Uint8Array[]) => spki(algorithm(RSA, nullValue()), sequence(...numbers.map(integer)));
  const odd = (size: number) => Buffer.alloc(size, 0xff);
  const table: [what: string, der: Uint8Array, expected: string | RegExp][] = [
    ['RSA', spkiOf(rsa), 'taken'],
    ['RSA with an exponent of 256 KiB', rsaKey(n, odd(1 << 18)), /exponent .* longer than its modulus/],
    ['RSA of 4096 bits with an exponent of 65', rsaKey(odd(512), odd(9)), /exponent of 72 bits is too large/],
    ['RSA of 16 Mbit', rsaKey(odd(1 << 21), e), /RSA key of 16777216 bits is too large/],
    ['RSA of modulus zero', rsaKey(Buffer.of(0), e), 'the modulus of the RSA key is zero'],
    ['RSA of exponent zero', rsaKey(n, Buffer.of(0)), 'the exponent of the RSA key is zero'],
    [
      'a point off its curve',
      spki(ecOn(P256), Buffer.concat([Buffer.of(4), odd(64)])),
      /cannot be used here, or damaged/,
    ],
    ['a compressed point off it', spki(ecOn(P256), Buffer.concat([Buffer.of(2), odd(32)])), /or damaged/],
    ['the point at infinity', spki(ecOn(P256), Buffer.of(0)), 'the public key is the point at infinity'],
    ['an Edwards key too long', spki(algorithm('1.3.101.112'), odd(33)), /Ed25519 public key has 32 octets, not 33/],
    ['DSA of a large prime', spki(algorithm('1.2.840.10040.4.1', sequence(integer(odd(9000)))), odd(9)), /too large/],
    [
      'DSA of a negative number',
      spki(
        algorithm('1.2.840.10040.4.1', sequence(...[128, 20, 128].map((size) => integer(odd(size))))),
        element(2, odd(128)),
      ),
      'the number of the DSA public key is negative',
    ],
    ['SM2', spki(ecOn('1.2.156.10197.1.301'), Buffer.concat([Buffer.of(4), odd(64)])), /EC/],
    ['ML-DSA-65 too short', spki(algorithm('2.16.840.1.101.3.4.3.18'), odd(9)), /ML-DSA-65 .* has 1952 octets/],
  ];
  for (const [what, der, expected] of table)
    t.match(
      answer(() => publicKeyObject(der)),
      expected,
      what,
    );
  // Comparing an off-curve point must not fail either.
  t.match(publicKeyIdentity(spki(ecOn(P256), Buffer.concat([Buffer.of(2), odd(32)]))), /^ec /);
});

t.test('PKCS#8 of version 2 is read, and written as version 1', async (t) => {
  for (const key of [rsa, ed25519, p256]) {
    const der = pkcs8Of(key);
    const point = spkiOf(key).subarray(key === ed25519 ? -32 : key === p256 ? -65 : 22);
    const body = der.subarray(der[1] === 0x82 ? 4 : der[1] === 0x81 ? 3 : 2).subarray(3);
    const [implicit, explicit] = [element(0x81, Buffer.of(0), point), element(0xa1, bitString(point))];
    for (const [how, publicKey] of Object.entries({ implicit, explicit })) {
      const read = new PrivateKey(sequence(integer(1), body, publicKey), 'pkcs8', false);
      t.same(Buffer.from(read.der), der, `${key.asymmetricKeyType}, ${how}`);
      t.same(pkcs8Of(read.key), der);
    }
    const other = element(0x81, Buffer.of(0), Buffer.alloc(point.length, 4));
    t.match(
      answer(() => new PrivateKey(sequence(integer(1), body, other), 'pkcs8', false)),
      'the public key in it is another',
    );
  }
});

const openssl = findProgram('openssl') === undefined ? 'openssl is not installed' : false;

t.test('a key of three primes is sound', { skip: openssl }, async (t) => {
  const made = run('openssl', [
    'genpkey',
    '-algorithm',
    'RSA',
    '-pkeyopt',
    'rsa_keygen_bits:1536',
    '-pkeyopt',
    'rsa_keygen_primes:3',
    '-outform',
    'DER',
  ]);
  const key = new PrivateKey(made.bytes, privateKeyForm(made.bytes) === 'pkcs1' ? 'pkcs1' : 'pkcs8', false);
  t.equal(keyProblem(key), undefined);
});

t.test('curves that are spelt out', { skip: openssl }, async (t) => {
  const explicit = (curve: string) => {
    const args = `ecparam -name ${curve} -genkey -param_enc explicit -noout -outform DER`;
    return run('openssl', args.split(' ')).bytes;
  };
  for (const curve of ['prime256v1', 'secp384r1', 'brainpoolP256r1']) {
    const der = explicit(curve);
    const key = new PrivateKey(der, 'sec1', false);
    t.equal(key.key.asymmetricKeyDetails?.namedCurve, curve);
    const spelt = run('openssl', ['pkey', '-inform', 'DER', '-pubout', '-outform', 'DER'], { stdin: der }).bytes;
    t.equal(publicKeyIdentity(spelt), publicKeyIdentity(key.publicKeyInfo), `${curve}: key and certificate`);
    const data = Buffer.from('to be signed');
    const signed = { algorithm: algorithm('1.2.840.10045.4.3.2'), signature: nodeSign('sha256', data, key.key), data };
    t.equal(verify({ ...signed, publicKey: spelt }), 'good');
  }
  // A generator of one's own makes a private key for anybody's public key (CVE-2020-0601).
  const der = explicit('prime256v1');
  const spelt = run('openssl', ['pkey', '-inform', 'DER', '-pubout', '-outform', 'DER'], { stdin: der }).bytes;
  const generator = Buffer.from('6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296', 'hex');
  const forged = Buffer.from(spelt);
  forged.set(spelt.subarray(-64), spelt.indexOf(generator));
  t.match(
    answer(() => publicKeyObject(forged)),
    /on a curve of its own/,
  );
  const signature = Buffer.from('3006020101020101', 'hex');
  t.match(verify({ algorithm: algorithm('1.2.840.10045.4.3.2'), signature, data: der, publicKey: forged }), {
    unchecked: /on a curve of its own/,
  });
});

t.test('rsaEncryption and RSASSA-PSS are told apart in a pair', async (t) => {
  const plain = spkiOf(rsa);
  const pss = sequence(algorithm('1.2.840.113549.1.1.10'), bitString(plain.subarray(22)));
  t.equal(differInPss(plain, pss), true);
  t.equal(differInPss(pss, pss), false);
  t.equal(differInPss(plain, spkiOf(p256)), false);
});

/** Octets of which some are changed, cut out or put in. */
const mutated = (der: Buffer): fc.Arbitrary<Buffer> =>
  fc
    .array(fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.constantFrom('set', 'cut', 'insert')), {
      minLength: 1,
      maxLength: 4,
    })
    .map((edits) => {
      let bytes = Buffer.from(der);
      for (const [place, octet, how] of edits) {
        const at = place % Math.max(1, bytes.length);
        const behind = bytes.subarray(how === 'insert' ? at : at + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), how === 'cut' ? Buffer.alloc(0) : Buffer.of(octet), behind]);
      }
      return bytes;
    });

const number = fc.oneof(
  fc.constantFrom(Buffer.of(0), Buffer.of(1), Buffer.of(2), Buffer.alloc(32), Buffer.alloc(33, 0xff)),
  fc.uint8Array({ maxLength: 80 }).map((each) => Buffer.from(each)),
  fc.constantFrom(n, e, d),
);
const oid = fc.constantFrom(
  RSA,
  EC,
  P256,
  '1.2.840.113549.1.1.10',
  '1.3.101.112',
  '1.3.101.113',
  '1.2.840.10040.4.1',
  '1.2.3',
  '1.3.132.0.35',
  '1.3.36.3.3.2.8.1.1.7',
  '1.2.156.10197.1.301',
);
const integers = fc.array(number.map(integer), { maxLength: 9 }).map((all) => sequence(...all));
const parameters = fc.oneof(
  fc.constant(nullValue()),
  oid.map(objectIdentifier),
  integers,
  fc.constant(Buffer.alloc(0)),
);
const identifier = fc.tuple(oid, parameters).map(([kind, behind]) => algorithm(kind, behind));
const ecKey = fc
  .tuple(number, parameters, number)
  .map(([scalar, inner, point]) =>
    sequence(integer(1), octetString(scalar), element(0xa0, inner), element(0xa1, bitString(point))),
  );
const inside = fc.oneof(integers, ecKey, number.map(octetString));

/** A key of each kind that OpenSSL's decoders know. */
const kinds = [
  rsa,
  p256,
  ed25519,
  ...['P-521', 'secp256k1', 'brainpoolP384r1'].map(
    (curve) => generateKeyPairSync('ec', { namedCurve: curve }).privateKey,
  ),
  generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey,
  generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey,
  generateKeyPairSync('x25519').privateKey,
  generateKeyPairSync('ed448').privateKey,
];

const privateKeys = fc.oneof(
  ...kinds.map((key) => mutated(pkcs8Of(key))),
  mutated(rsa.export({ type: 'pkcs1', format: 'der' })),
  mutated(p256.export({ type: 'sec1', format: 'der' })),
  fc.tuple(identifier, inside).map(([kind, key]) => pkcs8(kind, key)),
  integers,
  ecKey,
);
const publicKeys = fc.oneof(
  ...kinds.map((key) => mutated(spkiOf(key))),
  fc.tuple(identifier, fc.oneof(integers, number)).map(([kind, key]) => sequence(kind, bitString(key))),
);

t.test('no private key ends in anything but a key or a reason', async (t) => {
  fc.assert(
    fc.property(privateKeys, fc.constantFrom<KeyForm>('pkcs8', 'pkcs1', 'sec1', 'dsa'), (der, form) => {
      answer(() => {
        const key = new PrivateKey(der, form, false);
        keyProblem(key);
        // Describing and comparing a key must not crash Node.js either.
        return [key.key.asymmetricKeyDetails, publicKeyIdentity(key.publicKeyInfo)];
      });
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

t.test('no public key ends in anything but a key or a reason', async (t) => {
  fc.assert(
    fc.property(publicKeys, (der) => {
      answer(() => [publicKeyObject(der).asymmetricKeyDetails]);
      answer(() => publicKeyIdentity(der));
      verify({ algorithm: algorithm('1.2.840.10045.4.3.2'), publicKey: der, signature: Buffer.alloc(8), data: der });
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
