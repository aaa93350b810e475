import { createHash } from 'node:crypto';
import type { RenewalWindow } from '../../acme/renewal-info.js';
import { PkiError } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';

/** When it is time to renew a certificate, and who says so. */
export interface DueTime {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The CA, the share of the lifetime that is over, or --before. */
  readonly basis: 'server' | 'lifetime' | 'before';
  /** The CA's page about it. */
  readonly explanation?: string | undefined;
}

const DAY = 86_400_000;

/** Lives shorter than this are half over when it is time, longer ones two thirds (Let's Encrypt's advice). */
const SHORT_LIFE = 10 * DAY;

/** @throws {PkiError} its dates cannot be read */
export function dueByLifetime(certificate: Certificate): DueTime {
  const { start, end } = lifetimeOf(certificate);
  const life = end - start;
  return { time: start + (life < SHORT_LIFE ? life / 2 : (life * 2) / 3), basis: 'lifetime' };
}

/** @param duration before its end, in milliseconds */
export function dueBefore(certificate: Certificate, duration: number): DueTime {
  return { time: lifetimeOf(certificate).end - duration, basis: 'before' };
}

/**
 * A moment of the window the CA suggests: a random one (RFC 9773 4.2), but for one certificate always the same, so that
 * asking often does not bring it nearer.
 */
export function dueInWindow(certificate: Certificate, { start, end, explanation }: RenewalWindow): DueTime {
  const share = createHash('sha256').update(certificate.der).digest().readUIntBE(0, 6) / 2 ** 48;
  return { time: start + share * (end - start), basis: 'server', explanation };
}

function lifetimeOf({ start, expiry }: Certificate): { readonly start: number; readonly end: number } {
  if (start === null || expiry === null) throw new PkiError('CERTIFICATE', 'its dates cannot be read');
  return { start, end: expiry };
}
