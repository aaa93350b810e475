import { readElement } from '../../der/reader.js';
import type { EncodedEntries } from '../../make/crl.js';
import { revocationEntry } from '../../make/revocation-entry.js';
import type { RevocationTable } from '../../make/revocation-table.js';
import { readRevokedCertificate } from '../../x509/crl.js';
import { serialContent } from '../../x509/serial.js';
import { HOLD } from './register.js';

/**
 * The entries of a delta: what has come or changed since a complete list, and what was suspended there and is not any more
 * (RFC 5280 5.2.4, 5.3.1).
 *
 * @param now when the latter were released, milliseconds since 1970
 */
export function deltaEntries(table: RevocationTable, base: RevocationTable, now: number): EncodedEntries {
  const entries = [...table.changedSince(base)];
  for (const entry of base.withReason(HOLD)) {
    const serial = serialContent(readRevokedCertificate(readElement(entry)).serial);
    if (table.find(serial) !== undefined) continue;
    entries.push(revocationEntry({ serial, time: now, reason: 'removeFromCRL' }));
  }
  return { length: entries.reduce((sum, { length }) => sum + length, 0), pieces: () => entries };
}
