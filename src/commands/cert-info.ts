import process from 'node:process';
import { paint } from '../cli/color.js';
import { defineCommand, onlyOne } from '../cli/command.js';
import { parseNumber } from '../cli/number.js';
import { Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { UsageError } from '../errors.js';
import { parseSize } from '../input/source.js';
import { openView } from '../show/view.js';
import type { Wanted } from '../show/wanted.js';
import { count } from '../text/printable.js';
import { type CertInfo, options } from './cert-info/call.js';
import { chosenView } from './cert-info/chosen-view.js';
import { inputsOf } from './cert-info/files.js';
import { Inspection } from './cert-info/inspection.js';
import { parseTypes } from './cert-info/types.js';

export const command = defineCommand({
  name: 'cert-info',
  summary: 'show what is in certificates, requests, revocation lists and keys',
  input: 'certificates, requests or keys',
  synopsis: [
    '[-l | --json | -f FIELD,... | --names | --fingerprint[=HASH] | --pin | --tlsa[=PORT] | --timeline | --markdown | --pem] [OPTION]... [FILE]...',
  ],
  options,
  notes: ['Without FILE, or when FILE is -, standard input is read. PEM, DER, PKCS#7 and PKCS#12 are recognised.'],
  run,
});

async function run(call: CertInfo): Promise<void> {
  const { values, operands, stdin, report, output } = call;
  onlyOne(values, ['long', 'json', 'field', 'names', 'fingerprint', 'pin', 'tlsa', 'timeline', 'markdown', 'pem']);
  const wanted = wantedObjects(call);
  if (values.der && !values.pem) throw new UsageError('--der needs --pem');
  const maxSize = parseSize(values['max-size']);
  const jobs = values.jobs === undefined ? undefined : parseNumber('--jobs', values.jobs, 64);
  const view = chosenView(call);
  const secrets = new Secrets(values, stdin);
  const inputs = inputsOf(operands, stdin, values.recursive, report);
  const timeline = values.timeline ? (await import('../show/timeline.js')).timeline(view.now) : undefined;
  const single = values.der ? (await import('../show/single-der.js')).singleDer() : undefined;
  const show = timeline?.show ?? single?.show ?? (await openView(view));
  const inspection = new Inspection(call, { view, show, wanted, maxSize, jobs, passphrases: secrets.input });
  try {
    for (const input of inputs) await inspection.inspect(input);
  } finally {
    await inspection.close();
  }
  if (values.recursive) report.notice(undefined, countsText(inspection));
  if (wanted.horizon !== undefined && !inspection.hasExpiring && report.status === 0) {
    report.fault(undefined, '--expires-within: there is no certificate in the input, nor a list');
  }
  if (single !== undefined && report.status === 0) output.write(single.octets());
  if (timeline !== undefined && !values.quiet) {
    output.write(timeline.draw(terminalWidth(output.isTerminal), paint(view.isColored)));
  }
  output.commit();
}

/** The objects a call asks for. @throws {UsageError} */
function wantedObjects({ values, now }: CertInfo): Wanted {
  const within = values['expires-within'];
  return {
    horizon: within === undefined ? undefined : now.getTime() + parseDuration('--expires-within', within),
    types: values.type === undefined ? undefined : parseTypes(values.type),
    isLeaf: values.leaf,
  };
}

/** `12 objects in 3 files, 4 files passed over`. */
function countsText({ objects, files, passedOver }: Inspection): string {
  const rest = passedOver === 0 ? '' : `, ${count(passedOver, 'file')} passed over`;
  return `${count(objects, 'object')} in ${count(files, 'file')}${rest}`;
}

/** COLUMNS where it is set, what the terminal says, or eighty. */
function terminalWidth(isTerminal: boolean): number {
  const columns = Number(process.env['COLUMNS']);
  if (Number.isInteger(columns) && columns > 0) return columns;
  return isTerminal ? (process.stdout.columns ?? 80) : 80;
}
