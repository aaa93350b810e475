import { writeFileSync, writeSync } from 'node:fs';
import process from 'node:process';
import { commands } from './commands.js';
import { isSound, type Reader, readers } from './readers.js';

/** The target of jsfuzz: the parsers of one family, or one command, chosen by PKIUTILS_FUZZ_TARGET. */

const only = (...names: readonly string[]): readonly Reader[] =>
  names.map((name) => {
    const read = readers[name] ?? commands[name];
    if (read === undefined) throw new Error(`there is no reader ${name}`);
    return read;
  });

export const families: Readonly<Record<string, readonly Reader[]>> = {
  pem: only('objects, at once', 'objects, in pieces'),
  der: only('DER', 'BER', 'BER to DER', 'kind of DER'),
  x509: only('certificate', 'request', 'CRL', 'PKCS#7', 'private key', 'encrypted key'),
  names: only('alternative name', 'host name', 'pattern', 'reference', 'IP address'),
  'dn-and-spec': only('distinguished name', 'SPEC', 'profile', 'text'),
  ...Object.fromEntries(Object.entries(commands).map(([name, read]) => [name, [read]])),
};

const family = families[process.env['PKIUTILS_FUZZ_TARGET'] ?? ''] ?? [];

let inputs = 0;
if (family.length > 0) process.on('exit', () => writeSync(1, `${inputs} inputs\n`));

export async function fuzz(input: Buffer): Promise<void> {
  inputs++;
  try {
    for (const read of family) await isSound(read, input);
  } catch (error) {
    // jsfuzz hears of it only if its worker lives long enough to say so.
    writeFileSync('crash', input);
    throw error;
  }
}
