import process from 'node:process';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { parseSize, sourcesOf } from '../cli/input.js';
import { ObjectScanner } from '../cli/objects.js';
import { UsageError } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { paint, wantsColor } from '../cli/terminal.js';
import { parseDuration } from '../cli/time.js';
import { showBrief } from '../inspect/brief.js';
import { showFields } from '../inspect/fields.js';
import { Inspector, type ItemFault, type Show } from '../inspect/inspector.js';
import type { Item } from '../inspect/item.js';
import { showJson } from '../inspect/json.js';
import { type FingerprintKind, fingerprintKinds, showFingerprint, showNames, showPem } from '../inspect/lines.js';
import { expiryOf } from '../inspect/validity.js';

const options = {
  long: { short: 'l', help: 'show everything, grouped' },
  json: { help: 'one JSON object a line' },
  field: { short: 'f', value: 'FIELD,...', help: 'these fields, tab-separated, one object a line' },
  names: { help: 'every subject alternative name, one a line' },
  fingerprint: { optionalValue: 'HASH', help: 'sha256 (default), sha1, sha512 or spki, one object a line' },
  timeline: { help: 'validity as bars against today, ordered by expiry' },
  pem: { help: 'the objects as clean PEM, private keys left out' },
  'expires-within': { value: 'DURATION', help: 'only what expires within 12h, 30d or 2w; exit 1 if there is any' },
  ...passin,
} as const;

export const command = defineCommand({
  name: 'cert-info',
  summary: 'show what is in certificates, requests, revocation lists and keys',
  synopsis: ['[--json | -f FIELD,... | --names | --fingerprint[=HASH] | --pem] [--expires-within DURATION] [FILE]...'],
  options,
  notes: ['Without FILE, or when FILE is -, standard input is read. PEM, DER, PKCS#7 and PKCS#12 are recognised.'],

  async run(call) {
    const { values, report, output } = call;
    onlyOne(values, ['long', 'json', 'field', 'names', 'fingerprint', 'timeline', 'pem']);
    const within = values['expires-within'];
    const horizon = within === undefined ? undefined : call.now.getTime() + parseDuration('--expires-within', within);
    const maxSize = parseSize(values['max-size']);
    const { show, end } = await chooseView(call);
    const secrets = new Secrets(values, call.stdin);
    const sources = sourcesOf(call.operands, call.stdin);

    let index = 0;
    let written = false;
    const write = values.quiet ? () => {} : (text: string) => output.write(text);
    const inspector = new Inspector({
      show,
      sink: {
        write,
        index: () => write(String(index)),
        separate: () => {
          if (written) write('\n');
          written = true;
        },
      },
      listener: {
        object: () => {
          index++;
        },
        fault: (fault) => report.fault(fault.source, faultText(fault, index), fault.hint),
        notice: (source, message) => report.notice(source, message),
      },
      wanted: (item) => {
        if (horizon === undefined) return true;
        if (!expiresBy(item, horizon)) return false;
        report.raise(1);
        return true;
      },
      passphrases: secrets.input,
    });

    for (const source of sources) {
      try {
        const scanner = new ObjectScanner({ maxSize });
        for await (const chunk of source.chunks()) {
          for (const found of scanner.push(chunk)) {
            const pending = inspector.take(found, source.name);
            if (pending !== undefined) await pending;
          }
        }
        for (const found of scanner.end()) await inspector.take(found, source.name);
      } catch (error) {
        report.error(source.name, error);
      }
    }
    const closing = end?.() ?? '';
    write(closing);
    output.commit();
  },
});

/** A way of showing, and what is written when everything has been seen. */
interface View {
  readonly show: Show;
  readonly end?: () => string;
}

/** How this call shows objects. */
async function chooseView({ values, report, output, now: date }: Call<typeof options>): Promise<View> {
  const now = date.getTime();
  if (values.json || values.quiet) return { show: showJson(now) };
  if (values.field !== undefined) return { show: showFields(values.field, now) };
  if (values.names) return { show: showNames() };
  if (values.pem) return { show: showPem() };
  if (values.fingerprint !== undefined) {
    const kind = fingerprintKind(values.fingerprint);
    const passOver = (item: Item, source: string) =>
      report.notice(source, `no ${kind} fingerprint of ${item.type.replaceAll('_', ' ')}`);
    return { show: showFingerprint(kind, passOver) };
  }
  const isFile = values.output !== undefined && values.output !== '-';
  const colors = paint(isFile && values.color === undefined ? false : wantsColor(values.color, 1));
  if (values.timeline) {
    const { timeline } = await import('../inspect/timeline.js');
    const { show, draw } = timeline(now);
    return { show, end: () => draw(terminalWidth(output.isTerminal), colors) };
  }
  if (values.long) {
    const { showLong } = await import('../inspect/long.js');
    return { show: showLong({ now, paint: colors }) };
  }
  return { show: showBrief({ now, paint: colors }) };
}

function fingerprintKind(given: string): FingerprintKind {
  const kind = fingerprintKinds.find((each) => each === (given === '' ? 'sha256' : given));
  if (kind === undefined) throw new UsageError(`--fingerprint: ${given} is none of ${fingerprintKinds.join(', ')}`);
  return kind;
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

function expiresBy(item: Item, horizon: number): boolean {
  const expiry = expiryOf(item);
  return expiry !== null && expiry <= horizon;
}
