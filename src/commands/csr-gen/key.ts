import { existsSync } from 'node:fs';
import { oneOf } from '../../cli/choice.js';
import type { CommonOptions, OptionTable, OptionValues } from '../../cli/options.js';
import { isOutputFile } from '../../cli/output/destination.js';
import { type Output, openKeyFile } from '../../cli/output.js';
import type { Report } from '../../cli/report.js';
import type { Secrets } from '../../cli/secrets.js';
import { generateKey, type NewKey } from '../../crypto/generate.js';
import {
  DEFAULT_KEY,
  isOfKind,
  type KeyAlgorithm,
  keyAlgorithmText,
  keyKindText,
  parseKeyAlgorithm,
  usualAlgorithms,
} from '../../crypto/key-algorithm.js';
import { type KeyPair, keyPair } from '../../crypto/key-pair.js';
import type { PrivateKey } from '../../crypto/private-key.js';
import { UsageError } from '../../errors.js';
import { type Source, type StandardInput, sourceOf } from '../../input/source.js';
import { checkKeyFormat, type KeyFormat, keyFormats, pkcs8Pem, privateKeyPem } from '../../pkcs/write-key.js';

/** The options that say which key a request is made with, and where a new one goes. */
export const keyOptions = {
  key: { short: 'k', value: 'FILE', help: 'use the private key in FILE (- is stdin)' },
  'new-key': {
    short: 'n',
    value: 'ALG',
    choices: usualAlgorithms,
    help: 'make a key: rsa:2048 (default), ec:P-256, ed25519, ...',
  },
  'key-out': { short: 'K', value: 'FILE', help: 'where the new key goes, 0600; - puts it before the request' },
  'reuse-keys': { help: 'use the key in the --key-out file if it is there' },
  'key-format': {
    value: 'FORMAT',
    choices: ['pkcs8', 'pkcs1', 'sec1'],
    help: 'envelope of the new key: pkcs8 (default), pkcs1, sec1',
  },
} as const satisfies OptionTable;

type KeyValues = OptionValues<typeof keyOptions>;

/** How a new key is written: the envelope, and the passphrase that encrypts it. */
export interface KeyWriting {
  readonly format: KeyFormat;
  readonly passphrase: Buffer | undefined;
}

/** The means of reading a key. */
export interface KeyReading {
  readonly secrets: Secrets;
  readonly stdin: StandardInput;
  readonly maxSize: number | undefined;
}

interface KeyChoice {
  readonly pair: KeyPair;
  /** The key when it was made here and has to be written. */
  readonly made: NewKey | undefined;
  /** True when it came encrypted. */
  readonly wasEncrypted: boolean;
}

/** The facts that decide where a new key goes. */
interface KeyCall {
  readonly values: KeyValues & Pick<OptionValues<CommonOptions>, 'output' | 'force'>;
  readonly output: Output;
  readonly report: Report;
  readonly now: Date;
}

/**
 * Judges the options before any work is done, and opens what a new key goes to.
 *
 * @returns undefined where no key is made
 * @throws {PkiError} options that exclude each other, or a new key that has nowhere to go
 */
export function openKeyDestination({ values, output, report, now }: KeyCall): Output | undefined {
  const { force } = values;
  if (values.key !== undefined) {
    const wrong = (['new-key', 'key-out', 'reuse-keys', 'key-format'] as const).find((name) => values[name]);
    if (wrong !== undefined) throw new UsageError(`--key uses a key that exists: --${wrong} is for new ones`);
    return undefined;
  }
  const destination = keyDestination(values);
  if (destination === undefined) {
    throw new UsageError('a new key must go somewhere', 'name a file with --key-out, or use a key with --key');
  }
  if (destination === '-') {
    if (values['reuse-keys']) throw new UsageError('--reuse-keys needs the name of a file in --key-out');
    output.holdsNewKey();
    return output;
  }
  if (isOutputFile(destination, values.output)) {
    throw new UsageError(`--key-out and --output both name ${destination}`, '-K - puts the key before the request');
  }
  if (values['reuse-keys'] && existsSync(destination)) return undefined;
  return openKeyFile(destination, { force, now, report });
}

/**
 * Where the new key goes: `-` is in front of the request. So is /dev/stdout, where the request goes there too: opened a
 * second time, a file it stands for would be written from its start by both.
 */
function keyDestination(values: KeyCall['values']): string | undefined {
  const path = values['key-out'];
  const toStdout = values.output === undefined || values.output === '-';
  return toStdout && path !== undefined && /^\/(dev\/(stdout|fd\/1)|proc\/self\/fd\/1)$/.test(path) ? '-' : path;
}

/**
 * How --key-format and --passout want a new key written.
 *
 * @param algorithm the kind of key, where it is the same for all
 *
 * @throws {UsageError} a format that is none, or none for this kind of key or for encryption
 */
export async function keyWriting(
  values: KeyValues,
  algorithm: KeyAlgorithm | undefined,
  secrets: Secrets,
): Promise<KeyWriting> {
  const format = oneOf('--key-format', values['key-format'], keyFormats) ?? 'pkcs8';
  if (algorithm !== undefined) checkKeyFormat(algorithm.type, format);
  if (secrets.encrypts && format !== 'pkcs8') {
    throw new UsageError(`--key-format ${format}: an encrypted key is PKCS #8`, 'leave --key-format out');
  }
  return { format, passphrase: await secrets.output() };
}

/** The kind of key that is asked for; undefined when nothing is. */
export function askedAlgorithm(values: KeyValues, spec: KeyAlgorithm | undefined): KeyAlgorithm | undefined {
  return values['new-key'] === undefined ? spec : parseKeyAlgorithm(values['new-key']);
}

/**
 * The key to make the request with: the one given with --key, the one that is there, or a new one.
 *
 * @param makesKey true when a new one has somewhere to go
 */
export async function chooseKey(
  values: KeyValues,
  asked: KeyAlgorithm | undefined,
  reading: KeyReading,
  { given, makesKey }: { given: Source | undefined; makesKey: boolean },
): Promise<KeyChoice> {
  if (given !== undefined) {
    const { readKey } = await import('../../input/private-key.js');
    return existing(await readKey(given, reading.secrets, reading));
  }
  const path = values['key-out'];
  if (!makesKey && path !== undefined) {
    return existing(await reusableKey(path, asked, reading));
  }
  const made = generateKey(asked ?? DEFAULT_KEY);
  return { pair: made, made, wasEncrypted: false };
}

const existing = ({ key, wasEncrypted }: PrivateKey): KeyChoice => ({
  pair: keyPair(key),
  made: undefined,
  wasEncrypted,
});

/** The key in an existing file, if it is of the kind asked for. */
export async function reusableKey(
  path: string,
  asked: KeyAlgorithm | undefined,
  reading: KeyReading,
): Promise<PrivateKey> {
  const { readKey } = await import('../../input/private-key.js');
  const found = await readKey(sourceOf(path, reading.stdin, '--key-out -'), reading.secrets, reading);
  if (asked !== undefined && !isOfKind(found.key, asked)) {
    throw new UsageError(
      `${path} holds a key of kind ${keyKindText(found.key)}, ${keyAlgorithmText(asked)} is asked for`,
      'another --key-out, or no --new-key',
    );
  }
  return found;
}

/** A new key as it is written. */
export const newKeyPem = ({ key, pkcs8 }: NewKey, { format, passphrase }: KeyWriting): string =>
  format === 'pkcs8' ? pkcs8Pem(pkcs8, passphrase) : privateKeyPem(key, format, passphrase);
