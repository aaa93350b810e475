import { ObjectScanner } from '../../input/objects.js';
import { DEFAULT_MAX_SIZE, readSmallFile } from '../../input/source.js';
import { trustStoreFiles } from '../../input/trust-store.js';
import { frameOf, usualBlocks } from '../../pem/usual-blocks.js';
import type { CertificateStore } from '../../trust/certificate-store.js';
import { UnreadBundle } from '../../trust/unread-bundle.js';

/**
 * Adds the system's trust anchors. A file of them that is damaged in part is good for the rest of it, as it is for TLS
 * clients.
 *
 * @throws {PkiError} there are none; it says where we looked
 */
export function addSystemAnchors(store: CertificateStore): void {
  for (const path of trustStoreFiles()) {
    const file = readSmallFile(path);
    store.addUnreadAnchors(new UnreadBundle(file, () => octetsOfObjects(file)));
  }
}

/** The scanner reads any file, and takes longer than to read one with nothing odd. */
function octetsOfObjects(file: Buffer): readonly Uint8Array[] {
  const text = file.toString('latin1');
  const { blocks, length } = usualBlocks(text, frameOf('CERTIFICATE'), false, DEFAULT_MAX_SIZE);
  if (text.slice(length).trim() === '') return blocks.map(({ der }) => der);
  const scanner = new ObjectScanner();
  return [...scanner.push(file), ...scanner.end()].flatMap((item) => (item.kind === 'object' ? [item.der] : []));
}
