import { oneOf } from '../cli/choice.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { inOrder } from '../cli/in-order.js';
import { anchorsOf, networkOptions, proxyChoice } from '../cli/network.js';
import { MAX_PORT, parseNumber } from '../cli/number.js';
import type { OptionTable } from '../cli/options.js';
import { type Output, openOutput } from '../cli/output.js';
import { Progress } from '../cli/progress.js';
import { passin } from '../cli/secrets.js';
import { parseTimeout } from '../cli/time.js';
import { PkiError, UsageError } from '../errors.js';
import type { KeyType, TlsVersion } from '../net/old-servers.js';
import { protocols } from '../net/starttls/protocols.js';
import type { Ask } from './cert-fetch/ask.js';
import { type GivenHost, hostSources } from './cert-fetch/hosts.js';
import { answerText, type ServerAnswer } from './cert-fetch/show.js';
import { DIRECT, parseTarget } from './cert-fetch/target.js';
import { parseAlpn, parseServerName } from './cert-fetch/values.js';

const versions: readonly TlsVersion[] = ['1.0', '1.1', '1.2', '1.3'];
const keyTypes: readonly KeyType[] = ['rsa', 'ecdsa'];

/** The time for a server where nothing else is said, in milliseconds. */
const TIMEOUT = 10_000;
const JOBS = 16;
const MAX_JOBS = 256;

const options = {
  starttls: {
    short: 's',
    value: 'PROTOCOL',
    choices: [...protocols.keys(), DIRECT],
    help: 'begin in the clear, in PROTOCOL; tls: never (default: as is usual on the port)',
  },
  servername: { value: 'NAME', help: 'ask for NAME (SNI), in place of the host; empty: ask for none' },
  alpn: { value: 'LIST', help: 'offer these protocols (ALPN): h2,http/1.1' },
  'key-type': { value: 'TYPE', choices: keyTypes, help: 'ask for a certificate of this kind: rsa or ecdsa' },
  tls: { value: 'VERSION', choices: versions, help: 'speak this version of TLS only: 1.0, 1.1, 1.2 or 1.3' },
  ...networkOptions,
  cert: { value: 'FILE', help: 'a certificate of ours, with its chain, for servers that want one' },
  key: { value: 'FILE', help: 'the private key of --cert' },
  ...passin,
  staple: { value: 'FILE', help: 'write the stapled OCSP response to FILE, in DER' },
  file: { short: 'f', value: 'FILE', repeatable: true, help: 'ask the hosts in FILE, one a line' },
  jobs: { short: 'j', value: 'N', help: `ask so many hosts at once (${JOBS})` },
  timeout: { value: 'DURATION', help: 'give a host up after this time (10s)' },
  pin: { help: "print the pin of the server's key, as curl takes it" },
  tlsa: { optionalValue: 'PORT', help: "print the server's TLSA record, for PORT in place of the one asked" },
  json: { help: 'print a line of JSON a host' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-fetch',
  summary: 'print the certificates a server presents, as it sends them',
  input: 'hosts, one a line,',
  synopsis: ['[OPTION]... [HOST[:PORT]]...', '[OPTION]... -f FILE'],
  options,
  notes: ['Nothing is judged: cert-fetch mail.valami.hu:25 | cert-verify --name mail.valami.hu'],
  run,
});

type CertFetch = Call<typeof options>;

async function run(call: CertFetch): Promise<void> {
  const { values, operands, output, report, stdin } = call;
  onlyOne(values, ['pin', 'tlsa', 'json']);
  onlyOne(values, ['proxy', 'no-proxy']);
  const isOnly = operands.length === 1 && values.file.length === 0;
  const print = await printer(values, isOnly);
  const staple = await stapleFile(call, isOnly);
  const starttls = oneOf('--starttls', values.starttls, [...protocols.keys(), DIRECT]);
  const jobs = values.jobs === undefined ? JOBS : parseNumber('--jobs', values.jobs, MAX_JOBS);
  const hosts = hostSources(operands, values.file, stdin);
  const ask = await askerFor(call);
  const progress = new Progress('hosts', values.quiet);
  let done = 0;
  let answered = 0;
  const results = inOrder(hosts, jobs, (host) => attempt(host, starttls, ask));
  for await (const { host, answer, error, source } of results) {
    progress.update(++done, undefined);
    try {
      if (answer === undefined) throw error;
      if (!values.quiet) output.write(print(answer, host, done));
      answered++;
      if (staple !== undefined) writeStaple(staple, answer);
    } catch (error) {
      progress.clear();
      report.error(source, error);
    }
    output.flush();
  }
  progress.clear();
  if (answered > 0) output.commit();
}

interface Result {
  readonly host: GivenHost;
  readonly answer?: ServerAnswer;
  readonly error?: unknown;
  /** Names the host in messages: where it stands while it cannot be read, then itself. */
  readonly source: string;
}

async function attempt(host: GivenHost, starttls: string | undefined, ask: Ask): Promise<Result> {
  let source = host.place;
  try {
    const target = parseTarget(host.text, starttls);
    source = host.text;
    return { host, source, answer: { target, presented: await ask(target) } };
  } catch (error) {
    return { host, source, error };
  }
}

/** How servers are asked, by the options. */
async function askerFor({ values, stdin }: CertFetch): Promise<Ask> {
  const settings = {
    serverName: parseServerName(values.servername),
    alpn: parseAlpn(values.alpn),
    keyType: oneOf('--key-type', values['key-type'], keyTypes),
    version: oneOf('--tls', values.tls, versions),
    needsStaple: values.staple !== undefined,
    proxy: proxyChoice(values),
    anchors: anchorsOf(values),
    timeout: values.timeout === undefined ? TIMEOUT : parseTimeout('--timeout', values.timeout),
  };
  const identity =
    values.cert === undefined && values.key === undefined
      ? undefined
      : await (await import('./cert-fetch/identity.js')).readIdentity(values, stdin);
  return (await import('./cert-fetch/ask.js')).asker({ ...settings, identity });
}

type Print = (answer: ServerAnswer, host: GivenHost, index: number) => string;

/** The text of an answer, by the options. */
async function printer({ json, pin, tlsa }: CertFetch['values'], isOnly: boolean): Promise<Print> {
  if (!json && !pin && tlsa === undefined) return answerText;
  const { answerJson, pinLine, tlsaLine } = await import('./cert-fetch/leaf.js');
  if (json) return (answer, host, index) => answerJson(answer, host.text, index);
  if (pin) return (answer) => pinLine(answer, isOnly);
  const port = tlsa === undefined || tlsa === '' ? undefined : parseNumber('--tlsa', tlsa, MAX_PORT);
  return (answer) => tlsaLine(answer, port);
}

async function stapleFile({ values, now, report }: CertFetch, isOnly: boolean): Promise<Output | undefined> {
  if (values.staple === undefined) return undefined;
  if (!isOnly) throw new UsageError('--staple is for one host, given as an operand');
  return await openOutput(values.staple, { force: values.force, now, report });
}

function writeStaple(file: Output, { presented }: ServerAnswer): void {
  if (presented.staple === null) throw new PkiError('NO_STAPLE', 'the server staples no OCSP response');
  file.write(presented.staple);
  file.commit();
}
