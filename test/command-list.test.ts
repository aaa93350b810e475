import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** The list of commands is `bin` in package.json: everything else that names them all has the same. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const { bin, man } = JSON.parse(text('package.json')) as { bin: Readonly<Record<string, string>>; man: string[] };
const names = Object.keys(bin);

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending) && statSync(join(root, folder, name)).isFile() && name !== 'package.json')
    .map((name) => name.slice(0, name.length - ending.length));

const found: Readonly<Record<string, readonly string[]>> = {
  'src/commands': filesIn('src/commands', '.ts'),
  'bin/': filesIn('bin', ''),
  'pages of section 1 in man/': filesIn('man', '.1'),
  'pages of section 1 in package.json': man.flatMap((path) => /^man\/([^/]+)\.1$/.exec(path)?.[1] ?? []),
  'the table of README.md': [...text('README.md').matchAll(/^\| \[`([\w-]+)`\]\(man\//gm)].map(([, name = '']) => name),
  'completions for bash': filesIn('share/bash-completion/completions', ''),
  'completions for zsh': filesIn('share/zsh/site-functions', '').map((name) => name.replace(/^_/, '')),
  'completions for fish': filesIn('share/fish/vendor_completions.d', '.fish'),
};

for (const [place, there] of Object.entries(found)) {
  t.same([...there].sort(), [...names].sort(), place);
}

t.same(
  man.toSorted(),
  readdirSync(join(root, 'man'))
    .map((name) => `man/${name}`)
    .toSorted(),
  'every page is installed',
);

t.test('the launchers differ in the name only', async (t) => {
  for (const name of names) {
    t.equal(bin[name], `bin/${name}`);
    accessSync(join(root, `bin/${name}`), constants.X_OK);
    t.equal(
      text(`bin/${name}`),
      `#!/usr/bin/env node\n'use strict';\nrequire('../dist/launch.cjs').launch('${name}');\n`,
    );
  }
});

t.test('every command is built, and called in a test', async (t) => {
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('command-list.test.ts'))
    .map((path) => text(`test/${path}`));
  for (const name of names) {
    const call = new RegExp(`\\$ ${name} |['"\`]${name}['"\`]`);
    t.ok(
      tests.some((test) => call.test(test)),
      `${name} is called`,
    );
    t.ok(existsSync(join(root, `dist/${name}.cjs`)), `${name}.cjs`);
  }
});
