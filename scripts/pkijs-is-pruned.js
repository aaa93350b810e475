import { readFileSync } from 'node:fs';

/**
 * PKI.js is 120 classes in one file, of which we build with a dozen. It says it has no side effects, but esbuild keeps
 * all of it: the names of the classes are set in static blocks, and on loading it makes an engine of the global
 * WebCrypto, which we do not use: signing is node:crypto's. As static fields and without the engine, the unused part
 * goes: loading what remains takes 0.6 of the time.
 *
 * @type {import('esbuild').Plugin}
 */
export const pkijsIsPruned = {
  name: 'pkijs-is-pruned',
  setup(bundle) {
    bundle.onLoad({ filter: /[\\/](pkijs|asn1js)[\\/]build[\\/]index\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const contents = source
        .replace(/static \{\s*this\.(\w+) = ([^;{}]+);\s*\}/g, 'static $1 = $2;')
        .replace(/^initCryptoEngine\(\);$/m, '');
      if (contents === source) throw new Error(`${path} has changed: see whether it still needs to be rewritten`);
      return { contents, loader: 'js' };
    });
  },
};
