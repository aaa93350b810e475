import { existsSync } from 'node:fs';
import type { HeldKey } from '../../cli/output/held-keys.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { contentsOf } from '../../input/contents.js';
import { fileChunks } from '../../input/source.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import type { Certificate } from '../../x509/certificate.js';
import { namesIn } from './replaces.js';

/** A certificate that is written, and the files that may hold the one it succeeds. */
export interface Renewal {
  readonly leaf: Certificate;
  readonly files: readonly string[];
  /** Of --passout: what was encrypted with it the last time is opened with it. */
  readonly passphrase: Buffer | undefined;
}

/**
 * True when each of these keys belongs to a certificate in the files with the same names as the new one, and not newer: a
 * renewal in place. A key that cannot be told from others counts as the key of such a certificate if it is the only one.
 */
export async function isRenewal(keys: readonly HeldKey[], { leaf, files, passphrase }: Renewal): Promise<boolean> {
  const names = namesIn(leaf).join();
  const identities = new Set<string>();
  for (const file of files) {
    for (const certificate of await certificatesIn(file, passphrase)) {
      if (certificate.notAfter > leaf.notAfter || namesIn(certificate).join() !== names) continue;
      identities.add(publicKeyIdentity(certificate.publicKey.der));
    }
  }
  const isOnlyOne = keys.length === 1 && identities.size > 0;
  return keys.every(({ identity }) => (identity === undefined ? isOnlyOne : identities.has(identity)));
}

/** The certificates that can be read, also in a PKCS#12 that this passphrase opens. */
async function certificatesIn(path: string, passphrase: Buffer | undefined): Promise<Certificate[]> {
  if (!existsSync(path)) return [];
  const passphrases: Passphrases = async function* () {
    if (passphrase !== undefined) yield passphrase;
  };
  async function* chunks(): AsyncGenerator<Buffer, void> {
    yield* fileChunks(path);
  }
  const certificates: Certificate[] = [];
  // A file that cannot be read holds nothing that could be renewed.
  for await (const item of contentsOf({ name: path, chunks }, { passphrases })) {
    if (item.kind === 'content' && item.object.type === 'certificate') certificates.push(item.object.view);
  }
  return certificates;
}
