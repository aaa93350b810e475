import type { Certificate } from '../x509/certificate.js';
import type { OcspResponse } from '../x509/ocsp.js';
import { readTime } from '../x509/time.js';
import type { Item } from './item.js';

export type Status = 'valid' | 'expired' | 'not_yet_valid';

/** When a certificate is good, seen from now. What cannot be read is null. */
export interface Validity {
  /** Milliseconds since 1970. */
  readonly notBefore: number | null;
  readonly notAfter: number | null;
  /** Whole days until it expires, rounded down: negative once it has. */
  readonly daysLeft: number | null;
  readonly status: Status | null;
}

const DAY = 86_400_000;

export function validity({ start: notBefore, expiry: notAfter }: Certificate, now: number): Validity {
  const daysLeft = notAfter === null ? null : Math.floor((notAfter - now) / DAY);
  return { notBefore, notAfter, daysLeft, status: statusAt(notBefore, notAfter, now) };
}

function statusAt(notBefore: number | null, notAfter: number | null, now: number): Status | null {
  // An end that has passed decides alone, as does a start that has not come; "valid" needs both.
  if (notAfter !== null && now > notAfter) return 'expired';
  if (notBefore !== null && now < notBefore) return 'not_yet_valid';
  return notBefore === null || notAfter === null ? null : 'valid';
}

/**
 * When an object expires, in milliseconds since 1970: a certificate's end, a CRL's or response's next update; null for what never does.
 *
 * @throws {DerError} the time is none
 */
export function expiryOf(item: Item): number | null {
  if (item.type === 'certificate') return readTime(item.view.elements.notAfter);
  if (item.type === 'ocsp_response') return staleFrom(item.view);
  if (item.type !== 'crl') return null;
  const { nextUpdate } = item.view.elements;
  return nextUpdate === undefined ? null : readTime(nextUpdate);
}

/** The first of the answers in a response that goes out of date. */
function staleFrom({ basic }: OcspResponse): number | null {
  const ends = (basic?.responses ?? []).flatMap(({ nextUpdate }) => (nextUpdate === null ? [] : [nextUpdate]));
  return ends.length === 0 ? null : Math.min(...ends);
}

/**
 * True for what expires by `horizon`, or has.
 *
 * @throws {DerError} that cannot be told: the time is none
 */
export function expiresBy(item: Item, horizon: number): boolean {
  const expiry = expiryOf(item);
  return expiry !== null && expiry <= horizon;
}
