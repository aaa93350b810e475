import { readElement } from '../../der/reader.js';
import { PkiError } from '../../errors.js';
import { type Revocation, revocationEntry } from '../../make/revocation-entry.js';
import { RevocationTable } from '../../make/revocation-table.js';
import { type Crl, type RevokedCertificate, readRevokedCertificate } from '../../x509/crl.js';
import { serialContent } from '../../x509/serial.js';

export const HOLD = 'certificateHold';

/** The revoked and suspended certificates of a CA, as changes are made to them. */
export class Register {
  readonly #table = new RevocationTable();

  /** Takes over the entries of a list, as they are. */
  carryOver(crl: Crl): void {
    for (const { element, serial } of crl.revoked()) this.#table.add(element.encoding(), serialContent(serial));
  }

  /** The entry of a serial number, undefined where there is none. */
  find(serial: Uint8Array): RevokedCertificate | undefined {
    const number = this.#table.find(serial);
    return number === undefined ? undefined : readRevokedCertificate(readElement(this.#table.entry(number)));
  }

  /**
   * Revokes or suspends a certificate. One that is revoked stays what it is; of one that is suspended the revocation is
   * dated back to when that began (X.509 8.5.2.2).
   *
   * @param what names the certificate in messages
   * @returns what it was before
   * @throws {PkiError} status 1: what is revoked cannot be suspended
   */
  revoke(revocation: Revocation, what: string): 'good' | 'suspended' | 'revoked' {
    const { serial, reason } = revocation;
    const before = this.find(serial);
    if (before === undefined) {
      this.#table.add(revocationEntry(revocation), serial);
      return 'good';
    }
    if (before.reason !== HOLD) {
      if (reason === HOLD) throw refused(what, 'is revoked, and cannot be suspended any more');
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
    this.drop(serial);
  }

  /** Takes a certificate off, whatever it is. */
  drop(serial: Uint8Array): void {
    const number = this.#table.find(serial);
    if (number !== undefined) this.#table.remove(number);
  }

  /** Revokes what was suspended at a time or before; gives what that was. */
  endSuspensions(time: number): RevokedCertificate[] {
    const ended: RevokedCertificate[] = [];
    for (const entry of this.entries()) {
      const found = readRevokedCertificate(readElement(entry));
      if (found.reason === HOLD && found.time !== null && found.time <= time) ended.push(found);
    }
    for (const { serial, time: since } of ended) {
      this.#replace({ serial: serialContent(serial), time: since ?? time, reason: null });
    }
    return ended;
  }

  /** The entries in DER, in the order they came, a piece each. */
  entries(): Generator<Uint8Array, void> {
    return this.#table.entries();
  }

  /** The same in as few pieces as can be. */
  pieces(): Uint8Array[] {
    return [...this.#table.pieces()];
  }

  #replace(revocation: Revocation): void {
    this.drop(revocation.serial);
    this.#table.add(revocationEntry(revocation), revocation.serial);
  }
}

const refused = (what: string, message: string): PkiError =>
  new PkiError('REVOCATION', `${what} ${message}`, { status: 1 });
