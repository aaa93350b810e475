import { statSync } from 'node:fs';
import type { Call } from '../../cli/command.js';
import { parseSize, type Source, type StandardInput, sourceOf } from '../../cli/input.js';
import type { Report } from '../../cli/report.js';
import type { CertificateOptions, Presenter } from './certificates.js';
import { linesOf, quoted } from './lines.js';
import { type Pattern, readPattern } from './patterns.js';

/** The options that say where patterns come from. */
export interface PatternOptions {
  readonly pattern: readonly string[];
  readonly file: readonly string[];
  readonly cert: readonly string[];
  readonly cn: boolean;
  readonly rfc6125: boolean;
  readonly 'max-size': string | undefined;
}

/** Patterns that come together: of the command line, of a piece of a list, or of one certificate. */
export interface Batch {
  readonly patterns: readonly Pattern[];
  /** The file they are from, as it was given; undefined for the command line. */
  readonly source?: string;
  /** The certificate or request they are from. */
  readonly presenter?: Presenter;
}

type PatternCall = Pick<Call, 'report' | 'stdin' | 'now'> & { readonly values: PatternOptions };

/** True when patterns come from an option: operands are then files of hosts. */
export function hasPatternOption({ pattern, file, cert }: PatternOptions): boolean {
  return pattern.length + file.length + cert.length > 0;
}

/**
 * The patterns of a call, in the order -e, operands, -f, --cert, inputs. Standard input is claimed for `-f -` and the like
 * before anything is read.
 *
 * @param operands patterns
 * @param inputs further sources, each a list of patterns or certificates
 */
export async function* patternBatches(
  { values, report, stdin, now }: PatternCall,
  operands: readonly string[],
  inputs: readonly Source[] = [],
): AsyncGenerator<Batch, void> {
  const options = {
    partial: values.rfc6125,
    cn: values.cn,
    maxSize: parseSize(values['max-size']),
    now,
  };
  const lists = [...values.file.map((name) => sourceOf(name, stdin, '--file -')), ...inputs];
  const certificates = values.cert.map((name) => sourceOf(name, stdin, '--cert -'));
  const given = [...values.pattern, ...operands].map((text) => readGivenPattern(text, options, report));
  yield { patterns: given.filter((pattern) => pattern !== undefined) };
  for (const [sources, batchesOf] of [
    [lists, listBatches],
    [certificates, certificateBatches],
  ] as const) {
    for (const source of sources) {
      try {
        yield* batchesOf(source, options, report);
      } catch (error) {
        report.error(source.name, error);
      }
    }
  }
}

async function* certificateBatches(
  source: Source,
  options: CertificateOptions,
  report: Report,
): AsyncGenerator<Batch, void> {
  const { readPresenters } = await import('./certificates.js');
  for (const presenter of await readPresenters(source, options, report)) {
    yield { patterns: presenter.patterns, source: source.name, presenter };
  }
}

/** A list of patterns, or what turns out to be certificates or requests. */
async function* listBatches(source: Source, options: CertificateOptions, report: Report): AsyncGenerator<Batch, void> {
  const { head, whole } = await peek(source);
  if (holdsObjects(head)) {
    yield* certificateBatches(whole, options, report);
    return;
  }
  for await (const lines of linesOf(whole)) {
    const patterns: Pattern[] = [];
    for (const { text, number } of lines) {
      const { pattern, problem = '', hint } = readPattern(text, options);
      if (pattern !== undefined) patterns.push(pattern);
      else report.notice(source.name, `line ${number}: ${quoted(text)} matches nothing: ${problem}`, hint);
    }
    yield { patterns, source: source.name };
  }
}

/** The source of a file that holds certificates or requests, undefined for any other file and for what is none. */
export async function certificateFile(name: string, stdin: StandardInput): Promise<Source | undefined> {
  if (!isFile(name)) return undefined;
  const { head, whole } = await peek(sourceOf(name, stdin, 'operand -'));
  return holdsObjects(head) ? whole : undefined;
}

/** PEM, or DER: a SEQUENCE with a length a text would not have. */
function holdsObjects(head: Buffer): boolean {
  return head.includes('-----BEGIN ') || (head[0] === 0x30 && (head[1] ?? 0) >= 0x80);
}

/** How much may stand before the first BEGIN: what `openssl x509 -text` prints fits easily. */
const HEAD = 64 * 1024;

/** The first bytes of a source, and the source with these bytes still in it. */
async function peek(source: Source): Promise<{ head: Buffer; whole: Source }> {
  const chunks = source.chunks();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < HEAD && !holdsObjects(head)) {
    const { value } = await chunks.next();
    if (value === undefined) break;
    head = Buffer.concat([head, value]);
  }
  async function* whole(): AsyncGenerator<Buffer, void> {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  return { head, whole: { name: source.name, chunks: whole } };
}

const isFile = (name: string): boolean =>
  !name.includes('\0') && statSync(name, { throwIfNoEntry: false })?.isFile() === true;

/** A pattern from the command line. Who gives the name of a file there most likely means what is in it. */
function readGivenPattern(text: string, options: CertificateOptions, report: Report): Pattern | undefined {
  const hint = `for the names of a certificate --cert ${text}, for a list of patterns -f ${text}`;
  const isFileName = isFile(text) || (text.includes('/') && !text.includes('://'));
  const result = readPattern(text, options);
  if (result.pattern === undefined) {
    report.notice(text, `matches nothing: ${result.problem}`, isFileName ? hint : result.hint);
  } else if (isFileName) report.notice(text, 'is taken for a pattern, though a file has this name', hint);
  return result.pattern;
}
