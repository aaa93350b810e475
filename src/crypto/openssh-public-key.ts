import type { JsonWebKey } from 'node:crypto';
import { PkiError } from '../errors.js';
import { sshInteger, sshString } from '../x509/ssh-wire.js';
import { otherForm } from './json-web-key.js';
import { octetsOf, pointOf } from './key-numbers.js';

/** A public key as SSH has it (RFC 4253 6.6, RFC 5656 3.1, RFC 8709 4). */
interface OpensshPublicKey {
  /** `ssh-ed25519` */
  readonly kind: string;
  /** The octets that stand in an authorized_keys line in base64. */
  readonly octets: Buffer;
}

const curves: ReadonlyMap<string | undefined, string> = new Map([
  ['P-256', 'nistp256'],
  ['P-384', 'nistp384'],
  ['P-521', 'nistp521'],
]);

/**
 * The public half of a key in SSH's form.
 *
 * @throws {PkiError} KEY_FORMAT: SSH has none for its kind
 */
export function opensshPublicKey(jwk: JsonWebKey): OpensshPublicKey {
  const { kty, crv, n = '', e = '', x = '' } = jwk;
  const curve = curves.get(crv);
  if (kty === 'RSA') return publicKey('ssh-rsa', sshInteger(octetsOf(e)), sshInteger(octetsOf(n)));
  if (kty === 'EC' && curve !== undefined) {
    return publicKey(`ecdsa-sha2-${curve}`, sshString(curve), sshString(pointOf(jwk)));
  }
  if (crv === 'Ed25519') return publicKey('ssh-ed25519', sshString(octetsOf(x)));
  throw new PkiError('KEY_FORMAT', `OpenSSH has no form for ${crv} keys`, { hint: otherForm });
}

const publicKey = (kind: string, ...fields: readonly Buffer[]): OpensshPublicKey => ({
  kind,
  octets: Buffer.concat([sshString(kind), ...fields]),
});
