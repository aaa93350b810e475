import { readElement } from '../../der/reader.js';
import { revocationEntry } from '../../make/revocation-entry.js';
import type { Crl } from '../../x509/crl.js';
import { readRevokedCertificate } from '../../x509/crl.js';
import { serialContent } from '../../x509/serial.js';
import { HOLD, type Register } from './register.js';

/**
 * The entries of a delta: what has come or changed since a complete list, and what was suspended there and is not any more
 * (RFC 5280 5.2.4, 5.3.1).
 *
 * @param now when the latter were released, milliseconds since 1970
 */
export function deltaEntries(register: Register, base: Crl, now: number): Uint8Array[] {
  const before = new Map<string, Uint8Array>();
  const released: Uint8Array[] = [];
  for (const { serial, element, reason } of base.revoked()) {
    before.set(serial, element.encoding());
    const content = serialContent(serial);
    if (reason === HOLD && register.find(content) === undefined) {
      released.push(revocationEntry({ serial: content, time: now, reason: 'removeFromCRL' }));
    }
  }
  const changed = [...register.entries()].filter((entry) => {
    const known = before.get(readRevokedCertificate(readElement(entry)).serial);
    return known === undefined || Buffer.compare(known, entry) !== 0;
  });
  return [...changed, ...released];
}
