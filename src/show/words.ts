import type { Paint } from '../cli/color.js';
import { isoText } from '../text/iso-time.js';
import { count, printable } from '../text/printable.js';
import type { RevokedCertificate } from '../x509/crl.js';
import type { KeyFacts } from '../x509/public-key.js';
import type { SignatureAlgorithm } from '../x509/signature-algorithm.js';
import type { Validity } from './validity.js';

/** Values in words for people. */

/** A time that may be unreadable. */
export const momentText = (time: number | null): string => (time === null ? '?' : isoText(time));

/** A name for people: what it says, safe to print; an empty one said to be so. */
export function nameText(text: string): string {
  return text === '' ? '(empty)' : printable(text);
}

/** `2026-01-01T00:00:00Z to 2026-04-01T00:00:00Z, 37 days left`, coloured. */
export function validityText({ notBefore, notAfter, daysLeft, status }: Validity, paint: Paint): string {
  const span = `${momentText(notBefore)} to ${momentText(notAfter)}`;
  if (status === 'expired' && daysLeft !== null) return `${span}, ${paint.red(expiredText(-daysLeft))}`;
  if (status === 'not_yet_valid') return `${span}, ${paint.yellow('not yet valid')}`;
  if (status === null || daysLeft === null) return `${span}, ${paint.red('unreadable')}`;
  const left = `${count(daysLeft, 'day')} left`;
  return `${span}, ${daysLeft < 30 ? paint.yellow(left) : paint.green(left)}`;
}

const expiredText = (days: number): string =>
  days <= 1 ? 'expired less than a day ago' : `expired ${count(days - 1, 'day')} ago`;

/** `rsa 2048 bit`, `ec P-256 256 bit`; the exponent where it is an unusual one. */
export function keyText({ type, bits, curve, exponent }: KeyFacts): string {
  const size = bits === null ? '' : ` ${bits} bit`;
  const unusual = exponent === null || exponent === '65537' ? '' : `, exponent ${exponent}`;
  return `${type}${curve === null ? '' : ` ${curve}`}${size}${unusual}`;
}

/** `ecdsa with sha256`. */
export function signatureText(signature: SignatureAlgorithm | null): string {
  if (signature === null) return 'unreadable';
  const { algorithm, hash } = signature;
  return hash === null ? algorithm : `${algorithm} with ${hash}`;
}

/** Reasons that are none for revocation, as people call what is done with them. */
const otherWords: Readonly<Record<string, string>> = {
  certificateHold: 'suspended (certificateHold)',
  removeFromCRL: 'released (removeFromCRL)',
};

/** One entry of a CRL: serial, date, reason. */
export function revokedText({ serial, time, reason }: RevokedCertificate): string {
  const word = reason === null ? 'revoked' : (otherWords[reason] ?? reason);
  return `${serial} ${momentText(time)} ${word}`;
}
