import { UsageError } from '../../errors.js';
import { nearest } from '../../text/nearest.js';
import { revocationReasons } from '../../x509/extensions/reason-code.js';

/** The reasons that can be given. */
export const reasons: readonly string[] = revocationReasons.filter(
  (name): name is string => name !== undefined && name !== 'removeFromCRL',
);

/** @param option what messages call it @throws {UsageError} it is none of RFC 5280's */
export function parseReason(option: string, text: string): string {
  const found = reasons.includes(text) ? text : reasons.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(text, reasons);
  throw new UsageError(
    `${option}: ${text} is no reason`,
    near === undefined ? reasons.join(', ') : `did you mean ${near}?`,
  );
}
