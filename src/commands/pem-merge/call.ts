import type { Call } from '../../cli/command.js';
import type { OptionTable } from '../../cli/options.js';
import { passin, passout } from '../../cli/secrets.js';
import { servers } from './servers.js';

/** The options of pem-merge. */
export const options = {
  for: { value: 'SERVER', choices: Object.keys(servers), help: 'lay it out for this server' },
  order: { value: 'PART,...', choices: ['key', 'leaf', 'chain'], help: 'what goes in, in which order: key,leaf,chain' },
  'key-format': {
    value: 'FORMAT',
    choices: ['keep', 'pkcs1', 'sec1', 'pkcs8'],
    help: 'envelope of the key: keep, pkcs1, sec1, pkcs8',
  },
  der: { help: 'with --no-key: write the one certificate in DER' },
  'no-key': { help: 'leave the private key out' },
  root: { value: 'WHAT', choices: ['keep', 'drop'], help: 'keep or drop (the default) the root certificate' },
  split: { value: 'PREFIX', help: 'write PREFIX.key, PREFIX.crt and PREFIX.chain' },
  p12: { help: 'write PKCS#12' },
  legacy: { help: 'with --p12: encryption that old Windows and Java read' },
  'friendly-name': { value: 'NAME', help: 'with --p12: what key stores show' },
  trust: { value: 'FILE', repeatable: true, help: 'the chain must end at a certificate in FILE' },
  covers: { value: 'NAME', repeatable: true, help: 'the certificate must cover this name' },
  'valid-for': { value: 'DURATION', help: 'and be valid this long at least: 12h, 30d, 2w' },
  replaces: { value: 'FILE', help: 'and have the same names as the one in FILE, but be newer' },
  strict: { help: 'refuse what otherwise is a warning' },
  check: { help: 'write nothing, say what would be written' },
  ...passin,
  ...passout,
} as const satisfies OptionTable;

/** One call of pem-merge. */
export type PemMerge = Call<typeof options>;
