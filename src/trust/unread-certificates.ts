import { octetText } from './octet-text.js';

/**
 * Certificates as octets, to be read when one may be wanted: of a system's hundred and more anchors, a path takes one.
 * A certificate that is taken is no more in here.
 */
export class UnreadCertificates {
  /** By their first octets, which hardly two have in common: they go as far as the serial number. */
  readonly #byHead = new Map<string, Buffer[]>();
  /** Names that no certificate in here holds. */
  readonly #takenNames = new Set<string>();

  add(der: Buffer): void {
    const head = headOf(der);
    const same = this.#byHead.get(head);
    if (same === undefined) this.#byHead.set(head, [der]);
    else same.push(der);
    this.#takenNames.clear();
  }

  /** Those that may be this certificate: they begin as it does. */
  takeLike(der: Uint8Array): readonly Buffer[] {
    if (this.#byHead.size === 0) return [];
    const head = headOf(der);
    const same = this.#byHead.get(head) ?? [];
    this.#byHead.delete(head);
    return same;
  }

  /** Those that may have this subject, in DER: they hold its octets somewhere. */
  takeNaming(name: Uint8Array): readonly Buffer[] {
    if (this.#byHead.size === 0) return [];
    const text = octetText(name);
    if (this.#takenNames.has(text)) return [];
    this.#takenNames.add(text);
    const naming = [...this.#byHead.values()].filter((same) => same.some((der) => der.indexOf(name) !== -1)).flat();
    for (const der of naming) this.#byHead.delete(headOf(der));
    return naming;
  }

  takeAll(): readonly Buffer[] {
    const all = [...this.#byHead.values()].flat();
    this.#byHead.clear();
    return all;
  }
}

const HEAD = 32;

const headOf = (der: Uint8Array): string => octetText(der.subarray(0, HEAD));
