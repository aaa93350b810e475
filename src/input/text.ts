import { PkiError } from '../errors.js';
import { readAll, type Source } from './source.js';

/**
 * The text a source holds: UTF-8, or UTF-16 with a byte order mark, which is left out.
 *
 * @param limit bytes
 * @throws {PkiError} it is in another encoding, with the line
 */
export async function readText(source: Source, limit?: number): Promise<string> {
  return requireText(textOf(await readAll(source, limit)), source.name);
}

/** Octets as text, without a byte order mark; what is in no encoding known here holds U+FFFD. */
export function textOf(octets: Buffer): string {
  const mark = octets.length < 2 ? 0 : octets.readUInt16BE(0);
  if (mark === 0xfffe) return octets.toString('utf16le', 2);
  if (mark === 0xfeff) {
    // An odd octet at the end is half a character.
    const even = octets.subarray(2, octets.length - (octets.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  return octets.toString('utf8').replace(/^\ufeff/, '');
}

/** The way out for text in another encoding. */
export const toUtf8 = 'iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2';

/**
 * The text, unless it holds U+FFFD: that stands for octets that were no UTF-8, and must not get into what is made.
 *
 * @throws {PkiError} the first line with one
 */
export function requireText(text: string, source?: string, firstLine = 1): string {
  const at = text.indexOf('\ufffd');
  if (at === -1) return text;
  const line = firstLine + text.slice(0, at).split(/\r\n|\n|\r/).length - 1;
  throw new PkiError('TEXT', `line ${line}: this is not UTF-8`, { source, hint: toUtf8 });
}
