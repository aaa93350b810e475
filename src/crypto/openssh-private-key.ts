import type { JsonWebKey, KeyObject } from 'node:crypto';
import { encodePem } from '../pem/encode.js';
import { opensshEnvelope } from '../pkcs/openssh-cipher.js';
import { OPENSSH_LABEL } from '../x509/openssh-key.js';
import { sshInteger, sshString } from '../x509/ssh-wire.js';
import { jsonWebKeyOf } from './json-web-key.js';
import { octetsOf } from './key-numbers.js';
import { opensshPublicKey } from './openssh-public-key.js';

/**
 * A private key as ssh-keygen writes it.
 *
 * @param passphrase encrypts it
 * @throws {PkiError} KEY_FORMAT: OpenSSH has no form for its kind
 */
export function opensshPem(key: KeyObject, passphrase: Uint8Array | undefined): string {
  const jwk = jsonWebKeyOf(key);
  const { octets } = opensshPublicKey(jwk);
  return encodePem(OPENSSH_LABEL, opensshEnvelope(octets, privateFields(jwk, octets), passphrase));
}

/** The kind of a key and its numbers, in the order of the private part (PROTOCOL.key). */
function privateFields(jwk: JsonWebKey, publicKey: Buffer): Buffer {
  const { kty, n = '', e = '', d = '', p = '', q = '', qi = '', x = '' } = jwk;
  if (kty === 'RSA') {
    return Buffer.concat([sshString('ssh-rsa'), ...[n, e, d, qi, p, q].map((number) => sshInteger(octetsOf(number)))]);
  }
  // The others repeat the public key first.
  if (kty === 'EC') return Buffer.concat([publicKey, sshInteger(octetsOf(d))]);
  return Buffer.concat([publicKey, sshString(Buffer.concat([octetsOf(d), octetsOf(x)]))]);
}
