import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { answerHosts } from './wildcard-match/answer.js';
import { printFiles, printUnused } from './wildcard-match/coverage.js';
import { filterHosts } from './wildcard-match/filter.js';
import { printPatterns } from './wildcard-match/reverse.js';
import { suggestNames } from './wildcard-match/suggest.js';

const options = {
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

export const command = defineCommand({
  name: 'wildcard-match',
  summary: 'tell which hosts a certificate or a wildcard covers, as TLS clients decide',
  input: 'host names, one a line,',
  synopsis: [
    '[OPTION]... PATTERN...  < hosts',
    '[OPTION]... (-e PATTERN | -f FILE | --cert FILE)... [HOSTFILE]...',
    '[OPTION]... --host NAME [--host NAME]... [PATTERN]...',
  ],
  options,
  notes: ['* stands for exactly one label, the left-most: *.valami.hu covers alma.valami.hu, not valami.hu.'],
  async run(call) {
    const { values } = call;
    onlyOne(values, ['invert-match', 'all']);
    onlyOne(values, ['invert-match', 'suggest']);
    onlyOne(values, ['files-with-matches', 'best', 'unused', 'suggest']);
    onlyOne(values, ['files-with-matches', 'unused', 'suggest', 'all']);
    onlyOne(values, ['files-with-matches', 'unused', 'suggest', 'explain']);
    if (values.null && !values['files-with-matches']) throw new UsageError('--null needs --files-with-matches');
    if (values.max !== undefined && !values.suggest) throw new UsageError('--max needs --suggest');
    await answer(call);
    call.output.commit();
  },
});

/** One call of wildcard-match. */
export type MatchCall = Call<typeof options>;

function answer(call: MatchCall): Promise<void> {
  const { values } = call;
  if (values.suggest) return suggestNames(call);
  if (values.unused) return printUnused(call);
  if (values['files-with-matches']) return printFiles(call);
  if (values.explain || values.best || (values.all && values.host.length > 0)) return answerHosts(call);
  if (values.host.length > 0) return printPatterns(call);
  return values.json ? answerHosts(call) : filterHosts(call);
}
