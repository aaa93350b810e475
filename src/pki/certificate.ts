import type { KeyObject } from 'node:crypto';
import { contextConstructed, Tag } from '../der/tag.js';
import { element, integer, sequence } from '../der/writer.js';
import { type ExtensionToWrite, extensionList } from './extensions.js';
import { signed } from './request.js';
import type { SignatureAlgorithm } from './signature.js';

/** What goes into a certificate (RFC 5280 4.1), version 3. */
export interface CertificateContent {
  /** The octets of the serial number, positive. */
  readonly serial: Uint8Array;
  /** The DER of the issuer's name. */
  readonly issuer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The DER of the subject. */
  readonly subject: Uint8Array;
  /** The DER of the subject's SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly ExtensionToWrite[];
}

/** Who signs: the key, how, and the public half that what is signed is verified with. */
export interface Signer {
  readonly key: KeyObject;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}

/**
 * Makes a signed certificate; its signature has been verified when this returns.
 *
 * @throws {PkiError} the key cannot sign so
 */
export function makeCertificate(content: CertificateContent, signer: Signer): Buffer {
  const tbs = sequence(
    element(contextConstructed(0), integer(2)),
    integer(content.serial),
    signer.algorithm.identifier,
    content.issuer,
    sequence(time(content.notBefore), time(content.notAfter)),
    content.subject,
    content.publicKey,
    element(contextConstructed(3), extensionList(content.extensions)),
  );
  return signed(tbs, signer.key, signer.algorithm, signer.publicKey);
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
  return date.getUTCFullYear() < 2050
    ? element(Tag.utcTime, Buffer.from(digits.slice(2), 'latin1'))
    : element(Tag.generalizedTime, Buffer.from(digits, 'latin1'));
}
