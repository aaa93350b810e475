import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { run } from './support/session.js';
import { isWhole } from './support/whole.js';

/** The package: where its code comes from, under which licences, and that the same bytes can be made again. */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = json('package.json') as {
  name: string;
  version: string;
  bin: Record<string, string>;
  man: string[];
  dependencies: Record<string, string>;
};

interface Bill {
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly licenses?: readonly { readonly license?: { readonly id?: string }; readonly expression?: string }[];
  }[];
}

/** Licences under which what we ship may be used for anything. */
const permissive = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  '0BSD',
  'CC0-1.0',
]);
/** Of alternatives one is enough. */
const isPermissive = (licence: string): boolean =>
  licence
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((each) => each.split(' AND ').every((part) => permissive.has(part)));

/** Packages the build put into dist/, as it says itself. */
const bundled = [
  ...readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').matchAll(/^(\S+) (\d\S*) \((.*)\)$/gm),
].map(([, name = '', version = '', licence = '']) => ({ name, version, licence }));

t.test('npm pack', async (t) => {
  const directory = t.testdir({ first: {}, second: {} });
  // It would build twice: outside a whole run what is packed is the build that is there, with a bill made for it.
  const bare = isWhole ? [] : ['--ignore-scripts'];
  if (!isWhole) t.equal(run(process.execPath, ['scripts/sbom.js'], { cwd: root }).status, 0, 'the bill is made');
  const pack = (folder: string) => {
    const args = ['pack', ...bare, '--json', '--pack-destination', join(directory, folder)];
    const { status, stdout, stderr } = run('npm', args, { cwd: root });
    t.equal(status, 0, 'packs', { stderr });
    const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[$/m))) as [
      { files: { path: string }[]; filename: string },
    ];
    return {
      files: packed.files.map(({ path }) => path),
      bytes: readFileSync(join(directory, folder, packed.filename)),
    };
  };
  const { files, bytes } = pack('first');
  const names = Object.keys(manifest.bin);
  const expected = [
    ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json', 'sbom.cdx.json', 'share/pkiutils.mk'],
    ...['share/pkiutils.schema.json', 'bin/package.json', 'share/systemd/renew@.service', 'share/systemd/renew@.timer'],
    ...names.map((name) => `bin/${name}`),
    ...manifest.man,
    ...names.map((name) => `share/bash-completion/completions/${name}`),
    ...names.map((name) => `share/zsh/site-functions/_${name}`),
    ...names.map((name) => `share/fish/vendor_completions.d/${name}.fish`),
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/launch.cjs',
    'dist/public-suffix-list.txt',
    ...names.map((name) => `dist/${name}.cjs`),
  ];
  const rooms = readdirSync(join(root, 'src'));
  const parts = files.filter(
    (path) => !expected.includes(path) && rooms.some((room) => path.startsWith(`dist/${room}-`)),
  );
  t.same(files.filter((path) => !parts.includes(path)).sort(), expected.sort(), 'what is needed and nothing else');
  const texts = files
    .filter((path) => /^dist\/.*\.cjs$/.test(path))
    .map((path) => readFileSync(join(root, path), 'utf8'));
  for (const part of parts) {
    t.ok(
      texts.some((text) => text.includes(`./${part.slice('dist/'.length)}`)),
      `${part} is loaded by another`,
    );
  }
  if (isWhole) t.ok(pack('second').bytes.equals(bytes), 'a second time, the same bytes');
});

t.test('the bill of materials', async (t) => {
  const { components } = json('sbom.cdx.json') as Bill;
  const known = new Set(components.map(({ name, version }) => `${name}@${version}`));
  for (const { name, version } of bundled)
    t.ok(known.has(`${name}@${version}`), `${name} is in dist/, and in the bill`);
  const folders = run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root })
    .stdout.trim()
    .split('\n')
    .slice(1);
  t.ok(folders.length > 0, 'something is installed with it');
  for (const folder of folders) {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
    };
    t.ok(known.has(`${name}@${version}`), `${name} is installed with it, and in the bill`);
  }
  t.equal(
    known.size,
    new Set([
      ...bundled.map((each) => `${each.name}@${each.version}`),
      ...folders.map((folder) => {
        const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
          name: string;
          version: string;
        };
        return `${name}@${version}`;
      }),
    ]).size,
    'and nothing else is',
  );
  t.notOk(known.has('tap') || [...known].some((each) => each.startsWith('typescript@')), 'no tool is in it');
  for (const { name, licenses } of components) {
    const said = (licenses ?? []).map(({ license, expression }) => expression ?? license?.id ?? '').join(' AND ');
    t.ok(isPermissive(said), `${name}: ${said}`);
  }
});

t.test('licences of what only builds and tests', async (t) => {
  const { packages } = json('package-lock.json') as { packages: Record<string, { license?: string; dev?: boolean }> };
  /** Data with a licence for texts, and a part of the test runner whose MIT licence stands in a file only: not shipped. */
  const looked = new Set(['spdx-exceptions', 'jsonc-simple-parser']);
  for (const [path, { license = 'none' }] of Object.entries(packages)) {
    const name = path.replace(/^.*node_modules\//, '');
    if (path !== '' && !looked.has(name)) t.ok(isPermissive(license), `${name}: ${license}`);
  }
});

t.test('the README says why each dependency is there', async (t) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const names = [...new Set([...Object.keys(manifest.dependencies), ...bundled.map(({ name }) => name)])];
  for (const name of names) t.match(readme, new RegExp(`^\\| .*\`${name}\`.*\\|.*\\w.*\\|$`, 'm'), name);
});

/** Another build takes its time: a whole run makes it. */
if (isWhole)
  t.test('a build elsewhere gives the same bytes', async (t) => {
    const copy = t.testdir();
    for (const name of ['src', 'scripts', 'package.json', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(join(copy, 'share'));
    const { status, stderr } = run(process.execPath, ['scripts/build.js'], { cwd: copy });
    t.equal(status, 0, 'builds', { stderr });
    for (const folder of ['dist', 'share/bash-completion', 'share/zsh', 'share/fish']) {
      const files = (from: string) =>
        readdirSync(join(from, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(from.length))
          .sort();
      t.same(files(copy), files(root), folder);
      for (const file of files(root)) {
        t.ok(
          existsSync(join(copy, file)) && readFileSync(join(copy, file)).equals(readFileSync(join(root, file))),
          file,
        );
      }
    }
  });
