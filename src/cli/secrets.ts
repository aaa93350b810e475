import { closeSync, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { PkiError, UsageError } from '../errors.js';
import type { StandardInput } from '../input/source.js';
import { textOf } from '../input/text.js';
import { mayBeGiven } from '../system/descriptor.js';
import { isSystemError, systemErrorText } from '../system/error.js';
import type { OptionTable } from './options.js';

/** Entries for the tables of commands that read or write encrypted keys. */
export const passin = {
  passin: {
    value: 'SOURCE',
    choices: ['env:', 'file:', 'fd:', 'prompt'],
    repeatable: true,
    help: 'passphrase of encrypted input: env:NAME, file:PATH, fd:N or prompt',
  },
} as const satisfies OptionTable;

export const passout = {
  passout: {
    value: 'SOURCE',
    choices: ['env:', 'file:', 'fd:', 'prompt'],
    help: 'encrypt private keys with the passphrase in env:NAME, file:PATH, fd:N or prompt',
  },
} as const satisfies OptionTable;

type Kind = 'env' | 'file' | 'fd' | 'prompt';

interface SecretSource {
  readonly kind: Kind;
  readonly name: string;
  readonly text: string;
  readonly option: string;
}

/** More would be a file named by mistake; OpenSSL takes 1024. */
const LONGEST_PASSPHRASE = 1024;

/**
 * The passphrases of one call. Sources are judged and standard input is claimed at once, so that a mistake is said before
 * any work; what they hold is read when the first encrypted input needs it, and only once.
 */
export class Secrets {
  readonly #input: readonly SecretSource[];
  readonly #output: SecretSource | undefined;
  readonly #read = new Map<string, Buffer>();
  readonly #asked: Buffer[] = [];

  /**
   * @param values what the table entries {@link passin} and {@link passout} gave
   * @throws {UsageError} a source that is none of env:, file:, fd: and prompt
   */
  constructor(values: { passin?: readonly string[]; passout?: string | undefined }, stdin: StandardInput) {
    this.#input = (values.passin ?? []).map((text) => parseSource('--passin', text));
    this.#output = values.passout === undefined ? undefined : parseSource('--passout', values.passout);
    const sources = this.#output === undefined ? this.#input : [...this.#input, this.#output];
    const first = sources.find(isStandardInput);
    if (first !== undefined) stdin.claim(`${first.option} ${first.text}`);
  }

  /** True when --passout was given. */
  get encrypts(): boolean {
    return this.#output !== undefined;
  }

  /**
   * The passphrases to try on one encrypted input, in order: each --passin, or without any what was asked for before and
   * then, where there is a terminal, what its user answers, three times at most.
   *
   * @param what names the input in the question: `mail.key`
   */
  readonly input = async function* (this: Secrets, what: string): AsyncGenerator<Buffer, void> {
    for (const source of this.#input) {
      if (source.kind !== 'prompt') yield this.#value(source);
    }
    if (this.#input.length > 0 && !this.#input.some(({ kind }) => kind === 'prompt')) return;
    yield* this.#asked;
    const { askPassphrase } = await import('./prompt.js');
    for (let attempt = 0; attempt < 3; attempt++) {
      const answer = await askPassphrase(attempt === 0 ? `passphrase of ${what}: ` : `wrong, passphrase of ${what}: `);
      if (answer === undefined) return;
      this.#asked.unshift(answer);
      yield answer;
    }
  }.bind(this);

  /**
   * The passphrase private keys are to be encrypted with; undefined without --passout.
   *
   * @throws {PkiError} it is empty, or two answers on the terminal differ
   */
  async output(): Promise<Buffer | undefined> {
    const source = this.#output;
    if (source === undefined) return undefined;
    const passphrase = source.kind === 'prompt' ? await askTwice() : this.#value(source);
    if (passphrase.length === 0) throw new UsageError(`--passout ${source.text}: the passphrase is empty`);
    return passphrase;
  }

  #value(source: SecretSource): Buffer {
    const known = this.#read.get(source.text);
    if (known !== undefined) return known;
    const value = readSecret(source);
    if (value.length > LONGEST_PASSPHRASE) {
      throw new UsageError(
        `${source.option} ${source.text}: the passphrase is longer than ${LONGEST_PASSPHRASE} bytes`,
      );
    }
    this.#read.set(source.text, value);
    return value;
  }
}

/**
 * The secret an option's value names, for secrets that are no passphrase.
 *
 * @param option what messages call it: `--eab-key`
 * @throws {UsageError} it is none of env:, file: and fd:, or there is nothing
 */
export function secretOf(option: string, text: string, stdin: StandardInput): Buffer {
  const source = parseSource(option, text);
  if (source.kind === 'prompt')
    throw new UsageError(`${option}: prompt is for passphrases`, 'env:NAME, file:PATH or fd:N');
  if (isStandardInput(source)) stdin.claim(`${option} ${text}`);
  return readSecret(source);
}

const isStandardInput = (source: SecretSource): boolean => source.kind === 'fd' && Number(source.name) === 0;

function parseSource(option: string, text: string): SecretSource {
  if (text === 'prompt') return { kind: 'prompt', name: '', text, option };
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  const name = text.slice(colon + 1);
  if (kind === 'pass') {
    // The secret itself is not repeated: standard error is often a log.
    throw new UsageError(
      `${option} pass: would show the secret to everyone who can list processes`,
      'use env:NAME, file:PATH or fd:N',
    );
  }
  if ((kind !== 'env' && kind !== 'file' && kind !== 'fd') || name === '') {
    throw new UsageError(
      `${option}: not a source of a passphrase`,
      'env:NAME, file:PATH, fd:N or prompt; the passphrase itself is never an argument',
    );
  }
  if (kind === 'fd' && !/^\d{1,4}$/.test(name)) throw new UsageError(`${option}: ${text} is not a file descriptor`);
  return { kind, name, text, option };
}

function readSecret({ kind, name, text, option }: SecretSource): Buffer {
  if (kind === 'env') {
    const value = process.env[name];
    if (value === undefined) throw new UsageError(`${option} ${text}: the variable is not set`);
    return Buffer.from(value, 'utf8');
  }
  if (kind === 'fd' && !mayBeGiven(Number(name))) {
    throw new UsageError(
      `${option} ${text}: no such descriptor was given`,
      `for example ${text.slice(3)}<FILE behind the call`,
    );
  }
  try {
    return kind === 'fd' ? readLine(Number(name)) : readFirstLine(name);
  } catch (error) {
    const reason = systemErrorText(error);
    if (reason === undefined) throw error;
    throw new PkiError('PASSPHRASE_SOURCE', `${option} ${text}: ${reason}`, { cause: error });
  }
}

function readFirstLine(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    return readLine(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Byte by byte, so that the octets behind the line stay for others who share the descriptor. */
function readLine(descriptor: number): Buffer {
  const octets: number[] = [];
  const octet = Buffer.alloc(1);
  while (octets.length <= LONGEST_PASSPHRASE) {
    if (readOne(descriptor, octet) === 0) break;
    octets.push(octet[0] as number);
    if (endsLine(octets)) break;
  }
  const line = Buffer.from(octets);
  // A passphrase may be any octets: only what an editor's mark stands before is taken for text.
  return startsWithMark(line) ? Buffer.from(textOf(line).replace(/\r?\n?$/, '')) : withoutLineEnd(line);
}

const marks = [
  [0xfe, 0xff],
  [0xff, 0xfe],
  [0xef, 0xbb, 0xbf],
];

const startsWithMark = (line: Buffer): boolean => marks.some((mark) => mark.every((octet, i) => line[i] === octet));

/** True when the last character is a line feed: of UTF-16, where the first two octets say so. */
function endsLine(octets: readonly number[]): boolean {
  const [first = 0, second = 0] = octets;
  const [before = 0, last = 0] = octets.slice(-2);
  if (first + second !== 0xfe + 0xff || Math.min(first, second) !== 0xfe) return octets.at(-1) === 0x0a;
  if (octets.length % 2 !== 0) return false;
  return first === 0xfe ? before === 0 && last === 0x0a : before === 0x0a && last === 0;
}

function withoutLineEnd(line: Buffer): Buffer {
  const end = line.at(-1) === 0x0a ? line.length - 1 : line.length;
  return line.subarray(0, line[end - 1] === 0x0d ? end - 1 : end);
}

function readOne(descriptor: number, into: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, into, 0, 1, null);
    } catch (error) {
      if (isSystemError(error, 'EOF')) return 0;
      if (!isSystemError(error, 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

async function askTwice(): Promise<Buffer> {
  const { askPassphrase, terminalPath } = await import('./prompt.js');
  const first = await askPassphrase('new passphrase: ');
  if (first === undefined) throw new UsageError(`--passout prompt: there is no terminal at ${terminalPath}`);
  const second = await askPassphrase('the same again: ');
  if (second === undefined || !first.equals(second)) {
    throw new PkiError('PASSPHRASE_MISMATCH', 'the two passphrases are not the same');
  }
  return first;
}
