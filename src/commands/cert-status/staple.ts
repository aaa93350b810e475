import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import type { Source } from '../../input/source.js';

/** A response at hand, in DER or in the PEM that GnuTLS writes. @throws {PkiError} there is none */
export async function readStaple(source: Source, maxSize: number | undefined): Promise<Uint8Array> {
  const contents = await soundContentsOf(source, { maxSize });
  for (const { object } of contents) if (object.type === 'ocsp_response') return object.view.der;
  throw nothingWanted('an OCSP response', contents, source.name);
}
