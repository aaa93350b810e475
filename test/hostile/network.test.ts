import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Modules of Node.js that a connection or a name look-up begins with. */
const network =
  /\brequire\("(?:node:)?(?:net|tls|http|https|http2|dns|dns\/promises|dgram|inspector)"\)|\bfetch\(|\bWebSocket\(/;

t.test('nothing that ships can reach the network', async (t) => {
  const files = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
  t.ok(files.length > 6, 'the build is there');
  for (const name of files) t.notMatch(readFileSync(`${dist}${name}`, 'utf8'), network, name);
});

t.test('only the clipboard starts another program, and not through a shell', async (t) => {
  const starters = readdirSync(dist).filter((name) => {
    const text = name.endsWith('.cjs') ? readFileSync(`${dist}${name}`, 'utf8') : '';
    return /child_process|import\("clipboardy"\)/.test(text);
  });
  t.same(starters.sort(), ['cli-clipboard.cjs']);
  for (const name of starters) t.notMatch(readFileSync(`${dist}${name}`, 'utf8'), /shell:|\bexec(?:Sync)?\(/, name);
});
