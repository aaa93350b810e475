import { createPrivateKey, type KeyObject } from 'node:crypto';
import { children, readElement } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { readBits } from '../der/values.js';
import { integer, sequence } from '../der/writer.js';
import { attempt, PkiError } from '../errors.js';
import { type Passphrases, passphraseError } from '../pkcs/passphrases.js';
import type { Decrypt } from '../pkcs/pbe.js';
import { kindOf } from '../x509/kind.js';
import { isOpensshKey, readOpensshEnvelope, readPlainOpensshKey } from '../x509/openssh-key.js';
import { PublicKey } from '../x509/public-key.js';
import { type KeyNumbers, numbersIn, numbersOf, publicKeyInfoOf } from './key-numbers.js';
import { publicKeyInfo } from './key-pair.js';
import { checkPrivateKey, type KeyForm, privateKeyObject } from './private-key-object.js';

/**
 * Private keys in every form they come in: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 A.1.2), SEC 1 (RFC 5915), OpenSSL's DSA
 * form, each plain, as EncryptedPrivateKeyInfo, or encrypted by PEM headers (`Proc-Type: 4,ENCRYPTED`); and OpenSSH's. The
 * form is told by the content, as OpenSSL 3 does: labels are often wrong. A plain key loads nothing but node:crypto.
 */

/** A private key, below any encryption. */
export class PrivateKey {
  /** As it came, but that PKCS#8 of version 2 is written as version 1: OpenSSL and servers read no other. */
  readonly der: Uint8Array;
  readonly form: KeyForm;
  /** True when it came encrypted. */
  readonly wasEncrypted: boolean;
  readonly #numbers: KeyNumbers | undefined;
  #key: KeyObject | undefined;

  /** @throws {PkiError} KEY_UNSUPPORTED: damaged, or of a kind that cannot be used here */
  constructor(der: Uint8Array, form: KeyForm, wasEncrypted: boolean) {
    const first = form === 'pkcs8' ? firstVersion(der) : undefined;
    this.der = first?.der ?? der;
    this.form = form;
    this.wasEncrypted = wasEncrypted;
    this.#numbers = form === 'dsa' ? undefined : numbersIn(this.der, form);
    if (this.#numbers !== undefined) checkPrivateKey(this.der, form);
    // A key with numbers can wait until it signs; one that not every runtime knows is refused at once.
    if (this.#numbers === undefined || this.#numbers.crv === 'secp256k1') this.#key = this.#make();
    if (first !== undefined) this.#checkHalves(first.publicKey);
  }

  /** node:crypto's key. @throws {PkiError} KEY_UNSUPPORTED */
  get key(): KeyObject {
    this.#key ??= this.#make();
    return this.#key;
  }

  /** Its numbers, where it is of a usual kind and written in the usual way. */
  get writtenNumbers(): KeyNumbers | undefined {
    return this.#numbers;
  }

  /** Its numbers, where it is of a usual kind. */
  get numbers(): KeyNumbers | undefined {
    return this.#numbers ?? numbersOf(this.key);
  }

  /** SubjectPublicKeyInfo of its public half, in DER. */
  get publicKeyInfo(): Buffer {
    const { numbers } = this;
    return numbers === undefined ? publicKeyInfo(this.key) : publicKeyInfoOf(numbers);
  }

  /** Asserts that the public key in a PKCS#8 of version 2 is this key's. */
  #checkHalves(publicKey: Uint8Array): void {
    const own = new PublicKey(readElement(this.publicKeyInfo)).subjectPublicKey;
    if (Buffer.compare(own, publicKey) === 0) return;
    throw new PkiError('KEY_UNSUPPORTED', 'this private key is damaged: the public key in it is another');
  }

  #make(): KeyObject {
    try {
      if (this.#numbers !== undefined) return createPrivateKey({ key: this.#numbers, format: 'jwk' });
    } catch {
      // OpenSSL's decoders say why, or take it all the same.
    }
    return privateKeyObject(this.der, this.form);
  }
}

/**
 * A PKCS#8 of version 2 (RFC 5958 2) as version 1, and the public key that was in it; undefined for any other. Attributes
 * are left out.
 */
function firstVersion(der: Uint8Array): { der: Buffer; publicKey: Uint8Array } | undefined {
  const fields = children(readElement(der));
  fields.next();
  const [algorithm, privateKey] = [fields.read(Tag.sequence), fields.read(Tag.octetString)];
  fields.optional(contextConstructed(0));
  // Implicitly tagged by RFC 5958; ring 0.16 and what is made with it tag explicitly.
  const explicit = fields.optional(contextConstructed(1));
  const publicKey = explicit === undefined ? fields.optional(context(1)) : children(explicit).read(Tag.bitString);
  if (publicKey === undefined) return undefined;
  return {
    der: sequence(integer(0), algorithm.encoding(), privateKey.encoding()),
    publicKey: readBits(publicKey).octets,
  };
}

interface PrivateKeySource {
  /** DER of any form, OpenSSH's octets, or what a PEM block with encryption headers holds. */
  readonly der: Uint8Array;
  /** The PEM block's DEK-Info header, where its Proc-Type is 4,ENCRYPTED. */
  readonly dekInfo?: string | undefined;
}

/** True for the PEM labels of private keys: `PRIVATE KEY` and everything that ends in it. */
export function isPrivateKeyLabel(label: string): boolean {
  return label === 'PRIVATE KEY' || label.endsWith(' PRIVATE KEY');
}

/**
 * Loads a private key. That one of a usual kind can be used, its `key` shows.
 *
 * @param what names the key when its passphrase is asked for: `mail.key`
 * @throws {PkiError} KEY_MALFORMED, KEY_UNSUPPORTED, KEY_ENCRYPTION (a scheme nothing here can undo), KDF_LIMIT,
 *   PASSPHRASE_MISSING, PASSPHRASE_WRONG
 */
export async function loadPrivateKey(
  { der, dekInfo }: PrivateKeySource,
  passphrases: Passphrases,
  what: string,
): Promise<PrivateKey> {
  if (dekInfo !== undefined) {
    const { pemDecryptorOf } = await import('../pkcs/pbe.js');
    return decryptedKey(pemDecryptorOf(dekInfo, der), passphrases, what);
  }
  if (isOpensshKey(der)) return opensshKey(der, passphrases, what);
  const form = privateKeyForm(der);
  if (form === undefined) throw notAKey(der);
  if (form !== 'encrypted') return new PrivateKey(der, form, false);
  const { encryptedPkcs8Decryptor } = await import('../pkcs/pbe.js');
  return decryptedKey(encryptedPkcs8Decryptor(der), passphrases, what);
}

/**
 * The form of a private key in DER, told by its shape; undefined when it is none.
 *
 * Only a look: that the rest is sound is found out when it is read.
 */
export function privateKeyForm(der: Uint8Array): KeyForm | 'encrypted' | undefined {
  const kind = attempt(() => readElement(der)) && kindOf(der);
  switch (kind) {
    case 'pkcs8':
    case 'pkcs1':
    case 'sec1':
    case 'dsa':
      return kind;
    case 'encrypted_pkcs8':
      return 'encrypted';
    default:
      return undefined;
  }
}

async function decryptedKey(decrypt: Decrypt, passphrases: Passphrases, what: string): Promise<PrivateKey> {
  let tried = 0;
  for await (const passphrase of passphrases(what)) {
    tried++;
    const der = await decrypt(passphrase);
    // By chance one wrong passphrase in 256 leaves good padding; that what it leaves is a key is beyond chance.
    const form = der === undefined ? undefined : privateKeyForm(der);
    if (der !== undefined && form !== undefined && form !== 'encrypted') return new PrivateKey(der, form, true);
  }
  throw passphraseError(tried, 'the private key');
}

/** A key in the envelope of OpenSSH: inside it is a key like the others. */
async function opensshKey(octets: Uint8Array, passphrases: Passphrases, what: string): Promise<PrivateKey> {
  const { cipher, privatePart } = readOpensshEnvelope(octets);
  if (cipher !== 'none') {
    const { opensshDecryptor } = await import('../pkcs/openssh-cipher.js');
    return decryptedKey(opensshDecryptor(octets), passphrases, what);
  }
  const { der, form } = readPlainOpensshKey(privatePart);
  return new PrivateKey(der, form, false);
}

function notAKey(der: Uint8Array): PkiError {
  // The strict reader says where it breaks; only a whole that can be walked is "something else".
  readElement(der);
  return new PkiError('KEY_MALFORMED', 'this is no private key in a form known here');
}
