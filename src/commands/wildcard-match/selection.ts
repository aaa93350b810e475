import { UsageError } from '../../errors.js';
import { type JsonObject, jsonOf } from '../../text/json.js';
import type { MatchCall } from '../wildcard-match.js';

/** An answer: a line for people, and an object for --json. */
export interface OutputRow {
  readonly text: string;
  readonly json: JsonObject;
}

const NEWLINE = 0x0a;
const STAGING = 64 * 1024;

/**
 * The output of a call: the lines it selects, or only how many, and the exit status that follows. Selected text goes
 * through a staging buffer, for a host list of ten million lines must not cost a write a line.
 */
export class Selection {
  readonly #output: MatchCall['output'];
  readonly #report: MatchCall['report'];
  readonly #isAll: boolean;
  readonly #isCounted: boolean;
  readonly #isSilent: boolean;
  readonly #isJson: boolean;
  /** True when every answer is shown, yes or no, unless -v or --all ask for the noes. */
  readonly #showsAll: boolean;
  readonly #limit: number;
  readonly #lineEnd: number;
  /** True when what is not covered is selected. */
  readonly #isInverted: boolean;
  #seen = 0;
  #selected = 0;
  #staging = Buffer.allocUnsafe(STAGING);
  #staged = 0;

  constructor({ values, output, report }: MatchCall, { showsAll = false } = {}) {
    this.#output = output;
    this.#report = report;
    this.#isAll = values.all;
    this.#isCounted = values.count;
    this.#isSilent = values.quiet || values.count;
    this.#isInverted = values['invert-match'] || values.all;
    this.#isJson = values.json;
    this.#showsAll = showsAll && !this.#isInverted;
    this.#lineEnd = values.null ? 0 : NEWLINE;
    this.#limit = values.quiet ? 1 : parseLimit(values['max-count']);
  }

  /** True when nothing more will be selected. */
  get isFull(): boolean {
    return this.#selected >= this.#limit;
  }

  /** Takes the answer for one line of bytes, which ends at `end`. False when nothing more will be selected. */
  takeBytes(isCovered: boolean, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.isFull) return false;
    this.#seen++;
    if (isCovered === this.#isInverted) return true;
    this.#selected++;
    if (!this.#isSilent) this.#stage(bytes, start, end);
    return this.#selected < this.#limit;
  }

  /** The same for a row. */
  take(isCovered: boolean, row: OutputRow): boolean {
    if (this.isFull) return false;
    this.#seen++;
    const isSelected = isCovered !== this.#isInverted;
    if (isSelected) this.#selected++;
    if ((isSelected || this.#showsAll) && !this.#isSilent) this.#print(row);
    return this.#selected < this.#limit;
  }

  #print({ text, json }: OutputRow): void {
    const bytes = Buffer.from(this.#isJson ? jsonOf(json) : text, 'utf8');
    this.#stage(bytes, 0, bytes.length);
  }

  /** Hands on what is staged: after every piece of input, so that a pipe that is slow sees each answer at once. */
  flush(): void {
    if (this.#staged > 0) {
      this.#output.write(this.#staging.subarray(0, this.#staged));
      this.#staged = 0;
    }
    this.#output.flush();
  }

  /** Prints the count, if that is wanted, and sets the exit status. */
  finish(): void {
    this.flush();
    if (this.#isCounted && !this.#report.quiet) this.#output.write(`${this.#selected}\n`);
    const isYes = this.#isAll ? this.#seen > 0 && this.#selected === 0 : this.#selected > 0;
    if (!isYes) this.#report.raise(1);
  }

  #stage(bytes: Uint8Array, start: number, end: number): void {
    const size = end - start + 1;
    if (this.#staged + size > STAGING) {
      this.flush();
      if (size > STAGING) this.#staging = Buffer.allocUnsafe(size);
    }
    const staging = this.#staging;
    let position = this.#staged;
    // A host is a few dozen octets: copying them here beats a call into native code.
    for (let i = start; i < end; i++) staging[position++] = bytes[i] as number;
    staging[position++] = this.#lineEnd;
    this.#staged = position;
  }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--max-count: ${text} is not a number`);
  return Number(text);
}
