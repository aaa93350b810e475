import { jsonWebKeyOf } from '../../crypto/json-web-key.js';
import { opensshPublicKey } from '../../crypto/openssh-public-key.js';
import { publicKeyObject } from '../../crypto/public-key.js';
import { readElement } from '../../der/reader.js';
import { PkiError } from '../../errors.js';
import { encodePem } from '../../pem/encode.js';
import { checkKeyFormat } from '../../pkcs/write-key.js';
import { PublicKey } from '../../x509/public-key.js';
import type { Form, KeyWriteOptions } from './forms.js';

/**
 * A public key in a form: its SubjectPublicKeyInfo, RSAPublicKey, JSON Web Key, or a line for authorized_keys.
 *
 * @throws {PkiError} KEY_FORMAT: its kind has no such form
 */
export function publicKeyIn(
  form: Form,
  spki: Uint8Array,
  { asDer }: Pick<KeyWriteOptions, 'asDer'>,
): string | Uint8Array {
  switch (form) {
    case 'pkcs8':
      return asDer ? spki : encodePem('PUBLIC KEY', spki);
    case 'pkcs1': {
      checkKeyFormat(publicKeyObject(spki).asymmetricKeyType, form);
      // It stands inside as it is; Node.js 24 cannot write it.
      const der = new PublicKey(readElement(spki)).subjectPublicKey;
      return asDer ? der : encodePem('RSA PUBLIC KEY', der);
    }
    case 'sec1':
      throw new PkiError('KEY_FORMAT', 'sec1 is a form of private keys', {
        hint: 'without --to it is written as SPKI',
      });
    case 'jwk':
      return `${JSON.stringify(jsonWebKeyOf(publicKeyObject(spki)))}\n`;
    case 'openssh': {
      const { kind, octets } = opensshPublicKey(jsonWebKeyOf(publicKeyObject(spki)));
      return `${kind} ${octets.toString('base64')}\n`;
    }
  }
}
