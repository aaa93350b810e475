/**
 * JSON assembled by hand: for a stream of certificates it costs half of building objects for JSON.stringify.
 */

/** Characters JSON wants escaped, those of {@link unsafe}, and surrogates: alone they have no UTF-8. */
const special =
  /["\\\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]/;

/** Characters of JSON that a terminal obeys or does not show: C1 controls, bidirectional and invisible format controls. */
const unsafe =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;

/** A JSON string. */
export function quote(text: string): string {
  return special.test(text) ? jsonOf(text) : `"${text}"`;
}

/** JSON.stringify for output that may be looked at: in a terminal it cannot be more than text. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(value).replace(unsafe, (characters) => characters.split('').map(escapeUnit).join(''));
}

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

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

/**
 * The same text in one piece. V8 keeps what was put together as a tree and walks it whenever it is written: for a text
 * that is remembered and written often, that is made up for at once.
 */
export function flat(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
