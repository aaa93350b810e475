/**
 * The milliseconds a Retry-After header asks to wait (RFC 9110 10.2.3): seconds, or a date. Undefined where there is none
 * that can be read.
 *
 * @param now milliseconds since 1970
 */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(value)) return Number(value) * 1000;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(time - now, 0);
}
