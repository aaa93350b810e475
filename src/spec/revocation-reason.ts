import { UsageError } from '../errors.js';
import { nearestHint } from '../text/nearest.js';
import { revocationReasons } from '../x509/extensions/reason-code.js';

/** All reasons RFC 5280 5.3.1 has a name for. */
export const allReasons: readonly string[] = revocationReasons.filter((name) => name !== undefined);

/** Those a list of revocations gives; removeFromCRL is what a delta says of a certificate that was released. */
export const listedReasons: readonly string[] = allReasons.filter((name) => name !== 'removeFromCRL');

/**
 * A reason by its name, in any case, or its number.
 *
 * @param option what messages call it
 * @param reasons the names to choose among
 * @throws {UsageError} it is none of them
 */
export function parseReason(option: string, text: string, reasons = listedReasons): string {
  const wanted = text.toLowerCase();
  const found = reasons.find((name) => name.toLowerCase() === wanted || `${revocationReasons.indexOf(name)}` === text);
  if (found !== undefined) return found;
  throw new UsageError(`${option}: ${text} is no reason`, nearestHint(text, reasons) ?? reasons.join(', '));
}
