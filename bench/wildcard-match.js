// usage: node bench/wildcard-match.js [HOSTS]
// A filter over ten million hosts: one pattern and a hundred thousand, beside GNU grep with one and with a thousand
// regular expressions that say the same. Rates are hosts a second of whole processes, start and loading included.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const program = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin/wildcard-match');
const total = Number(process.argv[2] ?? 10_000_000);
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const path = (name) => join(cwd, name);

/** The same numbers in every run. */
let seed = 1;
const random = (below) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return (seed >>> 8) % below;
};

const word = () => Array.from({ length: 4 + random(8) }, () => 'abcdefghijklmnopqrstuvwxyz'[random(26)]).join('');

/** Hosts one, two or three labels under 150,000 domains, a tenth of them under valami.hu. */
function writeHosts(name, count, domains) {
  const descriptor = openSync(path(name), 'w');
  for (let done = 0; done < count; ) {
    let text = '';
    for (const end = Math.min(count, done + 100_000); done < end; done++) {
      const kind = random(10);
      const labels = kind === 0 ? '' : kind === 1 ? `${word()}.${word()}.` : `${word()}.`;
      text += `${labels}${kind === 2 ? 'valami.hu' : domains[random(domains.length)]}\n`;
    }
    writeSync(descriptor, text);
  }
  closeSync(descriptor);
}

const domains = Array.from({ length: 150_000 }, (_, i) => `${word()}${i}.hu`);
const wildcards = (count) => domains.slice(0, count).map((domain) => `*.${domain}\n`);
const regexps = (names) => names.map((name) => `^[^.]+\\.${name.trim().slice(2).replaceAll('.', '\\.')}$\n`);

try {
  writeHosts('hosts', total, domains);
  writeHosts('some', total / 10, domains);
  writeHosts('few', total / 100, domains);
  writeFileSync(path('1k'), wildcards(1_000).join(''));
  writeFileSync(path('100k'), wildcards(100_000).join(''));
  writeFileSync(path('1.re'), regexps(['*.valami.hu']).join(''));
  writeFileSync(path('1k.re'), regexps(wildcards(1_000)).join(''));
  const hook = [
    'process.on("exit", () => {',
    'require("fs").writeFileSync("peak", String(process.resourceUsage().maxRSS))',
    '})',
  ];
  writeFileSync(path('peak.cjs'), hook.join('\n'));

  const match = (...args) => [process.execPath, program, '-c', ...args];
  // Through a pipe: grep that writes to /dev/null stops at the first match.
  const grep = (list, hosts) => ['sh', '-c', 'grep -Eic -f "$1" "$2" | cat', 'sh', list, hosts];
  const candidates = [
    { name: 'wildcard-match, 1 pattern', hosts: total, command: match('-e', '*.valami.hu', 'hosts') },
    { name: 'wildcard-match, 1,000 patterns', hosts: total, command: match('-f', '1k', 'hosts') },
    { name: 'wildcard-match, 100,000 patterns', hosts: total, command: match('-f', '100k', 'hosts') },
    { name: 'grep -Ei, 1 expression', hosts: total, command: grep('1.re', 'hosts') },
    { name: 'grep -Ei, 1,000 expressions', hosts: total / 100, command: grep('1k.re', 'few') },
  ].filter(({ command }) => isInstalled(command[0]));
  const env = { ...process.env, LC_ALL: 'C' };
  const results = compare(
    candidates.map((candidate) => ({ cwd, env, ...candidate })),
    3,
  );
  const first = results[0].seconds / total;
  console.log(`${total.toLocaleString('en')} hosts, Node.js ${process.version}, medians of whole processes in turn`);
  printTable(
    ['command', 'seconds', 'million hosts/s', '× the first'],
    results.map(({ name, seconds }, i) => {
      const each = seconds / candidates[i].hosts;
      return [name, seconds.toFixed(2), (1e-6 / each).toFixed(2), (each / first).toFixed(2)];
    }),
  );

  console.log('\npeak memory');
  const peak = (...args) => {
    const command = [process.execPath, '-r', './peak.cjs', program, '-c', ...args];
    timeOnce({ command, cwd });
    return `${Math.round(Number(readFileSync(path('peak'), 'utf8')) / 1024)} MB`;
  };
  const lists = ['some', 'hosts'];
  printTable(
    ['patterns', (total / 10).toLocaleString('en'), total.toLocaleString('en')],
    [
      ['1', ...lists.map((list) => peak('-e', '*.valami.hu', list))],
      ['100,000', ...lists.map((list) => peak('-f', '100k', list))],
    ],
  );
} finally {
  rmSync(cwd, { recursive: true });
}
