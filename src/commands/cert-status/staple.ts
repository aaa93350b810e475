import { readAll, type Source } from '../../input/source.js';
import { frameOf, usualBlocks } from '../../pem/usual-blocks.js';

/** More than any response, in octets. */
const MAX_SIZE = 1024 * 1024;

/** A response in DER, or in the PEM that GnuTLS writes. */
export async function readStaple(source: Source): Promise<Uint8Array> {
  const octets = await readAll(source, MAX_SIZE);
  const { blocks } = usualBlocks(octets.toString('latin1'), frameOf('OCSP RESPONSE'), false, MAX_SIZE);
  return blocks[0]?.der ?? octets;
}
