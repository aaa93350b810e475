import { readElement } from '../../der/reader.js';
import { PkiError } from '../../errors.js';
import type { Revocation } from '../../make/revocation-entry.js';
import type { RevocationTable } from '../../make/revocation-table.js';
import { type RevokedCertificate, readRevokedCertificate } from '../../x509/crl.js';
import { serialContent } from '../../x509/serial.js';

/** The reason that means suspended. */
export const HOLD = 'certificateHold';

/** The revoked and suspended certificates of a CA, as changes are made to them. */
export class Register {
  readonly #table: RevocationTable;

  /** @param table the entries to begin with, which are the register's from now on */
  constructor(table: RevocationTable) {
    this.#table = table;
  }

  /** The entry of a serial number, undefined where there is none. */
  find(serial: Uint8Array): RevokedCertificate | undefined {
    const entry = this.#table.find(serial);
    return entry && readRevokedCertificate(readElement(entry));
  }

  /**
   * Revokes or suspends a certificate. One that is revoked stays what it is; of one that is suspended the revocation is
   * dated back to when that began (X.509 8.5.2.2).
   *
   * @param name gives what messages call the certificate
   * @returns what it was before
   * @throws {PkiError} status 1: what is revoked cannot be suspended
   */
  revoke(revocation: Revocation, name: () => string): 'good' | 'suspended' | 'revoked' {
    const { serial, reason } = revocation;
    const before = this.find(serial);
    if (before === undefined) {
      this.#table.add(revocation);
      return 'good';
    }
    if (before.reason !== HOLD) {
      if (reason === HOLD) throw refused(name(), 'is revoked, and cannot be suspended any more');
      return 'revoked';
    }
    if (reason !== HOLD) this.#replace({ ...revocation, time: before.time ?? revocation.time });
    return 'suspended';
  }

  /** Takes a suspended certificate off. @throws {PkiError} status 1: it is revoked, or not on the list */
  release(serial: Uint8Array, what: string): void {
    const before = this.find(serial);
    if (before === undefined) throw refused(what, 'is not suspended');
    if (before.reason !== HOLD) throw refused(what, 'is revoked, which is for good');
    this.#table.remove(serial);
  }

  /** Takes a certificate off, whatever it is. */
  drop(serial: Uint8Array): void {
    this.#table.remove(serial);
  }

  /** Revokes what was suspended at a time or before; gives what that was. */
  endSuspensions(time: number): RevokedCertificate[] {
    const ended: RevokedCertificate[] = [];
    for (const entry of this.#table.withReason(HOLD)) {
      const found = readRevokedCertificate(readElement(entry));
      if (found.time !== null && found.time <= time) ended.push(found);
    }
    for (const { serial, time: since } of ended) {
      this.#replace({ serial: serialContent(serial), time: since ?? time, reason: null });
    }
    return ended;
  }

  #replace(revocation: Revocation): void {
    this.#table.remove(revocation.serial);
    this.#table.add(revocation);
  }
}

const refused = (what: string, message: string): PkiError =>
  new PkiError('REVOCATION', `${what} ${message}`, { status: 1 });
