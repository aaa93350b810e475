import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { makeCertificate } from './certificate.js';
import { basicConstraints, type ExtensionToWrite, keyIdentifier, subjectKeyIdentifier } from './extensions.js';
import { publicKeyInfo } from './match.js';
import type { RequestContent } from './request.js';
import type { SignatureAlgorithm } from './signature.js';

const DAY = 86_400_000;

/** Clocks differ: what is made now is valid since five minutes ago. */
const BACKDATE = 5 * 60_000;

/** From a little before now, for whole days: the last second counts (RFC 5280 4.1.2.5). */
export function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const start = Math.floor((now.getTime() - BACKDATE) / 1000) * 1000;
  return { notBefore: new Date(start), notAfter: new Date(start + days * DAY - 1000) };
}

/** A random serial number: 128 bits, positive and never shorter (RFC 5280 4.1.2.2, BR 7.1: at least 64 random bits). */
export function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  return serial;
}

/** A certificate of what a request would have asked for, signed with its own key. */
export function selfSigned(
  content: RequestContent,
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  period: { notBefore: Date; notAfter: Date },
): Buffer {
  const publicKey = publicKeyInfo(key);
  const { extensions, subject } = content;
  const isCa = extensions.some(({ oid }) => oid === BASIC_CONSTRAINTS);
  const own: ExtensionToWrite[] = isCa ? [] : [basicConstraints(false)];
  const all = [...own, ...extensions, subjectKeyIdentifier(keyIdentifier(publicKey))];
  const body = { serial: randomSerial(), issuer: subject, subject, ...period, publicKey, extensions: all };
  return makeCertificate(body, { key, algorithm, publicKey });
}

const BASIC_CONSTRAINTS = '2.5.29.19';
