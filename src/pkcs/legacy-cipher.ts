import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { PkiError } from '../errors.js';

/**
 * Decrypts in a second node that has OpenSSL's legacy provider: Blowfish, CAST5, IDEA and SEED, which hardly any key is
 * encrypted with any more. The provider belongs to a whole process, and only a command-line switch brings it in.
 *
 * @returns undefined when the padding is wrong: so is the key, then
 * @throws {PkiError} this runtime has no such provider
 */
export function decryptWithLegacyProvider(
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
  ciphertext: Uint8Array,
): Buffer | undefined {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const { status, stdout } = spawnSync(process.execPath, ['--openssl-legacy-provider', '-e', script, name], {
    input: [key, iv, ciphertext].map(hex).join('\n'),
    env: {},
    maxBuffer: 1 << 28,
  });
  if (status === 0) return stdout;
  if (status === WRONG) return undefined;
  throw new PkiError('KEY_ENCRYPTION', `encrypted with ${name}, which this runtime cannot undo`, {
    hint: 'openssl pkey -provider legacy -provider default -aes256 writes it anew',
  });
}

/** The status by which the second node says that the padding is wrong. */
const WRONG = 3;

const script = `
  const [key, iv, data] = require('fs').readFileSync(0, 'latin1').split('\\n').map((hex) => Buffer.from(hex, 'hex'));
  const decryptor = require('crypto').createDecipheriv(process.argv[1], key, iv);
  const start = decryptor.update(data);
  let end;
  try { end = decryptor.final(); } catch { process.exit(${WRONG}); }
  require('fs').writeSync(1, Buffer.concat([start, end]));
`;
