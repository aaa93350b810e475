import { lstatSync, readlinkSync, symlinkSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import process from 'node:process';
import type { Command } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { aboutFile } from '../system/error.js';
import { nearestHint } from '../text/nearest.js';

const options = {
  install: {
    value: 'DIR',
    help: 'make a link in DIR for every command; called by it, this file acts as the command',
  },
} as const;

/** The standalone executable, called by the name of none of its commands. */
export const pkiutils = (names: readonly string[]): Command<typeof options> => ({
  name: 'pkiutils',
  summary: 'all commands of pkiutils in one executable',
  input: 'nothing',
  synopsis: ['COMMAND [ARGUMENT]...', '--install DIR'],
  options,
  notes: [
    `Commands: ${names.join(', ')}. COMMAND --help says what one does.`,
    'Its runtime lacks keys of Ed448, X448, DSA and RSASSA-PSS, curves but P-224, P-256, P-384 and P-521, ECDSA with SHA-3, and the ciphers Aria and Camellia; asked for one, it says so. Its TLS speaks versions 1.2 and 1.3 only, and cannot ask for a kind of certificate.',
  ],
  run({ values, operands, report }) {
    if (values.install !== undefined) {
      if (operands.length > 0) throw new UsageError(`--install takes no operand, found ${operands[0]}`);
      for (const name of names) report.notice(install(name, values.install), 'installed');
      return;
    }
    const [name] = operands;
    if (name === undefined) throw new UsageError('which command?', `one of ${names.join(', ')}; see --help`);
    if (names.includes(name)) throw new UsageError('the command comes first', `pkiutils ${name} [ARGUMENT]...`);
    throw new UsageError(`unknown command ${name}`, nearestHint(name, names) ?? `one of ${names.join(', ')}`);
  },
});

/** Makes the link, relative where both are under one folder that may be moved. */
function install(name: string, folder: string): string {
  const path = join(folder, name);
  const target = process.execPath;
  try {
    const existing = lstatSync(path, { throwIfNoEntry: false });
    if (existing?.isSymbolicLink() && resolve(folder, readlinkSync(path)) === target) return path;
    if (existing !== undefined) throw new UsageError(`${path} exists`, 'remove it first; nothing is overwritten');
    const near = relative(resolve(folder), target);
    symlinkSync(near.includes('..') ? target : near, path);
    return path;
  } catch (error) {
    throw aboutFile(error, path);
  }
}
