import { statSync } from 'node:fs';
import process from 'node:process';
import { oneOf } from '../cli/choice.js';
import { paint, wantsColoredData } from '../cli/color.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { MAX_PORT, parseNumber } from '../cli/number.js';
import { Progress } from '../cli/progress.js';
import { passin, Secrets } from '../cli/secrets.js';
import { OutputEnd } from '../cli/sink.js';
import { parseDuration } from '../cli/time.js';
import { UsageError } from '../errors.js';
import { parseSize } from '../input/source.js';
import { Inspector, type ItemFault, type Show } from '../show/inspector.js';
import { fingerprintKinds } from '../show/lines.js';
import type { Pool } from '../show/parallel.js';
import { inspectStream } from '../show/scan.js';
import { openView, type View } from '../show/view.js';
import { canExpire, isWanted, type Wanted } from '../show/wanted.js';
import { count } from '../text/printable.js';
import { inputsOf } from './cert-info/files.js';
import { parseTypes, typeWords } from './cert-info/types.js';

const options = {
  long: { short: 'l', help: 'show everything, grouped' },
  json: { help: 'one JSON object a line' },
  type: { value: 'TYPE,...', choices: typeWords, help: 'only these: certificate, request, crl, key, ...' },
  leaf: { help: "only certificates that are no CA's" },
  recursive: { short: 'r', help: 'read the files in folders too, passing over those with nothing in them' },
  field: { short: 'f', value: 'FIELD,...', help: 'these fields, tab-separated, one object a line' },
  names: { help: 'every subject alternative name, one a line' },
  fingerprint: {
    optionalValue: 'HASH',
    choices: fingerprintKinds,
    help: 'sha256 (default), sha1, sha512 or spki, one object a line',
  },
  pin: { help: "the pin of every object's public key, as curl takes it" },
  tlsa: { optionalValue: 'PORT', help: 'the data of its TLSA record (DANE), or with PORT the records of its names' },
  'with-filename': { short: 'H', help: 'the name of the input in front of every line' },
  timeline: { help: 'validity as bars against today, ordered by expiry' },
  markdown: { help: 'a Markdown table of certificates, for the summary of a CI job' },
  pem: { help: 'the objects as clean PEM, private keys left out' },
  der: { help: 'with --pem: the one object in DER' },
  'expires-within': { value: 'DURATION', help: 'only what expires within 12h, 30d or 2w; exit 1 if there is any' },
  jobs: { short: 'j', value: 'N', help: 'read large files of PEM with N threads; as many as processors above 16 MiB' },
  ...passin,
} as const;

export const command = defineCommand({
  name: 'cert-info',
  summary: 'show what is in certificates, requests, revocation lists and keys',
  input: 'certificates, requests or keys',
  synopsis: [
    '[-l | --json | -f FIELD,... | --names | --fingerprint[=HASH] | --pin | --tlsa[=PORT] | --timeline | --markdown | --pem] [OPTION]... [FILE]...',
  ],
  options,
  notes: ['Without FILE, or when FILE is -, standard input is read. PEM, DER, PKCS#7 and PKCS#12 are recognised.'],

  async run(call) {
    const { values, report, output } = call;
    onlyOne(values, ['long', 'json', 'field', 'names', 'fingerprint', 'pin', 'tlsa', 'timeline', 'markdown', 'pem']);
    const within = values['expires-within'];
    const wanted: Wanted = {
      horizon: within === undefined ? undefined : call.now.getTime() + parseDuration('--expires-within', within),
      types: values.type === undefined ? undefined : parseTypes(values.type),
      isLeaf: values.leaf,
    };
    if (values.der && !values.pem) throw new UsageError('--der needs --pem');
    if (values['with-filename']) checkLines(values);
    const maxSize = parseSize(values['max-size']);
    const jobs = values.jobs === undefined ? undefined : parseNumber('--jobs', values.jobs, 64);
    const isQuiet = values.quiet;
    const view = chooseView(call);
    const secrets = new Secrets(values, call.stdin);
    const sources = inputsOf(call.operands, call.stdin, values.recursive, report);
    const timeline = values.timeline ? (await import('../show/timeline.js')).timeline(view.now) : undefined;
    const single = values.der ? (await import('../show/single-der.js')).singleDer() : undefined;

    // Where the objects themselves go to the terminal they are progress enough.
    const progress = new Progress('objects', isQuiet || output.isTerminal);
    let index = 0;
    let hasBlocks = false;
    let isAsked = false;
    const write = isQuiet ? () => {} : (text: string) => output.write(text);
    let files = 0;
    let passedOver = 0;
    let isFound = false;
    const fault = (each: ItemFault, number: number) => {
      if (isFound && each.isForeign) {
        passedOver++;
        return;
      }
      progress.clear();
      report.fault(each.source, faultText(each, number), each.hint);
    };
    const notice = (source: string, message: string) => {
      progress.clear();
      report.notice(source, message);
    };
    const show: Show = timeline?.show ?? single?.show ?? (await openView(view));
    const inspector = new Inspector({
      show,
      sink: {
        write,
        index: () => write(String(index)),
        separate: () => {
          if (hasBlocks) write('\n');
          hasBlocks = true;
        },
        passOver: notice,
      },
      listener: {
        object: () => {
          index++;
        },
        fault: (each) => fault(each, index),
        notice,
      },
      wanted: (item) => {
        if (canExpire(item, wanted)) isAsked = true;
        const answer = isWanted(item, wanted);
        if (answer && wanted.horizon !== undefined) report.raise(1);
        return answer;
      },
      passphrases: secrets.input,
    });

    let pool: Pool | undefined;
    const isDivisible =
      timeline === undefined && single === undefined && !values.markdown && values.passin.length === 0;
    try {
      for (const { name, chunks, ...source } of sources) {
        files++;
        isFound = source.isFound;
        try {
          const threads = isDivisible && name !== '-' ? (jobs ?? threadsFor(name)) : 1;
          const parallel = threads > 1 ? await import('../show/parallel.js') : undefined;
          const size = parallel?.divisibleSize(name);
          if (parallel === undefined || size === undefined) {
            await inspectStream(chunks(), name, inspector, maxSize, () => progress.update(index, undefined));
            continue;
          }
          pool ??= new parallel.Pool({
            jobs: threads,
            settings: { view, isQuiet, wanted, maxSize },
            write: (bytes) => {
              // Every block of a thread's is set off, also the first of all.
              const isFirst = !hasBlocks && bytes[0] === LF;
              hasBlocks = true;
              output.write(isFirst ? bytes.subarray(1) : bytes);
            },
            fault,
            notice,
            found: () => {
              if (wanted.horizon !== undefined) report.raise(1);
            },
            asked: () => {
              isAsked = true;
            },
            advance: (objects) => progress.update(objects, undefined),
          });
          index = await pool.inspect(name, size, index);
        } catch (error) {
          progress.clear();
          if (error instanceof OutputEnd) throw error;
          report.error(name, error);
        }
      }
    } finally {
      // Threads that go on would keep the process alive, also when their output is not read.
      await pool?.close();
      progress.clear();
    }
    if (values.recursive) {
      const rest = passedOver === 0 ? '' : `, ${count(passedOver, 'file')} passed over`;
      report.notice(undefined, `${count(index, 'object')} in ${count(files - passedOver, 'file')}${rest}`);
    }
    if (within !== undefined && !isAsked && report.status === 0) {
      report.fault(undefined, '--expires-within: there is no certificate in the input, nor a list');
    }
    if (single !== undefined && report.status === 0) output.write(single.octets());
    if (timeline !== undefined) {
      write(timeline.draw(terminalWidth(output.isTerminal), paint(view.isColored)));
    }
    output.commit();
  },
});

/** @throws {UsageError} what is shown is no line an object */
function checkLines(values: Call<typeof options>['values']): void {
  const way = lineWays.find((each) => values[each] !== undefined && values[each] !== false);
  if (way === undefined)
    throw new UsageError(`--with-filename needs ${lineWays.map((each) => `--${each}`).join(', ')}`);
}

const lineWays = ['field', 'names', 'fingerprint', 'pin', 'tlsa'] as const;

const LF = 0x0a;

/** How this call shows objects. */
function chooseView({ values, now: date }: Call<typeof options>): View {
  const common = { now: date.getTime(), isColored: wantsColoredData(values), hasFilenames: values['with-filename'] };
  if (values.field !== undefined) return { kind: 'field', list: values.field, ...common };
  if (values.fingerprint !== undefined) {
    const hash = oneOf('--fingerprint', values.fingerprint || 'sha256', fingerprintKinds);
    return { kind: 'fingerprint', hash, ...common };
  }
  if (values.pin) return { kind: 'pin', ...common };
  if (values.tlsa !== undefined) {
    const port = values.tlsa === '' ? undefined : parseNumber('--tlsa', values.tlsa, MAX_PORT);
    return { kind: 'tlsa', port, ...common };
  }
  if (values.names) return { kind: 'names', ...common };
  if (values.pem) return { kind: 'pem', ...common };
  if (values.markdown) return { kind: 'markdown', ...common };
  if (values.long) return { kind: 'long', ...common };
  if (values['expires-within'] !== undefined && !values.json && !values.quiet) return { kind: 'expiries', ...common };
  // With --quiet nothing is shown, but everything is read that would be.
  return { kind: values.json || values.quiet ? 'json' : 'brief', ...common };
}

/** Files above this are read by several threads without being asked for, in octets. */
const LARGE = 16 * 1024 * 1024;

/** How many threads a file is worth. */
function threadsFor(path: string): number {
  const status = statSync(path, { throwIfNoEntry: false });
  return status?.isFile() && status.size > LARGE ? process.getBuiltinModule('node:os').availableParallelism() : 1;
}

/** COLUMNS where it is set, what the terminal says, or eighty. */
function terminalWidth(isTerminal: boolean): number {
  const columns = Number(process.env['COLUMNS']);
  if (Number.isInteger(columns) && columns > 0) return columns;
  return isTerminal ? (process.stdout.columns ?? 80) : 80;
}

/** `certificate 3 at line 41: …`. */
function faultText({ what, place, message }: ItemFault, index: number): string {
  return what === undefined ? message : `${what} ${index} at ${place}: ${message}`;
}
