// The tests as programs Node.js runs as they are: a file of each, with all of ours that it imports inside, and tap as one
// module for all of them. As they are written they load tap's two hundred modules and a hundred of ours one by one through
// hooks that take the types off, which is a second of CPU a file.
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Types are off as scripts/strip-types.js takes them off. */
const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'esnext',
  sourcemap: 'inline',
  sourcesContent: false,
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: false } },
  logLevel: 'error',
};

/** Modules go on to know where they are written. */
const asWritten = {
  name: 'as-written',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: 'ts',
    }));
  },
};

/** tap names folders and reports after the file that runs. */
const beforeTap = `
  import { createRequire as $require } from 'node:module';
  const require = $require(import.meta.url);
  process.argv[1] = process.argv[1].replace(/\\/\\.tap\\/suite-\\w+\\//, '/').replace(/js$/, 'ts');
`;

/**
 * The programs of these test files.
 *
 * @param {readonly string[]} files relative to the checkout
 * @returns {Promise<string>} the folder they lie in: a program of each, `.js` in place of `.ts`
 */
export async function bundledTests(files) {
  mkdirSync(join(root, '.tap'), { recursive: true });
  // Inside the checkout, where packages are found from.
  const folder = mkdtempSync(join(root, '.tap/suite-'));
  // By this name tap knows itself in a stack: failures are shown at the first place that is another's.
  const bundledTap = join(folder, 'node_modules/@tapjs/tap/index.mjs');
  const stdin = { contents: "export * from 'tap'; export { default } from 'tap';", resolveDir: root };
  await build({ ...common, stdin, outfile: bundledTap, sourcemap: false, banner: { js: beforeTap } });
  const oneTap = {
    name: 'one-tap',
    setup: ({ onResolve }) => onResolve({ filter: /^tap$/ }, () => ({ path: bundledTap, external: true })),
  };
  const plugins = [oneTap, asWritten];
  await build({ ...common, entryPoints: files, outbase: root, outdir: folder, packages: 'external', plugins });
  return folder;
}
