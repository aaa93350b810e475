import type { KeyObject } from 'node:crypto';
import { jsonWebKeyOf } from '../../crypto/json-web-key.js';
import { PkiError } from '../../errors.js';
import { checkKeyFormat, encryptedPkcs8, type KeyFormat, keyFormats, privateKeyPem } from '../../pkcs/write-key.js';

/** The forms a key is written in. */
export type Form = KeyFormat | 'jwk' | 'openssh';

/** The values of --to. */
export const forms: readonly Form[] = [...keyFormats, 'jwk', 'openssh'];

/**
 * Asserts that a key has this form.
 *
 * @throws {PkiError} KEY_FORMAT
 */
export function checkForm(form: Form, key: KeyObject, { isEncrypted }: { isEncrypted: boolean }): void {
  if (form !== 'jwk' && form !== 'openssh') checkKeyFormat(key.asymmetricKeyType, form);
  if (!isEncrypted || form === 'pkcs8' || form === 'openssh') return;
  throw new PkiError('KEY_FORMAT', `a key in the form ${form} is never encrypted here`, {
    hint: 'an encrypted key is pkcs8 or openssh; --no-pass writes one that came encrypted without encryption',
  });
}

/** How a key is written in a form. */
export interface KeyWriteOptions {
  readonly asDer: boolean;
  /** Encrypts pkcs8 and openssh, the forms {@link checkForm} lets be encrypted. */
  readonly passphrase: Uint8Array | undefined;
}

/**
 * A private key in a form.
 *
 * @throws {PkiError} KEY_FORMAT: its kind has no such form
 */
export async function privateKeyIn(
  form: Form,
  key: KeyObject,
  { asDer, passphrase }: KeyWriteOptions,
): Promise<string | Uint8Array> {
  if (form === 'jwk') return `${JSON.stringify(jsonWebKeyOf(key))}\n`;
  if (form === 'openssh') {
    const { opensshPem } = await import('../../crypto/openssh-private-key.js');
    return opensshPem(key, passphrase);
  }
  if (!asDer) return privateKeyPem(key, form, passphrase);
  const der = key.export({ type: form, format: 'der' });
  return passphrase === undefined ? der : encryptedPkcs8(der, passphrase);
}
