/**
 * JSON assembled by hand: for a stream of certificates it costs half of building objects for JSON.stringify.
 */

/** Characters JSON wants escaped, and lone surrogates, which have no UTF-8. */
const special = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A JSON string. */
export function quote(text: string): string {
  return special.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** A JSON string, or null. */
export function quoteOrNull(text: string | null): string {
  return text === null ? 'null' : quote(text);
}

/** A JSON array of strings. */
export function quoteAll(texts: readonly string[]): string {
  if (texts.length === 0) return '[]';
  let json = `[${quote(texts[0] as string)}`;
  for (let i = 1; i < texts.length; i++) json += `,${quote(texts[i] as string)}`;
  return `${json}]`;
}
