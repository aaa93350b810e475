import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { type Call, defineCommand } from '../cli/command.js';
import { sourceOf } from '../cli/input.js';
import { type KeyFileOptions, keepOldKey, writeKeyFile } from '../cli/key-file.js';
import { type OptionTable, UsageError } from '../cli/options.js';
import { passin, passout, Secrets } from '../cli/secrets.js';
import { parseDays } from '../cli/time.js';
import { encodePem } from '../pem/encode.js';
import { DEFAULT_KEY } from '../pki/generate.js';
import { checkCommonName, fittedToKey, type RequestSpec } from '../pki/request-spec.js';
import { parseHash, type SigningChoice, signatureAlgorithmFor } from '../pki/signature.js';
import { askedAlgorithm, checkKeyOptions, chooseKey, keyOptions, keyWriting, newKeyPem } from './csr-gen/key.js';
import { isGivenByOptions, readSpec, specOptions } from './csr-gen/spec.js';

const options = {
  ...specOptions,
  ...keyOptions,
  'key-only': { help: 'make just the key, no request' },
  ...passin,
  ...passout,
  hash: { value: 'HASH', help: 'sha256, sha384 or sha512 (default: by the key)' },
  pss: { help: 'sign with RSASSA-PSS' },
  'self-sign': { value: 'DAYS', help: 'write a self-signed certificate instead' },
  clip: { help: 'put the request on the clipboard too, never the key' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-gen',
  summary: 'make a key and a PKCS #10 request',
  synopsis: [
    '[-k KEY | -n ALG] [-K KEYOUT] [SUBJECT OPTION]... [-a NAME]... [-o FILE]',
    '[-k KEY | -n ALG] [-K KEYOUT] [-o FILE] [SPEC]',
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
  const choice: SigningChoice = { hash: parseHash(values.hash), pss: values.pss };
  const days = values['self-sign'] === undefined ? undefined : parseDays('--self-sign', values['self-sign']);
  checkKeyOptions(values, output, { force: values.force, now });
  const secrets = new Secrets(values, stdin);
  if (values['key-only']) checkKeyOnly(call);
  // Claimed before anything is read: two who want standard input are told at once.
  const keySource = values.key === undefined ? undefined : sourceOf(values.key, stdin, '--key -');
  const spec = values['key-only'] ? undefined : await readSpec(values, operands, stdin, report);
  const asked = askedAlgorithm(values, spec?.key);
  const writing = values.key === undefined ? await keyWriting(values, asked ?? DEFAULT_KEY, secrets) : undefined;
  const { key, isNew } = await chooseKey(values, asked, secrets, stdin, keySource);
  const document = spec === undefined ? '' : await makeDocument(call, spec, key, choice, days);
  const keyPem = isNew && writing !== undefined ? newKeyPem(key, writing) : '';
  deliver(call, keyPem, document);
  if (values.clip) await toClipboard(call, document);
}

function checkKeyOnly({ values, operands }: CsrGen): void {
  const wrong = (['key', 'self-sign', 'hash', 'pss', 'clip'] as const).find((name) => values[name]);
  if (wrong !== undefined) throw new UsageError(`--key-only and --${wrong} exclude each other`);
  if (isGivenByOptions(values) || operands.length > 0) {
    throw new UsageError('--key-only makes no request, but who it is for is given');
  }
}

/** The request, or with --self-sign the certificate, as PEM. */
async function makeDocument(
  { values, report, now }: CsrGen,
  given: RequestSpec,
  key: KeyObject,
  choice: SigningChoice,
  days: number | undefined,
): Promise<string> {
  const algorithm = signatureAlgorithmFor(key, choice);
  const warning = checkCommonName(given);
  if (warning !== undefined) report.warning(undefined, warning);
  // What --key-usage says must fit; what was described for another key is fitted.
  const { spec, leftOut } = values['key-usage'] === undefined ? fittedToKey(given, key) : { spec: given, leftOut: [] };
  if (leftOut.length > 0) {
    report.notice(undefined, `key usage left out, it is not for ${key.asymmetricKeyType} keys: ${leftOut.join(', ')}`);
  }
  if (days === undefined) {
    const { makeRequest } = await import('../pki/request.js');
    return encodePem('CERTIFICATE REQUEST', makeRequest(spec, key, algorithm));
  }
  const { selfSigned, validity } = await import('../pki/certificate.js');
  return encodePem('CERTIFICATE', selfSigned(spec, key, algorithm, validity(now, days)));
}

/** The key first, flushed to disk; only then the request. */
function deliver(call: CsrGen, keyPem: string, document: string): void {
  const { values, output, now } = call;
  const path = values['key-out'];
  const writing: KeyFileOptions = { force: values.force, now };
  if (keyPem !== '' && path !== undefined && path !== '-') {
    sayKept(call, path, writeKeyFile(path, keyPem, writing));
  } else if (keyPem !== '') {
    output.holdsPrivateKey();
    const file = values.output;
    if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile()) {
      sayKept(call, file, keepOldKey(file, now));
    }
    output.write(keyPem);
  }
  output.write(document);
  output.commit();
}

function sayKept({ report }: CsrGen, path: string, old: string | undefined): void {
  if (old !== undefined) report.notice(path, `the old key is kept as ${old}`);
}

async function toClipboard({ report }: CsrGen, document: string): Promise<void> {
  const { writeClipboard } = await import('../cli/clipboard.js');
  await writeClipboard(document);
  report.notice(undefined, 'the request is on the clipboard');
}
