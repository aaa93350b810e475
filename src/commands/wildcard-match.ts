import { defineCommand, onlyOne } from '../cli/command.js';
import { UsageError } from '../errors.js';
import { answerHosts } from './wildcard-match/answer.js';
import { printFiles, printUnused } from './wildcard-match/coverage.js';
import { filterHosts } from './wildcard-match/filter.js';
import { type MatchCall, options } from './wildcard-match/options.js';
import { printPatterns } from './wildcard-match/reverse.js';
import { suggestNames } from './wildcard-match/suggest.js';

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

function answer(call: MatchCall): Promise<void> {
  const { values } = call;
  if (values.suggest) return suggestNames(call);
  if (values.unused) return printUnused(call);
  if (values['files-with-matches']) return printFiles(call);
  if (values.explain || values.best || (values.all && values.host.length > 0)) return answerHosts(call);
  if (values.host.length > 0) return printPatterns(call);
  return values.json ? answerHosts(call) : filterHosts(call);
}
