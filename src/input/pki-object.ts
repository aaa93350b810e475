import { Cursor, children, elementAt, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { bitString, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { Certificate } from '../x509/certificate.js';
import { trailingText } from '../x509/certificate-warnings.js';
import { Crl } from '../x509/crl.js';
import { type EncryptedKeyInfo, readEncryptedPkcs8Info } from '../x509/encrypted-key-info.js';
import { KeyOid } from '../x509/key-oid.js';
import type { Kind } from '../x509/kind.js';
import { OcspResponse } from '../x509/ocsp.js';
import { type OpensshPrivateKey, readOpensshEnvelope, readPlainOpensshKey } from '../x509/openssh-key.js';
import {
  type PrivateKeyInfo,
  readDsaInfo,
  readPkcs1Info,
  readPkcs8Info,
  readSec1Info,
} from '../x509/private-key-info.js';
import { PublicKey } from '../x509/public-key.js';
import { CertificationRequest } from '../x509/request.js';

/** A certificate, a request, a revocation list or a key, read. */
export type PkiObject =
  | { readonly type: 'certificate'; readonly view: Certificate }
  | { readonly type: 'request'; readonly view: CertificationRequest }
  | { readonly type: 'crl'; readonly view: Crl }
  | { readonly type: 'ocsp_response'; readonly view: OcspResponse }
  | KeyObject<'public_key', PublicKey>
  | PrivateKeyObject
  | EncryptedKeyObject;

interface KeyObject<Type, View> {
  readonly type: Type;
  readonly view: View;
  readonly der: Uint8Array;
  /** The oddities of it that could be read, a line each. */
  readonly warnings: readonly string[];
}

/** A private key that is not encrypted (any more). */
export interface PrivateKeyObject extends KeyObject<'private_key', PrivateKeyInfo> {
  /** The form of its DER. That of a key in OpenSSH form is put into the ASN.1 of its kind. */
  readonly form: OpensshPrivateKey['form'];
  /** True when it was encrypted where it was read from: in a PKCS#12. */
  readonly wasEncrypted: boolean;
}

export interface EncryptedKeyObject extends KeyObject<'encrypted_private_key', EncryptedKeyInfo> {
  /** The DEK-Info of the PEM block that encrypts it (RFC 1421 4.6.1.3); undefined for what says by itself how it is encrypted. */
  readonly dekInfo: string | undefined;
}

/** Kinds that have to be opened before there is an object. */
export type ContainerKind = 'pkcs7' | 'pkcs12';

/** Kinds of one object each. */
export type ObjectKind = Exclude<Kind, ContainerKind | 'spkac'>;

/**
 * The object of a kind in DER.
 *
 * @param original the octets it came in, where they are BER and `der` a copy of them: what fingerprints are of
 * @throws {DerError} it is another thing, or broken
 */
export function readPkiObject(kind: ObjectKind, der: Uint8Array, original?: Uint8Array): PkiObject {
  switch (kind) {
    case 'certificate':
      return { type: 'certificate', view: new Certificate(der, original) };
    case 'request':
      return { type: 'request', view: new CertificationRequest(der, original) };
    case 'crl':
      return { type: 'crl', view: new Crl(der, original) };
    case 'ocsp_response':
      return { type: 'ocsp_response', view: new OcspResponse(der) };
    default:
      return readKey(kind, elementAt(der, 0, der.length).encoding(), der.length);
  }
}

type KeyKind = Exclude<ObjectKind, 'certificate' | 'request' | 'crl' | 'ocsp_response'>;

/** @param size the octets it was read from: what follows the key is left alone */
function readKey(kind: KeyKind, der: Uint8Array, size: number): PkiObject {
  const trailing = size > der.length ? [trailingText(size - der.length)] : [];
  switch (kind) {
    case 'public_key':
    case 'pkcs1_public_key': {
      const view = new PublicKey(readElement(kind === 'public_key' ? der : rsaPublicKeyInfo(der)));
      return { type: 'public_key', view, der: view.der, warnings: trailing };
    }
    case 'encrypted_pkcs8': {
      const view = readEncryptedPkcs8Info(der);
      return { type: 'encrypted_private_key', view, der, warnings: trailing, dekInfo: undefined };
    }
    default: {
      const view = privateKeyReaders[kind](der);
      const warnings = [...trailing, ...view.warnings];
      return { type: 'private_key', view, form: kind, der, warnings, wasEncrypted: false };
    }
  }
}

/**
 * A private key in OpenSSH form.
 *
 * @throws {PkiError} KEY_MALFORMED, KEY_UNSUPPORTED
 */
export function readOpensshObject(octets: Uint8Array): PrivateKeyObject | EncryptedKeyObject {
  const { cipher, kdf, privatePart } = readOpensshEnvelope(octets);
  if (cipher !== 'none') {
    const view = { format: 'openssh', encryption: `${kdf} ${cipher}` } as const;
    return { type: 'encrypted_private_key', view, der: octets, warnings: [], dekInfo: undefined };
  }
  const { form, der } = readPlainOpensshKey(privatePart);
  const view = { ...privateKeyReaders[form](der), format: 'openssh' } as const;
  return { type: 'private_key', view, form, der, warnings: view.warnings, wasEncrypted: false };
}

const privateKeyReaders = {
  pkcs8: readPkcs8Info,
  pkcs1: readPkcs1Info,
  sec1: readSec1Info,
  dsa: readDsaInfo,
} as const;

/**
 * An RSAPublicKey (RFC 8017 A.1.1) as SubjectPublicKeyInfo.
 *
 * @throws {DerError} it is none: a label alone makes nothing public
 */
function rsaPublicKeyInfo(der: Uint8Array): Uint8Array {
  const whole = new Cursor(der, 0, der.length);
  const numbers = children(whole.read(Tag.sequence, 'RSAPublicKey'));
  numbers.read(Tag.integer, 'modulus');
  numbers.read(Tag.integer, 'publicExponent');
  numbers.end();
  return sequence(sequence(objectIdentifier(KeyOid.rsa), nullValue()), bitString(der));
}
