import { once } from '../once.js';

/**
 * Text that is safe to show. Certificates and file names hold the text of strangers: it may hold escape
 * sequences, line breaks or bidirectional controls made to forge a line or to move the cursor.
 */

/** The text with every unsafe character written as `\n`, `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return isPlain.test(text) || !mayBeUnsafe().test(text) ? text : text.replace(unsafe(), escapeCharacter);
}

/** Most text; the expressions below take longer to make, and wait until they are needed. */
const isPlain = /^[ -~]*$/;

/** C0 and C1 controls, DEL, line and paragraph separators, bidirectional and other invisible format controls. */
const controls =
  '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb';

/** A first look, quick for it takes a code unit at a time: every character {@link unsafe} finds has one of these. */
export const mayBeUnsafe = once(() => new RegExp(`[${controls}\\ud800-\\udfff]`));

/** What a terminal obeys or does not show: the controls, those of tags, and surrogates without their other half. */
export const unsafe = once(() => new RegExp(`[${controls}]|[\\u{e0000}-\\u{e007f}]|\\p{Surrogate}`, 'gu'));

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** The head of a text that is too long to be read. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}... (${text.length} characters)`;
}

/** A text in quotes, cut where it is long; {@link printable} makes it safe to show. */
export const quoted = (text: string): string =>
  `"${(text.length > 80 ? `${text.slice(0, 77)}...` : text).replace(/["\\]/g, '\\$&')}"`;

/** A value among others joined by `, `: in quotes where it could be taken for two. */
export const listed = (text: string): string => (/, |^"/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text);

/** `1 certificate`, `2 certificates`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
