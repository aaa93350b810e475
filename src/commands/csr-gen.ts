import type { KeyObject } from 'node:crypto';
import { type Call, defineCommand } from '../cli/command.js';
import { sourceOf } from '../cli/input.js';
import { writeKeyFile } from '../cli/key-file.js';
import { type OptionTable, UsageError } from '../cli/options.js';
import { passin, passout, Secrets } from '../cli/secrets.js';
import { parseDays } from '../cli/time.js';
import { encodePem } from '../pem/encode.js';
import { parseAltName } from '../pki/alt-name.js';
import { DEFAULT_KEY } from '../pki/generate.js';
import { makeRequest } from '../pki/request.js';
import { isForServer, type RequestSpec, requestContent } from '../pki/request-spec.js';
import { selfSigned, validity } from '../pki/self-signed.js';
import { type SigningChoice, signatureAlgorithmFor } from '../pki/signature.js';
import { readAltNames } from './csr-gen/alt-names.js';
import { askedAlgorithm, checkKeyOptions, chooseKey, keyOptions, keyWriting, newKeyPem } from './csr-gen/key.js';
import { givesSubject, parseKeyUsages, parsePurposes, subjectOf, subjectOptions } from './csr-gen/subject.js';

const options = {
  ...subjectOptions,
  san: {
    short: 'a',
    value: 'NAME',
    repeatable: true,
    help: 'alternative name: DNS, IP or e-mail; DNS: IP: email: URI:',
  },
  'san-file': { value: 'FILE', repeatable: true, help: 'alternative names, one a line' },
  ...keyOptions,
  'key-only': { help: 'make just the key, no request' },
  ...passin,
  ...passout,
  hash: { value: 'HASH', help: 'sha256, sha384 or sha512 (default: by the key)' },
  pss: { help: 'sign with RSASSA-PSS' },
  'must-staple': { help: 'ask for the TLS feature status_request' },
  eku: { value: 'NAME,…', help: 'extended key usage: serverAuth, clientAuth, … or OIDs' },
  'key-usage': { value: 'NAME,…', help: 'key usage: digitalSignature, keyEncipherment, …' },
  'self-sign': { value: 'DAYS', help: 'write a self-signed certificate instead' },
  ca: { help: 'for a CA: it can sign certificates' },
  'path-length': { value: 'N', help: 'how many CAs may follow below (with --ca)' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-gen',
  summary: 'make a key and a PKCS #10 request',
  synopsis: ['[-k KEY | -n ALG] [-K KEYOUT] [SUBJECT OPTION]... [-a NAME]... [-o FILE]'],
  options,
  run,
});

type CsrGen = Call<typeof options>;

async function run(call: CsrGen): Promise<void> {
  const { values, operands, output, stdin, now } = call;
  if (operands.length > 0) throw new UsageError(`unexpected operand ${operands[0]}`);
  const signing = signingChoice(call);
  const keyFile = { force: values.force, now };
  checkKeyOptions(values, output, keyFile);
  const secrets = new Secrets(values, stdin);
  const spec = values['key-only'] ? undefined : await readSpec(call);
  const asked = askedAlgorithm(values, spec?.key);
  const writing = values.key === undefined ? await keyWriting(values, asked ?? DEFAULT_KEY, secrets) : undefined;
  const { key, isNew } = await chooseKey(values, asked, secrets, stdin);
  const document = spec === undefined ? '' : makeDocument(call, spec, key, signing);
  if (isNew && writing !== undefined) writeKey(call, newKeyPem(key, writing));
  output.write(document);
  output.commit();
}

function signingChoice({ values }: CsrGen): SigningChoice {
  const { hash, pss } = values;
  if (hash === undefined) return { pss };
  if (hash !== 'sha256' && hash !== 'sha384' && hash !== 'sha512') {
    throw new UsageError(`--hash: ${hash} is none of sha256, sha384, sha512`);
  }
  return { hash, pss };
}

async function readSpec(call: CsrGen): Promise<RequestSpec> {
  const { values, stdin } = call;
  if (!givesSubject(values) && values.san.length === 0 && values['san-file'].length === 0) {
    throw new UsageError('the request names nobody', 'give --cn or --san');
  }
  const altNames = values.san.map(parseAltName);
  for (const file of values['san-file']) altNames.push(...(await readAltNames(sourceOf(file, stdin, '--san-file -'))));
  const pathLength = values['path-length'] === undefined ? undefined : parsePathLength(values['path-length']);
  if (pathLength !== undefined && !values.ca) throw new UsageError('--path-length needs --ca');
  return {
    subject: subjectOf(values),
    altNames,
    keyUsage: values['key-usage'] === undefined ? undefined : parseKeyUsages(values['key-usage']),
    purposes: values.eku === undefined ? undefined : parsePurposes(values.eku),
    mustStaple: values['must-staple'],
    ca: values.ca ? { pathLength } : undefined,
  };
}

function parsePathLength(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new UsageError(`--path-length: ${text} is not a number from 0 to 99`);
  return Number(text);
}

/** The request, or with --self-sign the certificate, as PEM. */
function makeDocument({ values, now }: CsrGen, spec: RequestSpec, key: KeyObject, signing: SigningChoice): string {
  const algorithm = signatureAlgorithmFor(key, signing);
  const days = values['self-sign'];
  if (days === undefined)
    return encodePem('CERTIFICATE REQUEST', makeRequest(requestContent(spec, key), key, algorithm));
  const period = validity(now, parseDays('--self-sign', days));
  // Servers' certificates say what they are for; nobody is asked here what the request meant.
  const purposes = spec.purposes ?? (isForServer(spec) ? [SERVER_AUTH] : undefined);
  return encodePem('CERTIFICATE', selfSigned(requestContent({ ...spec, purposes }, key), key, algorithm, period));
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

function writeKey({ values, output, report, now }: CsrGen, pem: string): void {
  const path = values['key-out'];
  if (path === undefined || path === '-') {
    output.holdsPrivateKey();
    output.write(pem);
    return;
  }
  const old = writeKeyFile(path, pem, { force: values.force, now });
  if (old !== undefined) report.notice(path, `the old key is kept as ${old}`);
}
