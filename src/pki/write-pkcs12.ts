import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { element, integer, nullValue, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { ITERATIONS, type Sealed, sealWithPbes2 } from './pbes2.js';
import { pkcs12Key } from './pkcs12-kdf.js';

/** What a PKCS#12 file is made of. */
export interface Pkcs12Request {
  /** PKCS#8 in DER. */
  readonly key: Uint8Array | undefined;
  /** The leaf first, in DER. */
  readonly certificates: readonly Uint8Array[];
  /** The name key stores show for key and leaf. */
  readonly friendlyName: string;
  readonly passphrase: Buffer;
  /** Triple DES and SHA-1, for Windows before 10 and Java before 8u301. */
  readonly legacy: boolean;
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const SHROUDED_KEY_BAG = '1.2.840.113549.1.12.10.1.2';
const CERT_BAG = '1.2.840.113549.1.12.10.1.3';
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const PBE_SHA1_3DES = '1.2.840.113549.1.12.1.3';
const SHA1 = '1.3.14.3.2.26';
const SHA256 = '2.16.840.1.101.3.4.2.1';

/** What old software takes without a pause, and some of it at most. */
const LEGACY_ITERATIONS = 2048;

/**
 * Writes PKCS#12 (RFC 7292): the certificates in one encrypted safe, the key in a bag of its own, and a MAC over both.
 * PBES2 with AES-256 and an HMAC-SHA-256, or what old software reads.
 */
export function writePkcs12(request: Pkcs12Request): Buffer {
  const { key, certificates, friendlyName, passphrase, legacy } = request;
  const seal = legacy ? sealWith3Des : sealWithPbes2;
  const leaf = certificates[0];
  // The same id ties the key to its certificate; OpenSSL and Windows take the certificate's SHA-1.
  const localKeyId = leaf === undefined ? undefined : createHash('sha1').update(leaf).digest();
  const attributes = bagAttributes(friendlyName, key === undefined ? undefined : localKeyId);
  const certificateBags = certificates.map((der, i) => certBag(der, i === 0 ? attributes : undefined));
  const safes = [encryptedData(seal(sequence(...certificateBags), passphrase))];
  if (key !== undefined) safes.push(data(sequence(keyBag(seal(key, passphrase), attributes))));
  const authenticatedSafe = sequence(...safes);
  return sequence(integer(3), data(authenticatedSafe), macData(authenticatedSafe, passphrase, legacy));
}

const explicit = (content: Buffer): Buffer => element(contextConstructed(0), content);

/** ContentInfo around plain content. */
const data = (content: Buffer): Buffer => sequence(objectIdentifier(DATA), explicit(octetString(content)));

/** ContentInfo around EncryptedData (RFC 5652 8). */
function encryptedData({ algorithm, ciphertext }: Sealed): Buffer {
  const content = sequence(objectIdentifier(DATA), algorithm, element(context(0), ciphertext));
  return sequence(objectIdentifier(ENCRYPTED_DATA), explicit(sequence(integer(0), content)));
}

function keyBag({ algorithm, ciphertext }: Sealed, attributes: Buffer): Buffer {
  const value = sequence(algorithm, octetString(ciphertext));
  return sequence(objectIdentifier(SHROUDED_KEY_BAG), explicit(value), attributes);
}

function certBag(der: Uint8Array, attributes: Buffer | undefined): Buffer {
  const value = sequence(objectIdentifier(X509_CERTIFICATE), explicit(octetString(der)));
  return sequence(objectIdentifier(CERT_BAG), explicit(value), ...(attributes === undefined ? [] : [attributes]));
}

function bagAttributes(friendlyName: string, localKeyId: Buffer | undefined): Buffer {
  const attribute = (oid: string, value: Buffer) => sequence(objectIdentifier(oid), element(Tag.set, value));
  const name = element(Tag.bmpString, Buffer.from(friendlyName, 'utf16le').swap16());
  const all = [attribute(FRIENDLY_NAME, name)];
  if (localKeyId !== undefined) all.push(attribute(LOCAL_KEY_ID, octetString(localKeyId)));
  // DER wants a SET OF in the order of its encodings (X.690 11.6).
  return element(Tag.set, ...all.sort(Buffer.compare));
}

/** MacData (RFC 7292 4): an HMAC over the safe under a key of its own. */
function macData(safe: Buffer, passphrase: Buffer, legacy: boolean): Buffer {
  const hash = legacy ? 'sha1' : 'sha256';
  const iterations = legacy ? LEGACY_ITERATIONS : ITERATIONS;
  const salt = randomBytes(legacy ? 8 : 16);
  const length = legacy ? 20 : 32;
  const key = pkcs12Key({ hash, passphrase, salt, iterations, purpose: 3, length });
  const digest = createHmac(hash, key).update(safe).digest();
  const algorithm = sequence(objectIdentifier(legacy ? SHA1 : SHA256), nullValue());
  return sequence(sequence(algorithm, octetString(digest)), octetString(salt), integer(iterations));
}

/** pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 C). */
function sealWith3Des(plaintext: Uint8Array, passphrase: Buffer): Sealed {
  const salt = randomBytes(8);
  const derive = (purpose: 1 | 2, length: number) =>
    pkcs12Key({ hash: 'sha1', passphrase, salt, iterations: LEGACY_ITERATIONS, purpose, length });
  const cipher = createCipheriv('des-ede3-cbc', derive(1, 24), derive(2, 8));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const parameters = sequence(octetString(salt), integer(LEGACY_ITERATIONS));
  return { algorithm: sequence(objectIdentifier(PBE_SHA1_3DES), parameters), ciphertext };
}
