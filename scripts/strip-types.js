// usage: node --import=./scripts/strip-types.js FILE.ts
// Takes the types off the modules that are loaded, as .taprc has it for the tests: off, not checked. Every test file is a
// process that loads some hundred modules: what was done once is kept, a file a module, and neither the TypeScript
// compiler nor esbuild is loaded for it. tap's own loader, which .taprc turns off, is a second of CPU a test file.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const cache = fileURLToPath(new URL('../node_modules/.cache/pkiutils-tests', import.meta.url));
const hash = (text) => createHash('sha256').update(text).digest('hex');
/** The output depends on this file too. */
const self = readFileSync(new URL(import.meta.url), 'utf8');
const require = module.createRequire(import.meta.url);

/** `./x.js` in a TypeScript module is x.ts where there is one. */
export function resolve(specifier, context, next) {
  if (context.parentURL?.endsWith('.ts') && /^\.\.?\/.*\.js$/.test(specifier)) {
    const url = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
    if (existsSync(url)) return { url: url.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  return { format: 'module', source: stripped(fileURLToPath(url)), shortCircuit: true };
}

/** The JavaScript of a TypeScript file, from the cache where it is the same still. */
function stripped(path) {
  const source = readFileSync(path, 'utf8');
  const banner = `// ${hash(self + source)}`;
  const place = join(cache, hash(path));
  const found = existsSync(place) ? readFileSync(place, 'utf8') : '';
  if (found.startsWith(banner)) return found;
  const made = strip(source, path, banner);
  // Two test files may come to the same module at once.
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${place}.${process.pid}`, made);
  renameSync(`${place}.${process.pid}`, place);
  return made;
}

function strip(source, sourcefile, banner) {
  // Loaded for what is new alone.
  const { transformSync } = require('esbuild');
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: false } };
  const options = { loader: 'ts', format: 'esm', target: 'esnext', sourcemap: 'inline', sourcesContent: false };
  return transformSync(source, { ...options, banner, sourcefile, tsconfigRaw }).code;
}

// From Node.js 26 on, hooks of a thread of their own are deprecated.
if (module.registerHooks !== undefined) module.registerHooks({ resolve, load });
else if (isMainThread) module.register(import.meta.url);
