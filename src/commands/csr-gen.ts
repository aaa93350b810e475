import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { warnIfExposed } from '../cli/exposed-key.js';
import type { OptionTable } from '../cli/options.js';
import type { Output } from '../cli/output.js';
import { passin, passout, Secrets } from '../cli/secrets.js';
import { signingChoice, signingOptions } from '../cli/signing.js';
import { parseDays } from '../cli/time.js';
import { DEFAULT_KEY } from '../crypto/key-algorithm.js';
import { UsageError } from '../errors.js';
import { parseSize, sourceOf } from '../input/source.js';
import { batchSource, runBatch } from './csr-gen/batch.js';
import { type DocumentOptions, makeDocument } from './csr-gen/document.js';
import { askedAlgorithm, chooseKey, keyOptions, keyWriting, newKeyPem, openKeyDestination } from './csr-gen/key.js';
import { isGivenByOptions, readSpec, specOptions } from './csr-gen/spec.js';

const options = {
  ...specOptions,
  ...keyOptions,
  'key-only': { help: 'make just the key, no request' },
  ...passin,
  ...passout,
  ...signingOptions('the key'),
  der: { help: 'write the request in DER, not PEM' },
  'self-sign': { value: 'DAYS', help: 'write a self-signed certificate instead' },
  batch: { help: 'SPEC is a JSON object a line: a request for each, in order' },
  'key-dir': { value: 'DIR', help: 'where --batch puts new keys, as NAME.key' },
  clip: { help: 'put the request on the clipboard too, never the key' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-gen',
  summary: 'make a key and a PKCS #10 request',
  input: 'a description of the request (JSON or key = value lines)',
  synopsis: [
    '[-k KEY | -n ALG] [-K KEYOUT] [SUBJECT OPTION]... [-a NAME]... [-o FILE]',
    '[-k KEY | -n ALG] [-K KEYOUT] [-o FILE] [SPEC]',
    '--batch --key-dir DIR [--reuse-keys] [-n ALG] [-o FILE] [SPEC]',
  ],
  options,
  notes: [
    'SPEC is JSON as cfssl takes it, or a certtool template; without options that name anybody it is read from stdin.',
  ],
  run,
});

type CsrGen = Call<typeof options>;

async function run(call: CsrGen): Promise<void> {
  const { values, operands, output, stdin, report, now } = call;
  const documentOptions: DocumentOptions = {
    choice: signingChoice(values),
    days: values['self-sign'] === undefined ? undefined : parseDays('--self-sign', values['self-sign']),
    now,
    keyUsageIsMeant: values['key-usage'] !== undefined,
  };
  const maxSize = parseSize(values['max-size']);
  if (values.der) checkDer(call);
  if (values.batch) {
    const source = batchSource(values, operands, stdin);
    const secrets = new Secrets(values, stdin);
    return runBatch({ values, source, secrets, stdin, output, report, document: documentOptions, maxSize });
  }
  if (values['key-dir'] !== undefined) throw new UsageError('--key-dir is for --batch', 'one key goes to --key-out');
  const keyFile = openKeyDestination(call);
  const secrets = new Secrets(values, stdin);
  if (values['key-only']) checkKeyOnly(call);
  // Claimed before anything is read: two who want standard input are told at once.
  const keySource = values.key === undefined ? undefined : sourceOf(values.key, stdin, '--key -');
  const spec = values['key-only'] ? undefined : await readSpec(values, operands, { stdin, report, maxSize, secrets });
  const asked = askedAlgorithm(values, spec?.key);
  const writing = values.key === undefined ? await keyWriting(values, asked ?? DEFAULT_KEY, secrets) : undefined;
  const source = { given: keySource, makesKey: keyFile !== undefined };
  const { pair, made, wasEncrypted } = await chooseKey(values, asked, { secrets, stdin, maxSize }, source);
  if (made === undefined) warnIfExposed(report, values.key ?? values['key-out'] ?? '-', { wasEncrypted });
  const document = spec === undefined ? undefined : await makeDocument(spec, pair, documentOptions);
  for (const warning of document?.warnings ?? []) report.warning(undefined, warning);
  for (const notice of document?.notices ?? []) report.notice(undefined, notice);
  const keyPem = made !== undefined && writing !== undefined ? newKeyPem(made, writing) : '';
  deliver(call, keyFile, keyPem, (values.der ? document?.der : document?.pem) ?? '');
  if (values.clip && document !== undefined) await toClipboard(call, document.pem);
}

/** One document in DER is all there may be in a file. */
function checkDer({ values }: CsrGen): void {
  onlyOne(values, ['der', 'batch']);
  onlyOne(values, ['der', 'clip']);
  if (values['key-out'] === '-') throw new UsageError('--der leaves no room for the key', 'name a file with --key-out');
}

function checkKeyOnly({ values, operands }: CsrGen): void {
  const wrong = (['key', 'self-sign', 'hash', 'pss', 'der', 'clip'] as const).find((name) => values[name]);
  if (wrong !== undefined) throw new UsageError(`--key-only and --${wrong} exclude each other`);
  if (isGivenByOptions(values) || operands.length > 0) {
    throw new UsageError('--key-only makes no request, but who it is for is given');
  }
}

/** The key first, flushed to disk; only then the request. */
function deliver({ output }: CsrGen, keyFile: Output | undefined, keyPem: string, document: string | Uint8Array): void {
  // Who asks for two files gets both or none, as far as that can be told before.
  if (document.length > 0) output.check();
  try {
    keyFile?.write(keyPem);
    if (keyFile !== output) keyFile?.commit();
  } finally {
    if (keyFile !== output) keyFile?.abort();
  }
  output.write(document);
  output.commit();
}

async function toClipboard({ report }: CsrGen, document: string): Promise<void> {
  const { writeClipboard } = await import('../cli/clipboard.js');
  await writeClipboard(document);
  report.notice(undefined, 'the request is on the clipboard');
}
