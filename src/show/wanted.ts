import { attempt } from '../errors.js';
import type { Item } from './item.js';
import { expiresBy } from './validity.js';

/** The objects that are to be shown, in values that can be sent to another thread. */
export interface Wanted {
  /** Only what expires by then, in milliseconds since 1970. */
  readonly horizon: number | undefined;
  /** Only these types. */
  readonly types: readonly Item['type'][] | undefined;
  /** Only certificates that are no CA's. */
  readonly isLeaf: boolean;
}

/**
 * True for an object that is wanted.
 *
 * @throws {DerError} that cannot be told: its end is no time
 */
export function isWanted(item: Item, wanted: Wanted): boolean {
  const { horizon } = wanted;
  return isOfType(item, wanted) && (horizon === undefined || expiresBy(item, horizon));
}

/** True for an object that an answer about expiry can be had of: without any, nothing was found out. */
export function canExpire(item: Item, wanted: Wanted): boolean {
  return isOfType(item, wanted) && ['certificate', 'crl', 'ocsp_response'].includes(item.type);
}

function isOfType(item: Item, { types, isLeaf }: Wanted): boolean {
  if (types !== undefined && !types.includes(item.type)) return false;
  return !isLeaf || isLeafCertificate(item);
}

/** A certificate whose basicConstraints cannot be read passes for a leaf: it is shown, with what is wrong. */
const isLeafCertificate = (item: Item): boolean =>
  item.type === 'certificate' && attempt(() => item.view.basicConstraints)?.isCa !== true;
