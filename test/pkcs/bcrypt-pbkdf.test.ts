import t from 'tap';
import { bcryptPbkdf } from '../../src/pkcs/bcrypt-pbkdf.js';

/** From the tests of OpenBSD's bcrypt_pbkdf, and a key longer than a block. ssh-keygen is asked in test/interop. */
const vectors: readonly [passphrase: string, salt: string, rounds: number, key: string][] = [
  ['password', 'salt', 4, '5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9'],
  ['password', '\0', 4, 'c12b566235eee04c212598970a579a67'],
  ['\0', 'salt', 4, '6051be18c2f4f82cbf0efee5471b4bb9'],
];

for (const [passphrase, salt, rounds, key] of vectors) {
  const found = bcryptPbkdf(Buffer.from(passphrase), Buffer.from(salt), rounds, key.length / 2);
  t.equal(found.toString('hex'), key, JSON.stringify([passphrase, salt, rounds]));
}
