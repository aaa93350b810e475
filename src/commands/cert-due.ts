import { type RenewalWindow, renewalWindow } from '../acme/renewal-info.js';
import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { isPkiError, PkiError } from '../errors.js';
import { readRenewed } from '../input/renewable.js';
import { parseSize, sourcesOf } from '../input/source.js';
import { isoText } from '../text/iso-time.js';
import { jsonOf } from '../text/json.js';
import { printable } from '../text/printable.js';
import type { Certificate } from '../x509/certificate.js';
import { chosenServer, type ServerChoice, serverOptions, withServer } from './acme/server.js';
import { type DueTime, dueBefore, dueByLifetime, dueInWindow } from './cert-due/due-time.js';

const { server, ...connectionOptions } = serverOptions;

const options = {
  server,
  before: { value: 'DURATION', help: 'due when it ends within this time' },
  json: { help: 'as JSON, an object a certificate' },
  ...passin,
  ...connectionOptions,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-due',
  summary: 'tell whether it is time to renew a certificate',
  input: 'a certificate',
  synopsis: ['[--server URL] [--before DURATION] [--json] [CERT]...'],
  options,
  run,
});

type CertDue = Call<typeof options>;

/** A certificate of a file. */
interface Candidate {
  readonly source: string;
  readonly certificate: Certificate;
}

async function run(call: CertDue): Promise<void> {
  const { values, output, report, now } = call;
  const before = values.before === undefined ? undefined : parseDuration('--before', values.before);
  const choice = values.server === undefined ? undefined : chosenServer(values);
  const candidates = await readCandidates(call);
  const windows = choice === undefined ? undefined : await askServer(call, choice, candidates);
  let isAnyDue = false;
  for (const candidate of candidates) {
    const suggested = windows?.get(candidate);
    let due: DueTime;
    try {
      due = dueTimeOf(candidate, suggested, before);
    } catch (error) {
      report.error(candidate.source, error);
      continue;
    }
    const isDue = due.time <= now.getTime();
    // Late by its life is late, whatever the CA would say; early may still be what the CA wants.
    if (isDue) isAnyDue = true;
    else if (windows !== undefined && suggested === undefined) report.raise(2);
    say(call, candidate, due, isDue);
  }
  if (!isAnyDue) report.raise(1);
  output.commit();
}

/** @throws {PkiError} its dates cannot be read */
function dueTimeOf({ certificate }: Candidate, suggested: RenewalWindow | undefined, before: number | undefined) {
  const times = [
    ...(suggested === undefined ? [] : [dueInWindow(certificate, suggested)]),
    ...(before === undefined ? [] : [dueBefore(certificate, before)]),
  ];
  return earliest(times) ?? dueByLifetime(certificate);
}

const earliest = ([first, ...rest]: readonly DueTime[]): DueTime | undefined =>
  first && rest.reduce((best, each) => (each.time < best.time ? each : best), first);

/** The certificates of all operands; what is none is said, and the rest goes on. */
async function readCandidates({ values, operands, stdin, report }: CertDue): Promise<Candidate[]> {
  const secrets = new Secrets(values, stdin);
  const reading = { maxSize: parseSize(values['max-size']), passphrases: secrets.input };
  const candidates: Candidate[] = [];
  for (const source of sourcesOf(operands, stdin)) {
    try {
      const certificate = await readRenewed(source, reading);
      candidates.push({ source: source.name, certificate });
    } catch (error) {
      report.error(source.name, error);
    }
  }
  return candidates;
}

/** The windows of time the CA suggests; without one for what it does not say, which is a warning. */
async function askServer(
  { values, report }: CertDue,
  choice: ServerChoice,
  candidates: readonly Candidate[],
): Promise<ReadonlyMap<Candidate, RenewalWindow>> {
  const windows = new Map<Candidate, RenewalWindow>();
  const warn = (source: string | undefined, error: unknown) => {
    if (!isPkiError(error)) throw error;
    report.warning(source, `the CA does not say when: ${error.message}`, error.hint);
  };
  try {
    await withServer(choice, values, async (connection) => {
      const url = connection.directory.renewalInfo;
      if (url === undefined) throw new PkiError('ACME_RENEWAL', 'it has no renewal information');
      for (const candidate of candidates) {
        try {
          windows.set(candidate, await renewalWindow(connection, url, candidate.certificate));
        } catch (error) {
          warn(candidate.source, error);
        }
      }
    });
  } catch (error) {
    warn(values.server, error);
  }
  return windows;
}

function say({ values, output }: CertDue, { source, certificate }: Candidate, due: DueTime, isDue: boolean): void {
  if (values.quiet) return;
  const { basis, explanation = null } = due;
  const time = isoText(due.time);
  if (values.json) {
    const properties = { type: 'renewal', source, serial: certificate.serial, due: isDue, time, basis, explanation };
    output.write(`${jsonOf(properties)}\n`);
    return;
  }
  const reason = { server: 'the CA says so', lifetime: 'by its lifetime', before: 'by --before' }[basis];
  const page = explanation === null ? '' : `: ${explanation}`;
  const text = `${source}: ${isDue ? 'due since' : 'not due before'} ${time}, ${reason}${page}`;
  output.write(`${printable(text)}\n`);
}
