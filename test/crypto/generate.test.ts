import { spawnSync } from 'node:child_process';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { buildSync } from 'esbuild';
import t from 'tap';
import { generateKey, type NewKey } from '../../src/crypto/generate.js';
import { isOfKind, parseKeyAlgorithm } from '../../src/crypto/key-algorithm.js';
import { publicKeyInfo } from '../../src/crypto/key-pair.js';
import { isWhole } from '../support/whole.js';

const kinds = ['rsa:2048', 'ec:P-256', 'ec:P-384', 'ec:P-521', 'ed25519', 'ed448'];

const pkcs8Of = (key: KeyObject): Buffer => key.export({ type: 'pkcs8', format: 'der' });

t.test('a new key is of the kind asked for, in the octets OpenSSL writes', async (t) => {
  for (const kind of kinds) {
    const algorithm = parseKeyAlgorithm(kind);
    const { key, spki, pkcs8 } = generateKey(algorithm);
    t.ok(isOfKind(key, algorithm), kind);
    t.same(pkcs8, pkcs8Of(key), `${kind}: PKCS #8`);
    t.same(spki, publicKeyInfo(key), `${kind}: SubjectPublicKeyInfo`);
  }
});

t.test('zeros in front of scalar and coordinates are kept', async (t) => {
  // The top octet of a P-521 number is 0 every other time.
  const keys: NewKey[] = Array.from({ length: 20 }, () => generateKey({ type: 'ec', curve: 'P-521' }));
  const numbers = keys.map(({ key }) => {
    const { d = '', x = '', y = '' } = key.export({ format: 'jwk' });
    return [d, x, y].map((number) => Buffer.from(number, 'base64url'));
  });
  t.ok(
    numbers.flat().some((number) => number[0] === 0),
    'one begins with zero',
  );
  for (const { key, spki, pkcs8 } of keys) {
    t.same(pkcs8, pkcs8Of(key));
    t.ok(createPublicKey({ key: Buffer.from(spki), type: 'spki', format: 'der' }).equals(createPublicKey(key)));
  }
});

t.test('garbage that is collected while a new key is looked at does not stop Node.js', async (t) => {
  const outfile = join(t.testdir(), 'generate.cjs');
  buildSync({ entryPoints: ['src/crypto/generate.ts'], bundle: true, platform: 'node', format: 'cjs', outfile });
  for (const algorithm of ["{ type: 'ed25519' }", "{ type: 'ec', curve: 'P-256' }"]) {
    const script = `const { generateKey } = require(${JSON.stringify(outfile)});
      for (let i = 0; i < ${isWhole ? 4000 : 2000}; i++) {
        const { key } = generateKey(${algorithm});
        key.asymmetricKeyDetails;
        key.export({ format: 'jwk' });
      }`;
    const flags = ['--gc-global', '--max-semi-space-size=1'];
    const { status, signal } = spawnSync(process.execPath, [...flags, '-e', script], { timeout: 120_000 });
    t.same({ status, signal }, { status: 0, signal: null }, algorithm);
  }
});
