import { attempt } from '../../errors.js';
import { ObjectScanner } from '../../input/objects.js';
import { readSmallFile } from '../../input/source.js';
import { trustStoreFiles } from '../../input/trust-store.js';
import type { CertificateStore } from '../../trust/certificate-store.js';

/**
 * Adds the system's trust anchors. A file of them that is damaged in part is good for the rest of it, as it is for TLS
 * clients.
 *
 * @throws {PkiError} there are none; it says where we looked
 */
export function addSystemAnchors(store: CertificateStore): void {
  for (const path of trustStoreFiles()) {
    const scanner = new ObjectScanner();
    for (const item of [...scanner.push(readSmallFile(path)), ...scanner.end()]) {
      if (item.kind === 'object') attempt(() => store.add(item.der, true));
    }
  }
}
