import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const { bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { bin: object };
const read = (name: string): string => readFileSync(`${dist}${name}`, 'utf8');

/** The commands that are there to reach the network. */
const reaching: readonly string[] = [
  'cert-fetch',
  'csr-submit',
  'acme-account',
  'cert-revoke',
  'cert-due',
  'cert-status',
];

/** Modules of Node.js that a connection or a name look-up begins with, however they are loaded. */
const network =
  /\b(?:require|import|getBuiltinModule)\(["'`](?:node:)?(?:net|tls|http|https|http2|dns|dns\/promises|dgram|inspector|inspector\/promises)["'`]\)|\bfetch\(|\bWebSocket\(|\bEventSource\(|process\.binding/;

/** A command's file in dist/ with all that it loads, directly or by way of others. */
function filesOf(command: string): Set<string> {
  const files = new Set([`${command}.cjs`]);
  for (const file of files) {
    for (const [, name = ''] of read(file).matchAll(/["'`]\.\/([\w-]+\.cjs)["'`]/g)) files.add(name);
  }
  return files;
}

t.test('only the commands that are there for it can reach the network', async (t) => {
  const able = new Set(readdirSync(dist).filter((name) => name.endsWith('.cjs') && network.test(read(name))));
  for (const command of Object.keys(bin)) {
    const files = [...filesOf(command)].filter((file) => able.has(file));
    if (reaching.includes(command)) t.not(files.length, 0, `${command} reaches it`);
    else t.same(files, [], `${command} does not`);
  }
  const known = new Set(reaching.flatMap((command) => [...filesOf(command)]));
  t.same(
    [...able].filter((file) => !known.has(file)),
    [],
    'nor does anything else that ships',
  );
});

t.test('only two parts start another program, neither through a shell', async (t) => {
  const starters = readdirSync(dist).filter((name) => {
    const text = name.endsWith('.cjs') ? read(name) : '';
    return /child_process|import\("clipboardy"\)/.test(text);
  });
  t.same(starters.sort(), ['acme-hook.cjs', 'cli-clipboard.cjs']);
  for (const name of starters) t.notMatch(read(name), /shell:|\bexec(?:Sync)?\(/, name);
});
