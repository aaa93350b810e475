import type { DerError } from '../der/error.js';
import { elementAt, readElement } from '../der/reader.js';
import { bitString, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { isPkiError } from '../errors.js';
import type { InputObject } from '../input/item.js';
import type { PemKind } from '../pem/labels.js';
import { Certificate } from '../x509/certificate.js';
import { trailingText } from '../x509/certificate-warnings.js';
import { Crl } from '../x509/crl.js';
import { type EncryptedKeyInfo, pemEncryption, readEncryptedPkcs8Info } from '../x509/encrypted-key-info.js';
import { KeyOid } from '../x509/key-oid.js';
import { type Kind, kindOf } from '../x509/kind.js';
import {
  type PrivateKeyInfo,
  readDsaInfo,
  readPkcs1Info,
  readPkcs8Info,
  readSec1Info,
} from '../x509/private-key-info.js';
import { PublicKey } from '../x509/public-key.js';
import { CertificationRequest } from '../x509/request.js';

/** One object cert-info shows. */
export type Item =
  | { readonly type: 'certificate'; readonly view: Certificate }
  | { readonly type: 'request'; readonly view: CertificationRequest }
  | { readonly type: 'crl'; readonly view: Crl }
  | KeyItem<'public_key', PublicKey>
  | KeyItem<'private_key', PrivateKeyInfo>
  | KeyItem<'encrypted_private_key', EncryptedKeyInfo>;

interface KeyItem<Type, View> {
  readonly type: Type;
  readonly view: View;
  readonly der: Uint8Array;
  /** What is odd about it, though it can be read: a line each. */
  readonly warnings: readonly string[];
}

/** What an object is called in words. */
export const typeNames: Readonly<Record<Item['type'], string>> = {
  certificate: 'certificate',
  request: 'request',
  crl: 'CRL',
  public_key: 'public key',
  private_key: 'private key',
  encrypted_private_key: 'encrypted private key',
};

/** Kinds that have to be opened before there is something to show. */
export type Container = 'pkcs7' | 'pkcs12';

/** Kinds by label. `parameters` of keys are nothing of their own: openssl writes them in front of EC keys. */
const kindsOfLabels: Readonly<Record<PemKind, Kind | 'parameters'>> = {
  certificate: 'certificate',
  trusted_certificate: 'certificate',
  request: 'request',
  crl: 'crl',
  pkcs7: 'pkcs7',
  pkcs12: 'pkcs12',
  public_key: 'public_key',
  rsa_public_key: 'pkcs1_public_key',
  private_key: 'pkcs8',
  rsa_private_key: 'pkcs1',
  ec_private_key: 'sec1',
  dsa_private_key: 'dsa',
  encrypted_private_key: 'encrypted_pkcs8',
  ec_parameters: 'parameters',
  dh_parameters: 'parameters',
  dsa_parameters: 'parameters',
};

/** What an object's label says it is; what it looks like where there is no label we know. */
export function declaredKind({ pemKind, der }: InputObject): Kind | 'parameters' | undefined {
  return pemKind === undefined ? kindOf(der) : kindsOfLabels[pemKind];
}

/**
 * The item of this kind in some DER.
 *
 * @throws {DerError} it is another thing, or broken
 */
export function readItem(kind: Exclude<Kind, Container>, der: Uint8Array): Item {
  switch (kind) {
    case 'certificate':
      return { type: 'certificate', view: new Certificate(der) };
    case 'request':
      return { type: 'request', view: new CertificationRequest(der) };
    case 'crl':
      return { type: 'crl', view: new Crl(der) };
    default:
      return readKey(kind, elementAt(der, 0, der.length).encoding(), der.length);
  }
}

type KeyKind = Exclude<Kind, Container | 'certificate' | 'request' | 'crl'>;

/** @param size the octets it was read from: what follows the key is left alone */
function readKey(kind: KeyKind, der: Uint8Array, size: number): Item {
  const trailing = size > der.length ? [trailingText(size - der.length)] : [];
  switch (kind) {
    case 'public_key':
    case 'pkcs1_public_key': {
      const view = new PublicKey(readElement(kind === 'public_key' ? der : rsaPublicKeyInfo(der)));
      return { type: 'public_key', view, der: view.der, warnings: [...trailing, ...view.warnings] };
    }
    case 'encrypted_pkcs8':
      return { type: 'encrypted_private_key', view: readEncryptedPkcs8Info(der), der, warnings: trailing };
    default: {
      const view = privateKeyReaders[kind](der);
      return { type: 'private_key', view, der, warnings: [...trailing, ...view.warnings] };
    }
  }
}

const privateKeyReaders = {
  pkcs8: readPkcs8Info,
  pkcs1: readPkcs1Info,
  sec1: readSec1Info,
  dsa: readDsaInfo,
} as const;

/** The item of a PEM block whose headers say that it is encrypted (RFC 1421 4.6.1.1), or undefined. */
export function encryptedByHeaders({ headers, pemKind, der }: InputObject): Item | undefined {
  const encryption = pemEncryption(headers);
  if (encryption === undefined || pemKind === undefined) return undefined;
  const format = pemKind === 'rsa_private_key' ? 'pkcs1' : pemKind === 'ec_private_key' ? 'sec1' : 'dsa';
  return { type: 'encrypted_private_key', view: { format, encryption }, der, warnings: [] };
}

/** An RSAPublicKey (RFC 8017 A.1.1) as SubjectPublicKeyInfo. */
function rsaPublicKeyInfo(der: Uint8Array): Uint8Array {
  return sequence(sequence(objectIdentifier(KeyOid.rsa), nullValue()), bitString(der));
}

/** True for errors that BER rules may explain away. */
export function mayBeBer(error: unknown): error is DerError {
  return isPkiError(error) && error.code.startsWith('DER_');
}
