import { defineCommand, onlyOne } from '../cli/command.js';
import { filterHosts } from './wildcard-match/filter.js';
import { printPatterns } from './wildcard-match/reverse.js';

export const command = defineCommand({
  name: 'wildcard-match',
  summary: 'tell which hosts a certificate or a wildcard covers, as TLS clients decide',
  synopsis: [
    '[OPTION]... PATTERN...  < hosts',
    '[OPTION]... (-e PATTERN | -f FILE | --cert FILE)... [HOSTFILE]...',
    '[OPTION]... --host NAME [--host NAME]... [PATTERN]...',
  ],
  options: {
    pattern: { short: 'e', value: 'PATTERN', repeatable: true, help: 'match a host name, *.NAME or IP address' },
    file: { short: 'f', value: 'FILE', repeatable: true, help: 'match the patterns in FILE, one a line' },
    cert: { value: 'FILE', repeatable: true, help: 'match the names of the certificates or requests in FILE' },
    host: { value: 'NAME', repeatable: true, help: 'print the patterns that cover the host NAME' },
    'invert-match': { short: 'v', help: 'print those that do not match' },
    count: { short: 'c', help: 'print only how many' },
    'max-count': { short: 'm', value: 'NUM', help: 'stop after NUM' },
    all: { help: 'succeed only if every host is covered; print those that are not' },
    url: { help: 'take lines that are URLs for the host in them' },
    cn: { help: 'let a common name count where subjectAltName has no name, as clients once did' },
    rfc6125: { help: 'allow * as a part of the left-most label (f*.NAME), as old clients do' },
  },
  notes: ['* stands for exactly one label, the left-most: *.valami.hu covers alma.valami.hu, not valami.hu.'],
  async run(call) {
    const { values } = call;
    onlyOne(values, ['invert-match', 'all']);
    if (values.host.length > 0) await printPatterns(call);
    else await filterHosts(call);
    call.output.commit();
  },
});
