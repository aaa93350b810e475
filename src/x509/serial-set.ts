import { serialHex } from './serial.js';

/** Serial numbers to look for among millions: whether one is here costs a look at its last two octets, for most. */
export class SerialSet {
  readonly #known = new Set<string>();
  readonly #endings = new Uint8Array(0x10000);

  /** @param serials as {@link serialHex} writes them */
  constructor(serials: Iterable<string>) {
    for (const serial of serials) {
      this.#known.add(serial);
      const octets = serial.startsWith('-') ? undefined : Number.parseInt(serial.slice(-4), 16);
      // The octets of a negative number are not its digits: all endings are looked at then.
      if (octets === undefined) this.#endings.fill(1);
      else this.#endings[octets] = 1;
    }
  }

  /** True for a serial number that is here, given as the content of its INTEGER, padded or not. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    const last = end > start ? (bytes[end - 1] ?? 0) : 0;
    const before = end - 1 > start ? (bytes[end - 2] ?? 0) : 0;
    return this.#endings[(before << 8) | last] === 1 && this.#known.has(serialHex(bytes, start, end));
  }

  /** True for a serial number that is here, as {@link serialHex} writes it. */
  includes(serial: string): boolean {
    return this.#known.has(serial);
  }
}
