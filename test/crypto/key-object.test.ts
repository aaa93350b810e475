import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import t from 'tap';
import { publicKeyInfo } from '../../src/crypto/key-pair.js';
import { PrivateKey } from '../../src/crypto/private-key.js';
import { publicKeyObject } from '../../src/crypto/public-key.js';
import { isPkiError } from '../../src/errors.js';
import { some } from '../support/whole.js';

/** Usual keys go in and out of node:crypto as numbers: what comes of them must be what its decoders make of the DER. */

type Form = 'pkcs8' | 'pkcs1' | 'sec1';

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number, publicExponent: number) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;

const keys: readonly (readonly [string, KeyObject, ...Form[]])[] = [
  ['P-256', ec('P-256'), 'pkcs8', 'sec1'],
  ['P-384', ec('P-384'), 'pkcs8', 'sec1'],
  ['P-521', ec('P-521'), 'pkcs8', 'sec1'],
  ['secp256k1', ec('secp256k1'), 'pkcs8', 'sec1'],
  ['brainpoolP256r1', ec('brainpoolP256r1'), 'pkcs8', 'sec1'],
  ['RSA', rsa(1024, 0x10001), 'pkcs8', 'pkcs1'],
  ['RSA with exponent 3', rsa(1024, 3), 'pkcs8', 'pkcs1'],
  ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).privateKey, 'pkcs8'],
  ['Ed25519', generateKeyPairSync('ed25519').privateKey, 'pkcs8'],
  ['X25519', generateKeyPairSync('x25519').privateKey, 'pkcs8'],
];

const derOf = (key: KeyObject, type: Form): Buffer => key.export({ format: 'der', type });
const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' });

/** A key in a form all are compared in; undefined for what is refused, or the reason why we do what OpenSSL does not. */
function outcome(load: () => KeyObject): string | undefined {
  try {
    return derOf(load(), 'pkcs8').toString('hex');
  } catch (error) {
    return isPkiError(error) && ownReason.test(error.message) ? error.message : undefined;
  }
}

/**
 * OpenSSL takes a number beyond the order of the curve for a key, and crashes Node.js with some of them; and it takes a tag
 * in the long form for the one it could be in the short form.
 */
const ownReason = /not below the order|tag 0x1f|multi-byte tag/;

t.test('whole keys', async (t) => {
  for (const [name, key, ...forms] of keys) {
    for (const form of forms) {
      const loaded = new PrivateKey(derOf(key, form), form, false).key;
      t.equal(derOf(loaded, 'pkcs8').toString('hex'), derOf(key, 'pkcs8').toString('hex'), `${name} from ${form}`);
      t.equal(loaded.asymmetricKeyType, key.asymmetricKeyType, `${name}: its type`);
    }
    t.equal(publicKeyInfo(key).toString('hex'), spkiOf(key).toString('hex'), `${name}: its public key`);
    const again = publicKeyObject(spkiOf(key)).export({ format: 'der', type: 'spki' });
    t.equal(again.toString('hex'), spkiOf(key).toString('hex'), `${name}: its public key, read`);
  }
});

t.test('keys with one octet changed', async (t) => {
  const usual = keys.filter(([name]) => ['P-256', 'P-521', 'RSA'].includes(name));
  for (const [name, key, ...forms] of usual) {
    for (const form of forms) {
      const der = derOf(key, form);
      const different: string[] = [];
      const version = der.indexOf(Buffer.of(0x02, 0x01, 0x00)) + 2;
      for (const [i, octet] of der.entries()) {
        for (const wrong of some([0, 0xff, octet ^ 1, octet ^ 0x80], 3, i)) {
          // A version below 0: OpenSSL 3.0 takes it, 3.5 does not.
          if (form === 'pkcs8' && i === version && wrong >= 0x80) continue;
          const damaged = Buffer.from(der);
          damaged[i] = wrong;
          const ours = outcome(() => new PrivateKey(damaged, form, false).key);
          const theirs = outcome(() => createPrivateKey({ key: damaged, format: 'der', type: form }));
          if (ours !== theirs && !ownReason.test(ours ?? '')) different.push(`octet ${i}: ${octet} made ${wrong}`);
        }
      }
      t.same(different, [], `${name} as ${form}: ${der.length} octets`);
    }
  }
});
