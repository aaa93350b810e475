import { ObjectScanner } from '../input/objects.js';
import type { Inspector } from './inspector.js';

/**
 * Puts everything a stream of bytes holds before an inspector, one object after the other.
 *
 * @param advance called behind every piece that is not the last
 */
export async function inspectStream(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  source: string,
  inspector: Inspector,
  maxSize: number | undefined,
  advance: () => void = () => {},
): Promise<void> {
  const scanner = new ObjectScanner({ maxSize });
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) advance();
    isFirst = false;
    for (const found of scanner.push(chunk)) {
      const pending = inspector.take(found, source);
      if (pending !== undefined) await pending;
    }
  }
  for (const found of scanner.end()) await inspector.take(found, source);
}
