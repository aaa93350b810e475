import { createPublicKey, randomBytes } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Certificate,
  type Extension,
  PublicKeyInfo,
  RelativeDistinguishedNames,
  Time,
} from 'pkijs';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SigningAlgorithm } from '../crypto/signature.js';
import { arrayBuffer, written } from '../der/asn1.js';
import { PkiError } from '../errors.js';
import type { DistinguishedName } from '../spec/distinguished-name.js';
import { isForServer, type RequestSpec, SERVER_AUTH, withCommonNameAsAltName } from '../spec/request-spec.js';
import { basicConstraintsExtension, subjectKeyIdExtension } from './extensions.js';
import { keyIdentifier } from './key-identifier.js';
import { encodeName } from './name.js';
import { requestedExtensions } from './request.js';
import { type Signer, signed } from './signed.js';

/** The time a certificate is valid. */
export interface Period {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** The content of a certificate (RFC 5280 4.1), version 3. Names are written as they are when given as DER. */
interface CertificateContent extends Period {
  readonly issuer: DistinguishedName | Uint8Array;
  readonly subject: DistinguishedName | Uint8Array;
  /** The DER of the subject's SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extension[];
}

/**
 * Makes a signed certificate with a random serial number; its signature has been verified when this returns.
 *
 * @throws {PkiError} the key cannot sign so
 */
export function makeCertificate(content: CertificateContent, signer: Signer): Buffer {
  const certificate = new Certificate({
    version: 2,
    serialNumber: new asn1js.Integer({ valueHex: arrayBuffer(randomSerial()) }),
    signature: written(new AlgorithmIdentifier(), signer.algorithm.identifier),
    issuer: nameOf(content.issuer),
    notBefore: time(content.notBefore),
    notAfter: time(content.notAfter),
    subject: nameOf(content.subject),
    subjectPublicKeyInfo: written(new PublicKeyInfo(), content.publicKey),
    extensions: content.extensions,
  });
  return signed(certificate, signer);
}

const nameOf = (name: DistinguishedName | Uint8Array): RelativeDistinguishedNames =>
  written(new RelativeDistinguishedNames(), name instanceof Uint8Array ? name : encodeName(name));

/** 128 bits, positive and never shorter (RFC 5280 4.1.2.2; BR 7.1 wants 64 random bits). */
function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  return serial;
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280 4.1.2.5). */
const time = (value: Date): Time => new Time({ type: value.getUTCFullYear() < 2050 ? 0 : 1, value });

const DAY = 86_400_000;

/** Clocks differ: what is made now is valid since five minutes ago. */
const BACKDATE = 5 * 60_000;

/** The last second that can be written (RFC 5280 4.1.2.5). */
const LAST = Date.UTC(10_000, 0, 1) - 1000;

/**
 * From a little before now, for whole days: the last second counts (RFC 5280 4.1.2.5).
 *
 * @throws {PkiError} VALIDITY: it would end after the year 9999
 */
export function periodOf(now: Date, days: number): Period {
  const start = Math.floor((now.getTime() - BACKDATE) / 1000) * 1000;
  const end = start + days * DAY - 1000;
  if (end > LAST) {
    throw new PkiError('VALIDITY', `${days} days from now end after the year 9999, which no certificate can say`, {
      hint: 'fewer days, or another --at',
    });
  }
  return { notBefore: new Date(start), notAfter: new Date(end) };
}

/**
 * A certificate of what a request would have asked for, signed with its own key.
 *
 * @throws {PkiError} there is no name, or what is asked for does not fit the key
 */
export function selfSigned(given: RequestSpec, pair: KeyPair, algorithm: SigningAlgorithm, period: Period): Buffer {
  // A certificate for a server says so unasked: some clients want it there.
  const purposes = given.purposes ?? (isForServer(given) ? [SERVER_AUTH] : undefined);
  const spec = withCommonNameAsAltName({ ...given, purposes }, true);
  const { key, spki: publicKey } = pair;
  const extensions = [
    ...(spec.ca === undefined ? [basicConstraintsExtension(false)] : []),
    ...requestedExtensions(spec, key),
    subjectKeyIdExtension(keyIdentifier(publicKey)),
  ];
  const content = { issuer: spec.subject, subject: spec.subject, publicKey, extensions, ...period };
  return makeCertificate(content, { key, algorithm, publicKey: createPublicKey(key) });
}
