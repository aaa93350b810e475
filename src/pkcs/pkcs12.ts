import { berChildren, berElementAt, berOctets, readBerElement } from '../der/ber.js';
import type { Element } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { isPkiError, PkiError } from '../errors.js';
import { type Passphrases, passphraseError } from './passphrases.js';
import { decryptorOf } from './pbe.js';
import { macVerifier } from './pkcs12-mac.js';
import { BagOid, X509_CERTIFICATE, X509_CRL } from './pkcs12-oids.js';

/**
 * Reads PKCS#12 (RFC 7292): files of keys and certificates under a passphrase, as Windows, Java and OpenSSL write them,
 * old encryption (RC2, triple DES) and new (PBES2) alike. The MAC is verified before anything is believed: the old
 * kind, and PBMAC1 (RFC 9579).
 *
 * PKI.js, which writes them, reads too few: of the old encryption none, of the new not triple DES and Camellia, no MAC by
 * SHA-224, SHA-3 or PBMAC1 and no file without one; a bag of an unknown type, or a certificate it cannot take apart, loses
 * it the whole, 10,000 elements are its limit and the number of iterations has none.
 */
interface Pkcs12Contents {
  /** Private keys as PKCS#8 in DER, not encrypted. */
  readonly keys: readonly Pkcs12Key[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

interface Pkcs12Key {
  readonly der: Uint8Array;
  /** Keys may lie in a PKCS#12 without encryption. */
  readonly wasEncrypted: boolean;
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';

const bags: Readonly<Record<string, 'key' | 'shrouded' | 'certificate' | 'crl' | 'nested'>> = {
  [BagOid.key]: 'key',
  [BagOid.shroudedKey]: 'shrouded',
  [BagOid.certificate]: 'certificate',
  [BagOid.crl]: 'crl',
  [BagOid.nested]: 'nested',
};

const x509Types = new Set<string>([X509_CERTIFICATE, X509_CRL]);

/**
 * Opens a PKCS#12 file. A file without a passphrase, or with an empty one, needs none to be asked for.
 *
 * @param what names the file when its passphrase is asked for
 * @throws {PkiError} PASSPHRASE_MISSING, PASSPHRASE_WRONG, PKCS12_MAC (the passphrase opens it, yet the MAC does not fit:
 *   the file is damaged), PKCS12_CONTENT, and what keys throw; {@link DerError}
 */
export async function readPkcs12(bytes: Uint8Array, passphrases: Passphrases, what: string): Promise<Pkcs12Contents> {
  const fields = berChildren(berElementAt(bytes, 0, bytes.length));
  const version = readSmallInteger(fields.read(Tag.integer, 'version'));
  if (version !== 3) throw new PkiError('PKCS12_CONTENT', `PKCS#12 version ${version} is not known`);
  const safe = authenticatedSafe(fields.read(Tag.sequence, 'authenticated safe'));
  const mac = fields.optional(Tag.sequence);
  const verifier = mac === undefined ? undefined : macVerifier(mac, safe);
  let tried = 0;
  for await (const passphrase of candidates(passphrases, what, verifier?.iterations ?? 1)) {
    const isAnswer = passphrase !== undefined && passphrase.length > 0;
    if (isAnswer) tried++;
    if (verifier === undefined || (await verifier.verify(passphrase))) {
      const contents = await openSafe(safe, passphrase);
      if (contents !== undefined) return contents;
    } else if (isAnswer && (await decrypts(safe, passphrase))) {
      throw new PkiError(
        'PKCS12_MAC',
        'the MAC of this PKCS#12 is wrong though the passphrase opens it: it is damaged',
      );
    }
  }
  throw passphraseError(tried, 'this PKCS#12');
}

/**
 * No passphrase and the empty one first: many files have neither, and then there is no prompt. Who chose a costly key
 * derivation has chosen a passphrase too: there they come last.
 */
async function* candidates(
  passphrases: Passphrases,
  what: string,
  iterations: number,
): AsyncGenerator<Buffer | undefined, void> {
  const isCheap = iterations <= 10_000;
  if (isCheap) yield* [undefined, Buffer.alloc(0)];
  yield* passphrases(what);
  if (!isCheap) yield* [undefined, Buffer.alloc(0)];
}

function authenticatedSafe(info: Element): Uint8Array {
  const fields = berChildren(info);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'content type'));
  if (oid !== DATA) {
    throw new PkiError('PKCS12_CONTENT', 'this PKCS#12 is protected by a signature, not by a passphrase');
  }
  return berOctets(berChildren(fields.read(contextConstructed(0), 'content')).next());
}

/** True when the passphrase decrypts everything that is encrypted: then it is the right one, whatever the MAC says. */
async function decrypts(safe: Uint8Array, passphrase: Buffer): Promise<boolean> {
  try {
    return (await openSafe(safe, passphrase))?.wasEncrypted ?? false;
  } catch (error) {
    if (isPkiError(error)) return false;
    throw error;
  }
}

interface Found {
  readonly keys: Pkcs12Key[];
  readonly certificates: Uint8Array[];
  readonly crls: Uint8Array[];
  /** True once something was decrypted. */
  wasEncrypted: boolean;
}

/** Everything in the AuthenticatedSafe (RFC 7292 4.1); undefined when the passphrase does not decrypt all of it. */
async function openSafe(safe: Uint8Array, passphrase: Buffer | undefined): Promise<Found | undefined> {
  const found: Found = { keys: [], certificates: [], crls: [], wasEncrypted: false };
  const parts = berChildren(readBerElement(safe));
  while (!parts.atEnd) {
    const part = berChildren(parts.read(Tag.sequence, 'content'));
    const oid = readOid(part.read(Tag.objectIdentifier, 'content type'));
    const content = berChildren(part.read(contextConstructed(0), 'content')).next();
    const contents =
      oid === DATA
        ? berOctets(content)
        : oid === ENCRYPTED_DATA
          ? await decryptedData(content, passphrase)
          : unknownContent(oid);
    if (oid === ENCRYPTED_DATA) found.wasEncrypted = true;
    if (contents === undefined || !(await openBags(contents, passphrase, found, 8))) return undefined;
  }
  return found;
}

function unknownContent(oid: string): never {
  throw new PkiError('PKCS12_CONTENT', `this PKCS#12 holds content of type ${oid}, which is not known here`);
}

/** EncryptedData (RFC 5652 8): what it decrypts to, when that is at least an element. */
async function decryptedData(element: Element, passphrase: Buffer | undefined): Promise<Uint8Array | undefined> {
  const fields = berChildren(element);
  fields.read(Tag.integer, 'version');
  const info = berChildren(fields.read(Tag.sequence, 'encrypted content'));
  info.read(Tag.objectIdentifier, 'content type');
  const algorithm = info.read(Tag.sequence, 'encryption algorithm');
  return decrypted(algorithm, berOctets(info.next()), passphrase);
}

async function decrypted(
  algorithm: Element,
  ciphertext: Uint8Array,
  passphrase: Buffer | undefined,
): Promise<Uint8Array | undefined> {
  const plaintext = await decryptorOf(algorithm, ciphertext)(passphrase);
  if (plaintext === undefined) return undefined;
  try {
    // One wrong passphrase in 256 leaves good padding by chance, but not an element that ends where the bytes do.
    readBerElement(plaintext);
    return plaintext;
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** SafeContents (RFC 7292 4.2), bags within bags as deep as `depth`; false when a key does not decrypt. */
async function openBags(
  contents: Uint8Array | Element,
  passphrase: Buffer | undefined,
  found: Found,
  depth: number,
): Promise<boolean> {
  const cursor = berChildren(contents instanceof Uint8Array ? readBerElement(contents) : contents);
  while (!cursor.atEnd) {
    const bag = berChildren(cursor.read(Tag.sequence, 'bag'));
    const type = bags[readOid(bag.read(Tag.objectIdentifier, 'bag type'))];
    const value = berChildren(bag.read(contextConstructed(0), 'bag value')).next();
    if (type === 'key') found.keys.push({ der: value.encoding(), wasEncrypted: false });
    if (type === 'certificate' || type === 'crl') {
      const der = x509Value(value);
      if (der !== undefined) (type === 'crl' ? found.crls : found.certificates).push(der);
    }
    if (type === 'shrouded') {
      const fields = berChildren(value);
      const algorithm = fields.read(Tag.sequence, 'encryption algorithm');
      const der = await decrypted(algorithm, berOctets(fields.next()), passphrase);
      if (der === undefined) return false;
      found.wasEncrypted = true;
      found.keys.push({ der, wasEncrypted: true });
    }
    if (type === 'nested') {
      if (depth === 0) throw new PkiError('PKCS12_CONTENT', 'bags of this PKCS#12 nest too deep');
      if (!(await openBags(value, passphrase, found, depth - 1))) return false;
    }
  }
  return true;
}

/** The content of a certificate or CRL bag, when that is X.509. */
function x509Value(value: Element): Uint8Array | undefined {
  const fields = berChildren(value);
  if (!x509Types.has(readOid(fields.read(Tag.objectIdentifier, 'type')))) return undefined;
  return berOctets(berChildren(fields.read(contextConstructed(0), 'value')).next());
}
