import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { ObjectScanner } from '../../src/input/objects.js';
import { findProgram, run } from '../support/session.js';

// Keys of the Microsoft CryptoAPI: RSA key BLOBs, and PVK around them.

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const { n = '', e = '', d = '', p = '', q = '', dp = '', dq = '', qi = '' } = privateKey.export({ format: 'jwk' });

/** A number from its least significant octet on. */
function reversed(number: string, length: number): Buffer {
  const octets = Buffer.from(number, 'base64url').reverse();
  return Buffer.concat([octets, Buffer.alloc(length - octets.length)]);
}

const head = (kind: number, magic: string) =>
  Buffer.concat([Buffer.of(kind, 2, 0, 0, 0, 0xa4, 0, 0), Buffer.from(magic), Buffer.of(0, 4, 0, 0), reversed(e, 4)]);
const publicBlob = Buffer.concat([head(6, 'RSA1'), reversed(n, 128)]);
const halves = [p, q, dp, dq, qi].map((number) => reversed(number, 64));
const blob = Buffer.concat([head(7, 'RSA2'), reversed(n, 128), ...halves, reversed(d, 128)]);
const pvk = (isEncrypted: number, salt: number) =>
  Buffer.concat([
    ...[0xb0b5f11e, 0, 1, isEncrypted, salt, blob.length].map((number) => {
      const word = Buffer.alloc(4);
      word.writeUInt32LE(number);
      return word;
    }),
    Buffer.alloc(salt, 7),
    blob,
  ]);

function read(input: Buffer, chunk = input.length): string {
  const scanner = new ObjectScanner();
  const items = [];
  for (let at = 0; at < input.length; at += chunk) items.push(...scanner.push(input.subarray(at, at + chunk)));
  items.push(...scanner.end());
  return items.map((item) => (item.kind === 'fault' ? item.message : item.der.toString('hex'))).join('\n');
}

const privateDer = privateKey.export({ type: 'pkcs1', format: 'der' }).toString('hex');
const publicDer = publicKey.export({ type: 'spki', format: 'der' }).toString('hex');
const damaged = (form: string) => `this key in ${form} form is damaged, encrypted or none of RSA`;

const table: Readonly<Record<string, readonly [input: Buffer, expected: string]>> = {
  'a private key': [blob, privateDer],
  'a public key': [publicBlob, publicDer],
  PVK: [pvk(0, 0), privateDer],
  'PVK with a salt that salts nothing': [pvk(0, 16), privateDer],
  'PVK, encrypted': [pvk(1, 16), damaged('PVK')],
  'octets behind the key': [Buffer.concat([blob, Buffer.alloc(70_000)]), damaged('MSBLOB')],
  'a private key that says it is public': [Buffer.concat([Buffer.of(6), blob.subarray(1)]), damaged('MSBLOB')],
  'a key of four thousand million bits': [
    Buffer.concat([blob.subarray(0, 12), Buffer.alloc(4, 255), blob.subarray(16)]),
    damaged('MSBLOB'),
  ],
  'a head of UTF-16': [Buffer.from('0600200061006200', 'hex'), 'neither PEM nor DER'],
};

t.test('what is read', async (t) => {
  for (const [what, [input, expected]] of Object.entries(table)) {
    for (const chunk of [input.length, 5]) t.equal(read(input, chunk), expected, `${what}, ${chunk} octets at a time`);
  }
});

t.test('what is cut short is no key', async (t) => {
  for (let length = 8; length < blob.length; length += 13) {
    t.equal(read(blob.subarray(0, length)), damaged('MSBLOB'), `${length} octets`);
    t.equal(read(pvk(0, 0).subarray(0, length)), damaged('PVK'), `${length} octets of PVK`);
  }
});

const skip = findProgram('openssl') === undefined && 'openssl is not installed';

t.test('OpenSSL reads the same', { skip }, async (t) => {
  for (const [form, input] of Object.entries({ MSBLOB: blob, PVK: pvk(0, 0) })) {
    const result = run('openssl', ['rsa', '-inform', form, '-traditional', '-outform', 'DER'], { stdin: input });
    t.equal(result.bytes.toString('hex'), privateDer, form);
  }
});
