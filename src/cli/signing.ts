import type { SigningChoice } from '../crypto/signature.js';
import { signingHashes } from '../crypto/signature-algorithm.js';
import { oneOf } from './choice.js';
import type { OptionTable, OptionValues } from './options.js';

/** Entries for the tables of commands that sign. @param key whose it is, in the words of --help */
export const signingOptions = (key: string) =>
  ({
    hash: { value: 'HASH', choices: signingHashes, help: `sha256, sha384 or sha512 (default: by ${key})` },
    pss: { help: 'sign with RSASSA-PSS' },
  }) as const satisfies OptionTable;

/** How the options want it signed. @throws {UsageError} a hash that is none */
export const signingChoice = ({ hash, pss }: OptionValues<ReturnType<typeof signingOptions>>): SigningChoice => ({
  hash: oneOf('--hash', hash, signingHashes),
  pss,
});
