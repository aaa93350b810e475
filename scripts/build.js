// Builds dist/: a CommonJS file a command, and a file of its own for every module of ours that is reached by import();
// and what else names every command: the launchers in bin/, the completions in share/.
// The rule is the whole design: `import x from` is paid at start-up, `import()` when it is needed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { pkijsIsPruned } from './pkijs-is-pruned.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
/** The list of commands is `bin` in package.json. */
const commands = Object.keys(manifest.bin);

/** Modules reached by import(), by path: discovered while bundling, then bundled themselves. */
const chunks = new Map();

/** `src/pki/keys.ts` becomes `pki-keys`: flat, and no two modules share a name. */
const chunkName = (path) => path.slice(join(root, 'src/').length).replace(/\.ts$/, '').replaceAll('/', '-');

/** @type {import('esbuild').Plugin} */
const dynamicImportsStayOutside = {
  name: 'dynamic-imports-stay-outside',
  setup(bundle) {
    bundle.onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const path = resolve(args.resolveDir, args.path.replace(/\.js$/, '.ts'));
      chunks.set(path, chunkName(path));
      return { path: `./${chunkName(path)}.cjs`, external: true };
    });
  },
};

/**
 * `import process from 'node:process'` would copy all of its hundred properties, once a module: as the global object it
 * costs nothing.
 *
 * @type {import('esbuild').Plugin}
 */
const processIsGlobal = {
  name: 'process-is-global',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:process$/ }, ({ path }) => ({ path, namespace: 'global' }));
    bundle.onLoad({ filter: /.*/, namespace: 'global' }, () => ({ contents: 'export default globalThis.process' }));
  },
};

/**
 * The public suffix list lies beside the code as what it is: as a constant in it, V8 would read it with the code, and once
 * more from what it keeps of that.
 *
 * @type {import('esbuild').Plugin}
 */
const suffixListIsData = {
  name: 'suffix-list-is-data',
  setup(bundle) {
    bundle.onLoad({ filter: /names\/public-suffix-list\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], format: 'esm', write: false });
      const { suffixLines } = await imported(outputFiles[0]);
      files.set('public-suffix-list.txt', suffixLines);
      return {
        contents: `import { readFileSync } from 'node:fs';
          export const suffixLines = readFileSync(\`\${__dirname}/public-suffix-list.txt\`);`,
      };
    });
  },
};

/** The exports of a module that was made just now. */
async function imported({ contents }) {
  return await import(`data:text/javascript;base64,${Buffer.from(contents).toString('base64')}`);
}

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  // A third less to parse at every start.
  minifyIdentifiers: true,
  legalComments: 'none',
  write: false,
  metafile: true,
  define: {
    PKIUTILS_VERSION: JSON.stringify(manifest.version),
  },
  plugins: [dynamicImportsStayOutside, processIsGlobal, suffixListIsData, pkijsIsPruned],
};

/** Files of dist/ by name, kept in memory until all of them are made. */
const files = new Map();
/** Folders of the packages whose code went into a bundle. */
const packages = new Set();

/** A chunk of ours is required (no ES module loader is started for it); clipboardy, an ES module, is really imported. */
async function bundleFile(name, options, path) {
  const { outputFiles, metafile } = await build({
    ...shared,
    ...options,
    outfile: join(dist, `${name}.cjs`),
    external: ['clipboardy'],
    supported: { 'dynamic-import': basename(path) === 'clipboard.ts' },
  });
  for (const file of outputFiles) {
    // The launcher reads them so: a single character more would double what V8 holds and reads at every start.
    if (file.contents.some((octet) => octet > 0x7f)) throw new Error(`${name}.cjs holds more than ASCII`);
    files.set(basename(file.path), file.contents);
  }
  for (const input of Object.keys(metafile.inputs)) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder !== undefined) packages.add(folder);
    // Its data is in a file of ours.
    if (input.endsWith('public-suffix-list.ts')) packages.add('node_modules/tldts');
  }
}

/** The licences of the bundled packages, which ask for their text beside the code. */
function thirdPartyLicenses() {
  const parts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
    const text = file === undefined ? '' : `\n${readFileSync(join(root, folder, file), 'utf8').trim()}\n`;
    return `${name} ${version} (${license})\n${text}`;
  });
  return `The files in this folder contain code of these packages.\n\n${parts.join('\n----\n\n')}`;
}

await Promise.all(
  commands.map((name) => {
    const contents = `import { command } from './commands/${name}.js'; import { main } from './cli/main.js'; void main(command);`;
    return bundleFile(name, { stdin: { contents, resolveDir: join(root, 'src'), loader: 'ts' } }, name);
  }),
);

const built = new Set();
for (let open = [...chunks]; open.length > 0; open = [...chunks].filter(([path]) => !built.has(path))) {
  for (const [path] of open) built.add(path);
  await Promise.all(open.map(([path, name]) => bundleFile(name, { entryPoints: [path] }, path)));
}
// The launcher knows by this which compiled code belongs to these files.
const hash = createHash('sha256');
for (const name of [...files.keys()].sort()) hash.update(files.get(name));
const define = { ...shared.define, PKIUTILS_BUILD: JSON.stringify(hash.digest('hex').slice(0, 16)) };
await bundleFile('launch', { entryPoints: [join(root, 'src/launch/launch.ts')], define }, 'launch.ts');
files.set('THIRD-PARTY-LICENSES.txt', thirdPartyLicenses());

/** Completions for bash, zsh and fish, from the option tables: files of share/ by path. */
async function completions() {
  const imports = commands.map((name, i) => `import { command as c${i} } from './commands/${name}.js';`);
  const contents = `import { completionFiles } from './completion/files.js';
    ${imports.join('')} export const files = [${commands.map((_, i) => `...completionFiles(c${i})`)}];`;
  const { outputFiles } = await build({
    ...shared,
    stdin: { contents, resolveDir: join(root, 'src'), loader: 'ts' },
    format: 'esm',
  });
  return (await imported(outputFiles[0])).files;
}

for (const [path, text] of await completions()) {
  mkdirSync(dirname(join(root, 'share', path)), { recursive: true });
  writeFileSync(join(root, 'share', path), text);
}

/** Each file is replaced at once and stale ones go last: a command that starts meanwhile finds the old or the new. */
function replaceFolder(folder, contentsOf) {
  mkdirSync(folder, { recursive: true });
  for (const [name, contents] of contentsOf) {
    const path = join(folder, name);
    if (existsSync(path) && readFileSync(path).equals(Buffer.from(contents))) continue;
    writeFileSync(`${path}.new`, contents, { mode: commands.includes(name) ? 0o777 : 0o666 });
    renameSync(`${path}.new`, path);
  }
  for (const name of readdirSync(folder)) if (!contentsOf.has(name)) rmSync(join(folder, name), { force: true });
}

const launcher = (name) => `#!/usr/bin/env node\n'use strict';\nrequire('../dist/launch.cjs').launch('${name}');\n`;
const launchers = new Map(commands.map((name) => [name, launcher(name)]));

replaceFolder(dist, files);
replaceFolder(join(root, 'bin'), launchers.set('package.json', '{\n  "type": "commonjs"\n}\n'));
