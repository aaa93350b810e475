import { existsSync, fstatSync, type Stats, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { CommonOptions, OptionValues } from '../../cli/options.js';
import { isOutputFile } from '../../cli/output/destination.js';
import { type Output, openKeyFile } from '../../cli/output.js';
import { Progress } from '../../cli/progress.js';
import type { Report } from '../../cli/report.js';
import { OutputFailed } from '../../cli/sink.js';
import { DEFAULT_KEY, type KeyAlgorithm } from '../../crypto/key-algorithm.js';
import { isPkiError, PkiError, UsageError } from '../../errors.js';
import { DEFAULT_MAX_SIZE, type Source, type StandardInput, sourceOf } from '../../input/source.js';
import { requireText } from '../../input/text.js';
import { type RequestSpec, withCommonNameAsAltName } from '../../spec/request-spec.js';
import { aboutFile } from '../../system/error.js';
import { makeFolder } from '../../system/folder.js';
import { syncDirectory } from '../../system/temporary.js';
import { fileName } from '../../text/file-name.js';
import { COMMON_NAME } from '../../x509/name.js';
import type { WorkerPool } from './batch-worker.js';
import type { DocumentOptions, MadeDocument } from './document.js';
import { askedAlgorithm, type KeyReading, type keyOptions, keyWriting, reusableKey } from './key.js';
import { applyOptions, isGivenByOptions, type SpecValues } from './spec.js';

/** One request a line, made by as many threads as there are processors, in order, in constant memory. */

/** Lines that are under way at once: enough to keep every thread busy behind one slow key. */
const WINDOW = 256;

type BatchValues = SpecValues &
  OptionValues<typeof keyOptions> &
  Pick<OptionValues<CommonOptions>, 'force' | 'output'> & {
    readonly 'key-dir': string | undefined;
    readonly 'key-only': boolean;
    readonly clip: boolean;
  };

interface Batch extends KeyReading {
  readonly values: BatchValues;
  readonly source: Source;
  readonly output: Output;
  readonly report: Report;
  readonly document: DocumentOptions;
}

/**
 * Judges the options of --batch and opens its input.
 *
 * @throws {UsageError}
 */
export function batchSource(values: BatchValues, operands: readonly string[], stdin: StandardInput): Source {
  const wrong = (['key', 'key-out', 'key-only', 'clip'] as const).find((name) => values[name]);
  if (wrong !== undefined) throw new UsageError(`--batch and --${wrong} exclude each other`);
  if (isGivenByOptions(values))
    throw new UsageError('--batch reads who requests are for from its input, options cannot say it');
  if (values['key-dir'] === undefined)
    throw new UsageError('new keys must go somewhere', 'name a folder with --key-dir');
  const [operand = '-', second] = operands;
  if (second !== undefined) throw new UsageError(`unexpected operand ${second}`, '--batch reads one input');
  return sourceOf(operand, stdin, 'the SPEC');
}

/** The result of a line. */
interface Outcome {
  readonly line: Line;
  readonly made?: MadeDocument;
  readonly error?: unknown;
  /** Where an old key was kept. */
  readonly old?: string | undefined;
}

/** Makes a request for every line of the input; what is wrong with one is said, and the rest goes on. */
export async function runBatch(batch: Batch): Promise<void> {
  const { values, report, output, source } = batch;
  const { WorkerPool } = await import('./batch-worker.js');
  const { parseSpecLine } = await import('../../spec/spec.js');
  const folder = values['key-dir'] ?? '.';
  makeKeyFolder(folder);
  const asked = askedAlgorithm(values, undefined);
  const writing = await keyWriting(values, asked, batch.secrets);
  const pool = new WorkerPool(availableParallelism(), { document: batch.document, writing });
  const progress = new Progress('requests', report.quiet);
  const size = sizeOf(source);
  const names = new Set<string>();
  const ignored = new Set<string>();
  let done = 0;
  let made = 0;

  const parse = (line: Line): RequestSpec => {
    const parsed = parseSpecLine(requireText(line.text, undefined, line.number), line.number);
    for (const field of parsed.ignored.filter((each) => !ignored.has(each))) {
      ignored.add(field);
      report.notice(source.name, `line ${line.number}: for certificates only, passed over everywhere: ${field}`);
    }
    return applyOptions(values, parsed.spec);
  };
  /** Hands over what is finished, in order; the keys are on disk before their requests leave. */
  const deliver = async (pending: Promise<Outcome>[]): Promise<void> => {
    const outcomes = await Promise.all(pending);
    syncDirectory(folder);
    for (const outcome of outcomes) {
      tell(outcome, batch, progress);
      if (outcome.made !== undefined) {
        output.write(outcome.made.pem);
        made++;
      }
      progress.update(++done, size === undefined ? undefined : outcome.line.end / size);
    }
  };

  try {
    const window: Promise<Outcome>[] = [];
    for await (const line of linesOf(source, batch.maxSize ?? DEFAULT_MAX_SIZE)) {
      window.push(settled(line, () => startLine(line, parse, names, { batch, folder, pool, asked })));
      if (window.length >= WINDOW) await deliver(window.splice(0, WINDOW / 2));
    }
    while (window.length > 0) await deliver(window.splice(0, WINDOW / 2));
  } finally {
    progress.clear();
    await pool.close();
  }
  if (done === 0) report.fault(source.name, 'empty input');
  // Where nothing could be made, the file of the last time stays.
  if (made > 0) output.commit();
}

function makeKeyFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    throw aboutFile(error, folder);
  }
}

interface BatchState {
  readonly batch: Batch;
  readonly folder: string;
  readonly pool: WorkerPool;
  readonly asked: KeyAlgorithm | undefined;
}

async function settled(line: Line, start: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await start();
  } catch (error) {
    return { line, error };
  }
}

/** Up to the first wait, in the order of the lines: so the second of two with one name is the one refused. */
async function startLine(
  line: Line,
  parse: (line: Line) => RequestSpec,
  names: Set<string>,
  { batch, folder, pool, asked }: BatchState,
): Promise<Outcome> {
  const { values, document } = batch;
  const spec = parse(line);
  const name = keyName(spec);
  if (names.has(name.toLowerCase())) throw fault(`the name of its key, ${name}.key, is taken by a line above`);
  names.add(name.toLowerCase());
  const path = join(folder, `${name}.key`);
  if (isOutputFile(path, values.output)) throw fault(`its key would go to ${path}, which --output names`);
  const reuses = values['reuse-keys'] && existsSync(path);
  let old: string | undefined;
  const sayKept = (kept: string) => {
    old = kept;
  };
  const { force } = values;
  const { now } = document;
  const keyFile = reuses ? undefined : openKeyFile(path, { force, now, report: batch.report, sayKept });
  const algorithm = asked ?? spec.key;
  const key = reuses ? (await reusableKey(path, algorithm, batch)).key : undefined;
  const { keyPem, ...made } = await pool.run({ spec, key, algorithm: algorithm ?? DEFAULT_KEY });
  if (keyFile !== undefined && keyPem !== undefined) await writeKey(keyFile, keyPem);
  return { line, made, old };
}

/** That its folder is flushed too is left to the caller, once for many. */
async function writeKey(file: Output, pem: string): Promise<void> {
  try {
    file.write(pem);
    await file.prepare();
    file.place();
  } catch (error) {
    // Other lines have files of their own.
    throw error instanceof OutputFailed ? error.cause : error;
  } finally {
    file.abort();
  }
}

const fault = (message: string, hint?: string) => new PkiError('BATCH', message, { hint });

/** The name of a line's key: the common name's, or the first alternative name's; a file of its own in one folder. */
function keyName(given: RequestSpec): string {
  const spec = withCommonNameAsAltName(given);
  const commonName = spec.subject.flat().find(({ oid }) => oid === COMMON_NAME)?.value;
  const name = typeof commonName === 'string' ? commonName : spec.altNames[0]?.value;
  if (name === undefined) throw fault('the request names nobody', 'give CN or hosts');
  if (/[/\\]/.test(name) || name.startsWith('.')) throw fault(`${name} cannot be the name of a key file`);
  return fileName(name);
}

function tell({ line, made, error, old }: Outcome, { report, source }: Batch, progress: Progress): void {
  const place = `line ${line.number}`;
  const words = (made?.warnings.length ?? 0) + (made?.notices.length ?? 0);
  if (error !== undefined || old !== undefined || words > 0) progress.clear();
  for (const warning of made?.warnings ?? []) report.warning(source.name, `${place}: ${warning}`);
  for (const notice of made?.notices ?? []) report.notice(source.name, `${place}: ${notice}`);
  if (old !== undefined) report.notice(source.name, `${place}: the old key is kept as ${old}`);
  if (error === undefined) return;
  if (!isPkiError(error)) throw error;
  const about = error.source === undefined ? place : `${place}: ${error.source}`;
  const message = error.message.startsWith(`${place}: `) ? error.message : `${about}: ${error.message}`;
  report.fault(source.name, message, error.hint);
}

interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** The number of octets it and all lines above it take. */
  readonly end: number;
}

/** The lines of a source that are not blank. */
async function* linesOf(source: Source, maxSize: number): AsyncGenerator<Line, void> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let end = 0;
  const line = (bytes: Buffer): Line => {
    number++;
    end += bytes.length + 1;
    return { text: bytes.toString('utf8').replace(/^\ufeff/, ''), number, end };
  };
  for await (const chunk of source.chunks()) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let at = rest.indexOf(0x0a); at !== -1; at = rest.indexOf(0x0a)) {
      const next = line(rest.subarray(0, at));
      rest = rest.subarray(at + 1);
      if (next.text.trim() !== '') yield next;
    }
    if (rest.length > maxSize)
      throw fault(`line ${number + 1} is longer than ${maxSize} bytes`, 'is this one JSON object a line?');
  }
  const last = line(rest);
  if (last.text.trim() !== '') yield last;
}

/** The size of an input that is a regular file. */
function sizeOf({ name }: Source): number | undefined {
  try {
    const stats: Stats = name === '-' ? fstatSync(0) : statSync(name);
    return stats.isFile() ? stats.size : undefined;
  } catch {
    return undefined;
  }
}
