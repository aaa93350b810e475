import type { Call } from '../../cli/command.js';

/** The options of wildcard-match, in the order of its man page. */
export const options = {
  pattern: { short: 'e', value: 'PATTERN', repeatable: true, help: 'match a host name, *.NAME or IP address' },
  file: { short: 'f', value: 'FILE', repeatable: true, help: 'match the patterns in FILE, one a line' },
  cert: { value: 'FILE', repeatable: true, help: 'match the names of the certificates or requests in FILE' },
  host: { value: 'NAME', repeatable: true, help: 'print the patterns that cover the host NAME' },
  'invert-match': { short: 'v', help: 'print those that do not match' },
  count: { short: 'c', help: 'print only how many' },
  'files-with-matches': { short: 'l', help: 'print the files (--cert, -f) whose names cover a host' },
  null: { short: '0', help: 'with -l: end the names of files with NUL, as they are' },
  'max-count': { short: 'm', value: 'NUM', help: 'stop after NUM' },
  all: { help: 'succeed only if every host is covered; print those that are not' },
  explain: { help: 'say of every host which name covers it, or what it missed by' },
  json: { help: 'say it of every host as a line of JSON' },
  best: { help: 'print with each host the certificate a server would present' },
  unused: { help: 'print the names that no host uses' },
  suggest: { help: 'print the smallest set of names that covers the hosts' },
  max: { value: 'NUM', help: 'with --suggest: fail if more than NUM names are needed' },
  url: { help: 'take lines that are URLs for the host in them' },
  cn: { help: 'let a common name count where subjectAltName has no name, as clients once did' },
  rfc6125: { help: 'allow * as a part of the left-most label (f*.NAME), as old clients do' },
  passin: {
    value: 'SOURCE',
    repeatable: true,
    help: 'passphrase of PKCS#12 input: env:NAME, file:PATH, fd:N or prompt',
  },
} as const;

/** One call of wildcard-match. */
export type MatchCall = Call<typeof options>;
