import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  AuthenticatedSafe,
  CertBag,
  ContentInfo,
  DigestInfo,
  EncryptedContentInfo,
  EncryptedData,
  MacData,
  PFX,
  PKCS8ShroudedKeyBag,
  SafeBag,
  SafeContents,
} from 'pkijs';
import { arrayBuffer, encodedObject, inOrder, written } from '../der/asn1.js';
import { integer, nullValue, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { hashByName } from '../x509/algorithms.js';
import { ITERATIONS, type Sealed, sealWithPbes2 } from './pbes2.js';
import { pkcs12Key } from './pkcs12-kdf.js';
import { BagOid, FRIENDLY_NAME, LOCAL_KEY_ID, X509_CERTIFICATE } from './pkcs12-oids.js';

/** The content of a PKCS#12 file. */
interface Pkcs12Request {
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

const PBE_SHA1_3DES = '1.2.840.113549.1.12.1.3';

/** As many rounds as old software takes without a pause, and some of it at most. */
const LEGACY_ITERATIONS = 2048;

/**
 * Writes PKCS#12 (RFC 7292): the certificates in one encrypted safe, the key in a bag of its own, and a MAC over both.
 * PBES2 with AES-256 and an HMAC-SHA-256, or what old software reads. PKI.js builds it; node:crypto encrypts, because the
 * old ciphers are beyond PKI.js.
 */
export function writePkcs12({ key, certificates, friendlyName, passphrase, legacy }: Pkcs12Request): Buffer {
  const seal = legacy ? sealWith3Des : sealWithPbes2;
  const [leaf] = certificates;
  const attributes = bagAttributes(friendlyName, key === undefined ? undefined : leaf);
  const certificateBags = certificates.map((der, i) => {
    const bag = new CertBag({ certId: X509_CERTIFICATE, certValue: octets(der) });
    return new SafeBag({ bagId: BagOid.certificate, bagValue: bag, ...(i === 0 ? { bagAttributes: attributes } : {}) });
  });
  const safeContents = [encryptedData(seal(contentsOf(certificateBags), passphrase))];
  if (key !== undefined) {
    const { algorithm, ciphertext } = seal(key, passphrase);
    const bag = new PKCS8ShroudedKeyBag({
      encryptionAlgorithm: identifier(algorithm),
      encryptedData: octets(ciphertext),
    });
    const keyBag = new SafeBag({ bagId: BagOid.shroudedKey, bagValue: bag, bagAttributes: attributes });
    safeContents.push(data(contentsOf([keyBag])));
  }
  return authenticated(safeContents, passphrase, legacy);
}

/** A certificate that a trust store holds. */
interface TrustedCertificate {
  readonly der: Uint8Array;
  /** The name key stores show, and Java calls it by. */
  readonly name: string;
}

/** Oracle's mark of a certificate that is trusted, and for what: without it Java does not see one that has no key. */
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1';
const ANY_PURPOSE = '2.5.29.37.0';

/** Writes a PKCS#12 of certificates to be trusted. */
export function writePkcs12Trust(
  certificates: readonly TrustedCertificate[],
  { passphrase, legacy }: Pick<Pkcs12Request, 'passphrase' | 'legacy'>,
): Buffer {
  const bags = certificates.map(({ der, name }) => {
    const trusted = new Attribute({
      type: TRUSTED_KEY_USAGE,
      values: [new asn1js.ObjectIdentifier({ value: ANY_PURPOSE })],
    });
    const bag = new CertBag({ certId: X509_CERTIFICATE, certValue: octets(der) });
    const attributes = inOrder([nameAttribute(name), trusted]);
    return new SafeBag({ bagId: BagOid.certificate, bagValue: bag, bagAttributes: attributes });
  });
  const seal = legacy ? sealWith3Des : sealWithPbes2;
  return authenticated([encryptedData(seal(contentsOf(bags), passphrase))], passphrase, legacy);
}

function authenticated(safeContents: ContentInfo[], passphrase: Buffer, legacy: boolean): Buffer {
  const safe = encodedObject(new AuthenticatedSafe({ safeContents }).toSchema());
  return encodedObject(new PFX({ authSafe: data(safe), macData: macData(safe, passphrase, legacy) }).toSchema());
}

const octets = (bytes: Uint8Array): asn1js.OctetString => new asn1js.OctetString({ valueHex: arrayBuffer(bytes) });

const identifier = (der: Uint8Array): AlgorithmIdentifier => written(new AlgorithmIdentifier(), der);

const contentsOf = (safeBags: SafeBag[]): Buffer => encodedObject(new SafeContents({ safeBags }).toSchema());

const data = (content: Uint8Array): ContentInfo =>
  new ContentInfo({ contentType: ContentInfo.DATA, content: octets(content) });

function encryptedData({ algorithm, ciphertext }: Sealed): ContentInfo {
  const encryptedContentInfo = new EncryptedContentInfo({
    contentType: ContentInfo.DATA,
    contentEncryptionAlgorithm: identifier(algorithm),
    encryptedContent: octets(ciphertext),
    // In one piece, as DER has it.
    disableSplit: true,
  });
  const content = new EncryptedData({ encryptedContentInfo }).toSchema();
  return new ContentInfo({ contentType: ContentInfo.ENCRYPTED_DATA, content });
}

/** The name users see, and what ties a key to its leaf: OpenSSL and Windows take the certificate's SHA-1. */
function bagAttributes(friendlyName: string, leafOfKey: Uint8Array | undefined): Attribute[] {
  const attributes = [nameAttribute(friendlyName)];
  if (leafOfKey !== undefined) {
    const id = octets(createHash('sha1').update(leafOfKey).digest());
    attributes.push(new Attribute({ type: LOCAL_KEY_ID, values: [id] }));
  }
  return inOrder(attributes);
}

const nameAttribute = (name: string): Attribute =>
  new Attribute({ type: FRIENDLY_NAME, values: [new asn1js.BmpString({ value: name })] });

/** MacData (RFC 7292 4): an HMAC over the safe under a key of its own. */
function macData(safe: Buffer, passphrase: Buffer, legacy: boolean): MacData {
  const hash = legacy ? 'sha1' : 'sha256';
  const iterations = legacy ? LEGACY_ITERATIONS : ITERATIONS;
  const salt = randomBytes(legacy ? 8 : 16);
  const key = pkcs12Key({ hash, passphrase, salt, iterations, purpose: 3, length: legacy ? 20 : 32 });
  const digest = octets(createHmac(hash, key).update(safe).digest());
  const digestAlgorithm = identifier(
    sequence(objectIdentifier(hashByName(legacy ? 'sha1' : 'sha256').oid), nullValue()),
  );
  return new MacData({ mac: new DigestInfo({ digestAlgorithm, digest }), macSalt: octets(salt), iterations });
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
