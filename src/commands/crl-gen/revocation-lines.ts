import { parseTime } from '../../cli/time.js';
import { PkiError } from '../../errors.js';
import { isIdle, wholeLines } from '../../input/lines.js';
import type { Source } from '../../input/source.js';
import { parseReason } from '../../spec/revocation-reason.js';
import { serialContent } from '../../x509/serial.js';
import type { Asked, Usual } from './asked.js';

/** Serial numbers, as lines begin with them: hex, as cert-info and openssl print it. */
const line = /^\s*(?:0x)?(-?[0-9a-f]+(?::[0-9a-f]+)*)((?:\s+(\S+)(?:\s+(\S+))?)?\s*)$/i;

/** True for nothing, and for text whose first line that says something begins with a number. */
export const areRevocationLines = (head: Buffer): boolean =>
  /^(?:\s*(?:#.*)?(?:\r?\n|$))*(?:\s*(?:0x)?-?[0-9a-f]+(?::[0-9a-f]+)*(?:\s|$)|$)/i.test(head.toString('latin1'));

/**
 * The revocations in lines of `SERIAL [TIME [REASON]]`, piece by piece; each is good until the next.
 *
 * @throws {PkiError} while a piece is gone through: a line is none
 */
export async function* revocationLines(source: Source, usual: Usual): AsyncGenerator<Iterable<Asked>, void> {
  const reader = new LineReader(usual);
  for await (const piece of wholeLines(source, 'passing')) yield reader.revocationsIn(piece);
}

const NEWLINE = 0x0a;

/** The values of hexadecimal digits, by octet; -1 for all others. */
const digitValues = new Int8Array(0x100).fill(-1);
for (const digit of '0123456789abcdefABCDEF') digitValues[digit.charCodeAt(0)] = Number.parseInt(digit, 16);

const digitAt = (bytes: Buffer, at: number): number => digitValues[bytes[at] ?? 0] ?? -1;

/** The longest serial number read in place, in octets; longer ones are read as text. */
const MAX_SERIAL = 32;

/**
 * Reads lines. A list of millions has many that differ in their serial number alone: what follows it is read once and
 * compared from then on, and nothing is made of a line that would be left for the collector.
 */
class LineReader {
  readonly #usual: Usual;
  #number = 0;
  /** The octets behind the last serial number, and what they say. */
  #rest = Buffer.alloc(0);
  #last: Usual;
  /** The room for a serial number, which ends where this does; a zero in front is for one that would be negative. */
  readonly #serial = Buffer.alloc(1 + MAX_SERIAL);
  /** Its views, by where they begin. */
  readonly #views = Array.from(this.#serial, (_, start) => this.#serial.subarray(start));

  constructor(usual: Usual) {
    this.#usual = usual;
    this.#last = usual;
  }

  *revocationsIn(piece: Buffer): Generator<Asked, void> {
    for (let start = 0; start < piece.length; ) {
      const end = piece.indexOf(NEWLINE, start);
      this.#number++;
      const serial = this.#usualSerial(piece, start, end) ?? this.#readLine(piece.toString('utf8', start, end));
      const { time, reason } = this.#last;
      if (serial !== undefined) yield { serial, time, reason, certificate: undefined };
      start = end + 1;
    }
  }

  /** The serial number of a line that goes on as the last one did; undefined for other lines. */
  #usualSerial(piece: Buffer, start: number, end: number): Uint8Array | undefined {
    let position = start;
    while (position < end && digitAt(piece, position) !== -1) position++;
    const length = position - start;
    const goesOn = end - position === this.#rest.length && this.#rest.compare(piece, position, end) === 0;
    if (!goesOn || length === 0 || length > 2 * MAX_SERIAL) return undefined;
    let at = this.#serial.length;
    while (position > start) {
      const low = digitAt(piece, --position);
      const high = position > start ? digitAt(piece, --position) : 0;
      this.#serial[--at] = (high << 4) | low;
    }
    while (at < this.#serial.length - 1 && this.#serial[at] === 0) at++;
    if ((this.#serial[at] ?? 0) >= 0x80) this.#serial[--at] = 0;
    return this.#views[at];
  }

  /** The serial number of a line, whose time and reason are the last ones then; undefined for one that says nothing. */
  #readLine(text: string): Uint8Array | undefined {
    if (isIdle(text)) return undefined;
    const [, serial = '', rest = '', when, why] = line.exec(text) ?? [];
    const place = `line ${this.#number}`;
    if (serial === '') {
      const hint = 'SERIAL [TIME [REASON]]: 03 2026-11-30T08:00:00Z keyCompromise';
      throw new PkiError('REVOCATION', `${place}: not a serial number, a time and a reason`, { hint });
    }
    const { time, reason } = this.#usual;
    this.#last = {
      time: when === undefined ? time : parseTime(place, when).getTime(),
      reason: why === undefined ? reason : parseReason(place, why),
    };
    this.#rest = Buffer.from(rest);
    return serialContent(serial.replaceAll(':', ''));
  }
}
