// Builds dist/: a CommonJS file a command, and a file of its own for every module of ours that is reached by import().
// The rule is the whole design: `import x from` is paid at start-up, `import()` when it is needed.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const commandsDir = join(root, 'src/commands');

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

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: {
    PKIUTILS_VERSION: JSON.stringify((await import('../package.json', { with: { type: 'json' } })).default.version),
  },
  plugins: [dynamicImportsStayOutside],
};

/** A chunk of ours is required (no ES module loader is started for it); clipboardy, an ES module, is really imported. */
const bundleFile = (options, path) =>
  build({
    ...shared,
    ...options,
    external: ['clipboardy'],
    supported: { 'dynamic-import': basename(path) === 'clipboard.ts' },
  });

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
mkdirSync(commandsDir, { recursive: true });

await Promise.all(
  readdirSync(commandsDir)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const name = basename(file, '.ts');
      const contents = `import { command } from './commands/${name}.js'; import { main } from './cli/main.js'; void main(command);`;
      const stdin = { contents, resolveDir: join(root, 'src'), loader: 'ts' };
      return bundleFile({ stdin, outfile: join(dist, `${name}.cjs`) }, file);
    }),
);

const built = new Set();
for (let open = [...chunks]; open.length > 0; open = [...chunks].filter(([path]) => !built.has(path))) {
  for (const [path] of open) built.add(path);
  await Promise.all(
    open.map(([path, name]) => bundleFile({ entryPoints: [path], outfile: join(dist, `${name}.cjs`) }, path)),
  );
}
