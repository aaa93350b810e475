import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { readContent } from '../../src/input/content.js';
import type { InputItem } from '../../src/input/item.js';
import { ObjectScanner } from '../../src/input/objects.js';
import { openKey } from '../../src/input/private-key.js';

/** JSON Web Keys, compared with what node:crypto makes of them. */

const pairs = [
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ['P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', generateKeyPairSync('ed25519')],
  ['X25519', generateKeyPairSync('x25519')],
] as const;

function scan(value: unknown): InputItem[] {
  const scanner = new ObjectScanner();
  return [...scanner.push(Buffer.from(JSON.stringify(value))), ...scanner.end()];
}

function objectsIn(value: unknown) {
  return scan(value).map((item) => {
    const content = item.kind === 'fault' ? item : readContent(item);
    if (content.kind === 'fault') throw new Error(content.message);
    return content;
  });
}

for (const [name, { publicKey, privateKey }] of pairs) {
  t.test(name, async (t) => {
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    const [shown] = objectsIn(publicKey.export({ format: 'jwk' }));
    t.equal(shown?.object.type, 'public_key');
    t.same(shown?.octets, spki);
    const [secret] = objectsIn(privateKey.export({ format: 'jwk' }));
    if (secret?.object.type !== 'private_key') throw new Error('a private key is read as one');
    const { key } = await openKey(secret.object, async function* () {}, name);
    t.same(createPublicKey(key).export({ format: 'der', type: 'spki' }), spki);
    t.end();
  });
}

t.test('several, and such as are none', (t) => {
  const keys = pairs.map(([, { publicKey }]) => publicKey.export({ format: 'jwk' }));
  t.same(
    objectsIn({ keys }).map(({ place }) => place),
    keys.map((_, i) => `line 1, keys.${i}`),
  );
  for (const jwk of [
    { kty: 'oct', k: 'AAAA' },
    { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
    { kty: 'EC', crv: 'none', x: 'AA', y: 'AA' },
    { kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'AQAB' },
  ]) {
    t.match(
      scan(jwk),
      [{ kind: 'fault', message: /^line 1: a JSON Web Key that lacks a number/ }],
      JSON.stringify(jwk),
    );
  }
  t.end();
});
