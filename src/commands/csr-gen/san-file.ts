import { isPkiError, PkiError } from '../../errors.js';
import type { Source } from '../../input/source.js';
import { readText } from '../../input/text.js';
import { type AltName, parseAltName } from '../../spec/alt-name.js';

/**
 * The names of --san-file: one a line, empty lines and `#` comments left out.
 *
 * @param maxSize the value of --max-size
 * @throws {PkiError} the first line that holds no name, with its number
 */
export async function readSanFile(source: Source, maxSize: number | undefined): Promise<AltName[]> {
  const text = await readText(source, maxSize);
  const names: AltName[] = [];
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const name = line.trim();
    if (name === '' || name.startsWith('#')) continue;
    try {
      names.push(parseAltName(name));
    } catch (error) {
      if (!isPkiError(error)) throw error;
      throw new PkiError(error.code, `${source.name}: line ${i + 1}: ${error.message}`, { hint: error.hint });
    }
  }
  return names;
}
