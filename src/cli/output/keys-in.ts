import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { isPrivateKeyLabel, PrivateKey, privateKeyForm } from '../../crypto/private-key.js';
import { isPkiError } from '../../errors.js';
import type { InputItem, InputObject } from '../../input/item.js';
import { ObjectScanner } from '../../input/objects.js';
import { fileChunks } from '../../input/source.js';
import { isPkcs12 } from '../../pkcs/container.js';
import type { HeldKey } from './held-keys.js';
import { signsIn } from './signs.js';

/** The private keys in a file, as `heldKeys` tells them. */
export function keysIn(path: string): readonly HeldKey[] {
  const keys: HeldKey[] = [];
  let isDamaged = false;
  for (const item of itemsOf(path)) {
    if (item.kind === 'fault') isDamaged = true;
    else if (isKey(item)) keys.push({ identity: identityOf(item) });
  }
  if (isDamaged && looksLikeKey(path)) keys.push({ identity: undefined });
  return keys;
}

function* itemsOf(path: string): Generator<InputItem, void> {
  const scanner = new ObjectScanner();
  for (const chunk of fileChunks(path)) yield* scanner.push(chunk);
  yield* scanner.end();
}

const LABEL = 'PRIVATE KEY';
const LABEL_UTF16 = [...LABEL].join('\0');
const JWK = '"kty"';
const JWK_PRIVATE = '"d"';

/** For what no reader takes: damaged blocks, JSON Web Keys. */
function looksLikeKey(path: string): boolean {
  const found = signsIn(fileChunks(path), [LABEL, LABEL_UTF16, JWK, JWK_PRIVATE]);
  return found.has(LABEL) || found.has(LABEL_UTF16) || (found.has(JWK) && found.has(JWK_PRIVATE));
}

const isKey = ({ label, der }: InputObject): boolean =>
  privateKeyForm(der) !== undefined || (label !== undefined && isPrivateKeyLabel(label)) || isPkcs12(der);

function identityOf({ headers, der }: InputObject): string | undefined {
  const form = privateKeyForm(der);
  if (form === undefined || form === 'encrypted' || headers.length > 0) return undefined;
  try {
    return publicKeyIdentity(new PrivateKey(der, form, false).publicKeyInfo);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
