// What tap's loader asks for JavaScript (tsconfig.json, ts-node): types are taken off, not checked. Every test file is a
// process that loads some hundred modules: what was done once is kept, a file a module, in half the time of a test run.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const cache = join(__dirname, '../node_modules/.cache/pkiutils-tests');
const hash = (text) => createHash('sha256').update(text).digest('hex');
/** What is made hangs on this file too. */
const self = readFileSync(__filename, 'utf8');
const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: false } };

function strip(source, sourcefile) {
  // Loaded for what is new alone.
  const { transformSync } = require('esbuild');
  const options = { loader: 'ts', format: 'esm', target: 'esnext', sourcemap: 'external' };
  const { code, map } = transformSync(source, { ...options, sourcefile, tsconfigRaw });
  return { outputText: code, sourceMapText: map };
}

function kept(path, key) {
  try {
    const entry = JSON.parse(readFileSync(path, 'utf8'));
    return entry.key === key ? entry : undefined;
  } catch {
    return undefined;
  }
}

exports.create = () => {
  mkdirSync(cache, { recursive: true });
  return {
    transpile(source, { fileName }) {
      const path = join(cache, hash(fileName));
      const key = hash(self + source);
      const found = kept(path, key);
      if (found !== undefined) return found;
      const made = strip(source, fileName);
      // Two test files may come to the same module at once.
      writeFileSync(`${path}.${process.pid}`, JSON.stringify({ key, ...made }));
      renameSync(`${path}.${process.pid}`, path);
      return made;
    },
  };
};
