import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { opensshPem } from '../../src/crypto/openssh-private-key.js';
import { loadPrivateKey } from '../../src/crypto/private-key.js';
import { isPkiError } from '../../src/errors.js';
import { opensshDecryptor } from '../../src/pkcs/openssh-cipher.js';

/** Keys in OpenSSH form that were made to do harm; those of ssh-keygen are in test/interop. */

const octetsOf = (pem: string): Buffer => Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
const { privateKey } = generateKeyPairSync('ed25519');
const plain = octetsOf(opensshPem(privateKey, undefined));
const sealed = octetsOf(opensshPem(privateKey, Buffer.from('titkos')));
const none = async function* (): AsyncGenerator<Buffer> {};

t.test('a key that ends early is damaged, wherever it ends', async (t) => {
  for (let length = 0; length < plain.length; length++) {
    const error: unknown = await loadPrivateKey({ der: plain.subarray(0, length) }, none, 'k').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    // Behind the key only padding and the comment are missing.
    if (length < plain.length - 20) t.ok(isPkiError(error), `${length} octets`);
  }
});

t.test('a file does not choose how long we work', async (t) => {
  // 24 of them, behind the salt; the length of both together is 24, too.
  const rounds = sealed.indexOf(Buffer.from('00000018', 'hex'), 40);
  for (const [count, code] of [
    [1001, 'KDF_LIMIT'],
    [0xffff_ffff, 'KDF_LIMIT'],
    [0, 'KDF_PARAMETERS'],
  ] as const) {
    const greedy = Buffer.from(sealed);
    greedy.writeUInt32BE(count, rounds);
    t.throws(() => opensshDecryptor(greedy), { code }, String(count));
  }
});
