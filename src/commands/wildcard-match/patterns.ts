import { statSync } from 'node:fs';
import type { Report } from '../../cli/report.js';
import { linesOf } from '../../input/lines.js';
import { parseSize, type Source, type StandardInput, sourceOf } from '../../input/source.js';
import { parseDnsPattern, parseHostName } from '../../names/host-name.js';
import type { PatternIndex } from '../../names/pattern-index.js';
import { presentedNameProblem, type WildcardOptions } from '../../names/wildcard.js';
import { formatIpAddress, parseIpAddress } from '../../text/ip-address.js';
import { quoted } from '../../text/printable.js';
import type { MatchCall } from '../wildcard-match.js';
import type { NamedObject, NamedObjectReader } from './certificates.js';

/** A name that hosts are compared with, and where it comes from. */
export interface Pattern {
  /** The name as it was given; of a certificate, as it stands there. */
  readonly text: string;
  /** The same in the form it is compared in: A-labels, lower case; an IP address in its canonical text. */
  readonly name: string;
  /** The octets, if it is an IP address. */
  readonly octets?: Uint8Array | undefined;
}

/** A pattern, or why a text is none: then it matches nothing. */
type PatternResult =
  | { readonly pattern: Pattern; readonly problem?: undefined; readonly hint?: undefined }
  | { readonly pattern?: undefined; readonly problem: string; readonly hint?: string | undefined };

/** Reads a pattern as people write it: a host name, U-labels allowed, with `*.` before it or not, or an IP address. */
function readPattern(text: string, options: WildcardOptions): PatternResult {
  const octets = parseIpAddress(text);
  if (octets !== undefined) return { pattern: { text, name: formatIpAddress(octets) ?? text, octets } };
  if (options.partial && partialWildcard.test(text)) return readPartial(text, options);
  const result = parseDnsPattern(text, { underscore: true });
  return result.name === undefined ? result : { pattern: { text, name: result.name } };
}

/** A first label with `*` and something else in it, and the rest. */
const partialWildcard = /^(?!\*\.)([^.]*\*[^.]*)\.(.*)$/;

function readPartial(text: string, options: WildcardOptions): PatternResult {
  const [, label = '', base = ''] = partialWildcard.exec(text) ?? [];
  const result = parseHostName(base, { underscore: true });
  if (result.name === undefined) return result;
  const name = `${label.toLowerCase()}.${result.name}`;
  const problem = presentedNameProblem(name, options);
  return problem === undefined ? { pattern: { text, name } } : { problem };
}

/** Adds a pattern to an index, under a number of the caller's. */
export function addPattern(index: PatternIndex, { name, octets }: Pattern, id: number): void {
  if (octets !== undefined) index.addAddress(octets, id);
  else index.addName(name, id);
}

const suspect = /^\*\.[^.]+(?:\.[^.]+)?$/;

/**
 * Warns of every wildcard directly under a registry's suffix: it covers what belongs to thousands of owners. The list
 * of suffixes is loaded only for names that could be one, `*.` and at most two labels.
 */
export async function warnOfPublicSuffixes(patterns: readonly Pattern[], report: Report): Promise<void> {
  const bases = patterns.filter(({ name }) => suspect.test(name)).map(({ name }) => name.slice(2));
  if (bases.length === 0) return;
  const { isRegistrySuffix } = await import('../../names/public-suffix.js');
  for (const base of bases) {
    if (!isRegistrySuffix(base)) continue;
    report.warning(`*.${base}`, `${base} is a public suffix: names under it belong to anybody`);
  }
}

/** Patterns that come together: of the command line, of a piece of a list, or of one certificate. */
export interface PatternBatch {
  readonly patterns: readonly Pattern[];
  /** The file they are from, as it was given; undefined for the command line. */
  readonly source?: string;
  /** The certificate or request they are from. */
  readonly object?: NamedObject;
}

/** True when patterns come from an option: operands are then files of hosts. */
export function hasPatternOption({ pattern, file, cert }: MatchCall['values']): boolean {
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
  call: MatchCall,
  operands: readonly string[],
  inputs: readonly Source[] = [],
): AsyncGenerator<PatternBatch, void> {
  const { values, report, stdin } = call;
  const lists = [...values.file.map((name) => sourceOf(name, stdin, '--file -')), ...inputs];
  const certificates = values.cert.map((name) => sourceOf(name, stdin, '--cert -'));
  const given = [...values.pattern, ...operands].map((text) => readGivenPattern(text, call));
  yield { patterns: given.filter((pattern) => pattern !== undefined) };
  let reader: NamedObjectReader | undefined;
  for (const source of [...lists, ...certificates]) {
    try {
      const { isCertificate, whole } = await (certificates.includes(source) ? certificate(source) : peek(source));
      if (!isCertificate) {
        yield* listBatches(whole, call);
        continue;
      }
      reader ??= await certificateReader(call);
      for (const object of await reader.read(whole)) {
        yield { patterns: object.patterns, source: source.name, object };
      }
    } catch (error) {
      report.error(source.name, error);
    }
  }
}

/** Loaded when a certificate is to be read: most calls read none. */
async function certificateReader({ values, now, report, stdin }: MatchCall): Promise<NamedObjectReader> {
  const { NamedObjectReader } = await import('./certificates.js');
  const { rfc6125: partial, cn, passin } = values;
  return new NamedObjectReader({ partial, cn, passin, maxSize: parseSize(values['max-size']), now }, report, stdin);
}

async function* listBatches(source: Source, { values, report }: MatchCall): AsyncGenerator<PatternBatch, void> {
  for await (const lines of linesOf(source)) {
    const patterns: Pattern[] = [];
    for (const { text, number } of lines) {
      const { pattern, problem = '', hint } = readPattern(text, { partial: values.rfc6125 });
      if (pattern !== undefined) patterns.push(pattern);
      else report.notice(source.name, `line ${number}: ${quoted(text)} matches nothing: ${problem}`, hint);
    }
    yield { patterns, source: source.name };
  }
}

/** The source of a file that holds certificates or requests, undefined for any other file and for what is none. */
export async function certificateFile(name: string, stdin: StandardInput): Promise<Source | undefined> {
  if (!isFile(name)) return undefined;
  const { isCertificate, whole } = await peek(sourceOf(name, stdin, 'operand -'));
  return isCertificate ? whole : undefined;
}

/** PEM, UTF-16 (which only PEM comes in), or DER: a SEQUENCE with a length in one to four octets, which no text has. */
function holdsObjects(head: Buffer): boolean {
  const [first = 0, second = 0] = head;
  if (first === 0x30 && second >= 0x80 && second <= 0x84) return true;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || head.includes('-----BEGIN ');
}

/** A source, and whether it holds certificates or requests, or else lines. */
interface Peeked {
  readonly isCertificate: boolean;
  readonly whole: Source;
}

const certificate = async (source: Source): Promise<Peeked> => ({ isCertificate: true, whole: source });

/** The most that may stand before the first BEGIN: what `openssl x509 -text` prints fits easily. */
const HEAD = 64 * 1024;

/** Looks at the first bytes of a source, and gives the source with these bytes still in it. */
async function peek(source: Source): Promise<Peeked> {
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
  return { isCertificate: holdsObjects(head), whole: { name: source.name, chunks: whole } };
}

const isFile = (name: string): boolean =>
  !name.includes('\0') && statSync(name, { throwIfNoEntry: false })?.isFile() === true;

/** A pattern from the command line. Who gives the name of a file there most likely means what is in it. */
function readGivenPattern(text: string, { values, report }: MatchCall): Pattern | undefined {
  const hint = `if it holds hosts: -e PATTERN ${text}; patterns: -f ${text}; a certificate: --cert ${text}`;
  const isFileName = isFile(text) || (text.includes('/') && !text.includes('://'));
  const result = readPattern(text, { partial: values.rfc6125 });
  if (result.pattern === undefined) {
    report.notice(text, `matches nothing: ${result.problem}`, isFileName ? hint : result.hint);
  } else if (isFileName) report.notice(text, 'is taken for a pattern, though a file has this name', hint);
  return result.pattern;
}
