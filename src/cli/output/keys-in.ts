import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { isPrivateKeyLabel, PrivateKey } from '../../crypto/private-key.js';
import { attempt, isPkiError } from '../../errors.js';
import { type Content, readContent } from '../../input/content.js';
import type { InputItem } from '../../input/item.js';
import { ObjectScanner } from '../../input/objects.js';
import { isPrivateKey } from '../../input/private-key.js';
import { fileChunks, readSmallFile } from '../../input/source.js';
import { beginsLikeKeys, foreignKeySigns, type HeldKey, isBare } from './held-keys.js';
import { isLongList } from './long-list.js';
import { signsIn } from './signs.js';

/** The private keys in a file, as `heldKeys` tells them. */
export function keysIn(path: string): readonly HeldKey[] {
  if (isLongList(path)) return [];
  const keys: HeldKey[] = [];
  let isDamaged = false;
  for (const item of itemsOf(path)) {
    const content = item.kind === 'fault' ? item : readContent(item);
    if (content.kind === 'fault') isDamaged = true;
    else if (isKey(content)) keys.push({ identity: identityOf(content) });
  }
  if (isDamaged && looksLikeKey(path)) keys.push({ identity: undefined });
  return keys;
}

function* itemsOf(path: string): Generator<InputItem, void> {
  const scanner = new ObjectScanner();
  const [first] = fileChunks(path);
  // A text that is too large for a key is none, whatever it begins like.
  const bare = first !== undefined && isBare(first) ? attempt(() => readSmallFile(path)) : undefined;
  for (const chunk of bare === undefined ? fileChunks(path) : [decoded(bare.toString('latin1'))]) {
    yield* scanner.push(chunk);
  }
  yield* scanner.end();
}

/** The octets of a text in hex, between blanks and colons, or in base64, whatever alphabet it has. */
function decoded(text: string): Buffer {
  const bare = text.replaceAll(/[\s:]/g, '');
  return Buffer.from(bare, /^[0-9a-f]+$/i.test(bare) ? 'hex' : 'base64');
}

const LABEL = 'PRIVATE KEY';
const LABEL_UTF16 = [...LABEL].join('\0');
const JWK = '"kty"';
const JWK_PRIVATE = '"d"';

/** For what no reader takes: damaged blocks, JSON Web Keys, keys of other tools. */
function looksLikeKey(path: string): boolean {
  const [first] = fileChunks(path);
  if (first !== undefined && beginsLikeKeys(first)) return true;
  const found = signsIn(fileChunks(path), [LABEL, LABEL_UTF16, JWK, JWK_PRIVATE, ...foreignKeySigns]);
  if (foreignKeySigns.some((sign) => found.has(sign))) return true;
  return found.has(LABEL) || found.has(LABEL_UTF16) || (found.has(JWK) && found.has(JWK_PRIVATE));
}

/** A PKCS#12 most likely holds one. */
const isKey = ({ object, label }: Content): boolean =>
  isPrivateKey(object) ||
  (label !== undefined && isPrivateKeyLabel(label)) ||
  (object.type === 'container' && object.container === 'pkcs12');

function identityOf({ object }: Content): string | undefined {
  if (object.type !== 'private_key') return undefined;
  try {
    return publicKeyIdentity(new PrivateKey(object.der, object.form, false).publicKeyInfo);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}
