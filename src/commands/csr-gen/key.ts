import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkKeyDestination, type KeyFileOptions, keyOnTerminal } from '../../cli/key-file.js';
import type { OptionTable, OptionValues } from '../../cli/options.js';
import type { Output } from '../../cli/output.js';
import type { Secrets } from '../../cli/secrets.js';
import { generateKey, type NewKey } from '../../crypto/generate.js';
import {
  DEFAULT_KEY,
  isOfKind,
  type KeyAlgorithm,
  keyAlgorithmText,
  keyKindText,
  parseKeyAlgorithm,
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
    choices: ['rsa:2048', 'rsa:3072', 'rsa:4096', 'ec:P-256', 'ec:P-384', 'ec:P-521', 'ed25519', 'ed448'],
    help: 'make a key: rsa:2048 (default), ec:P-256, ed25519, ...',
  },
  'key-out': { short: 'K', value: 'FILE', help: 'where the new key goes, 0600; - puts it before the request' },
  'reuse-keys': { help: 'use the key in the --key-out file if it is there' },
  'key-format': {
    value: 'FORMAT',
    choices: ['pkcs8', 'pkcs1', 'sec1'],
    help: 'envelope of the new key: pkcs8 (default), pkcs1, sec1',
  },
  force: { help: 'replace an existing key file, keeping it as FILE.old-TIMESTAMP' },
} as const satisfies OptionTable;

type KeyValues = OptionValues<typeof keyOptions>;

/** How a new key is written: the envelope, and the passphrase that encrypts it. */
export interface KeyWriting {
  readonly format: KeyFormat;
  readonly passphrase: Buffer | undefined;
}

/** What reading a key takes. */
export interface KeyReading {
  readonly secrets: Secrets;
  readonly stdin: StandardInput;
  readonly maxSize: number | undefined;
}

export interface KeyChoice {
  readonly pair: KeyPair;
  /** The key when it was made here and has to be written. */
  readonly made: NewKey | undefined;
  /** True when it came encrypted. */
  readonly wasEncrypted: boolean;
}

/**
 * Judges the options before any work is done.
 *
 * @throws {UsageError} options that exclude each other, or a new key that has nowhere to go
 */
export function checkKeyOptions(
  values: KeyValues & { output: string | undefined },
  output: Output,
  writing: KeyFileOptions,
): void {
  const destination = keyDestination(values);
  if (values.key !== undefined) {
    const wrong = (['new-key', 'key-out', 'reuse-keys', 'key-format', 'force'] as const).find((name) => values[name]);
    if (wrong !== undefined) throw new UsageError(`--key uses a key that exists: --${wrong} is for new ones`);
    return;
  }
  if (destination === undefined) {
    throw new UsageError('a new key must go somewhere', 'name a file with --key-out, or use a key with --key');
  }
  if (destination === '-') {
    if (values['reuse-keys']) throw new UsageError('--reuse-keys needs the name of a file in --key-out');
    if (output.isTerminal) throw keyOnTerminal();
    if (values.output !== undefined && values.output !== '-') checkKeyDestination(values.output, writing);
    return;
  }
  if (values.output !== undefined && isSameFile(values.output, destination)) {
    throw new UsageError(`--key-out and --output both name ${destination}`, '-K - puts the key before the request');
  }
  if (!values['reuse-keys'] || !existsSync(destination)) checkKeyDestination(destination, writing);
}

/**
 * Where the new key goes: `-` is in front of the request. So is /dev/stdout, where the request goes there too: opened a
 * second time, a file it stands for would be written from its start by both.
 */
export function keyDestination(values: KeyValues & { output: string | undefined }): string | undefined {
  const path = values['key-out'];
  const toStdout = values.output === undefined || values.output === '-';
  return toStdout && path !== undefined && /^\/(dev\/(stdout|fd\/1)|proc\/self\/fd\/1)$/.test(path) ? '-' : path;
}

/** Devices may be named twice: what is written to /dev/null twice is gone twice. */
function isSameFile(a: string, b: string): boolean {
  return resolve(a) === resolve(b) && statSync(a, { throwIfNoEntry: false })?.isFile() !== false;
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
  const text = values['key-format'] ?? 'pkcs8';
  const format = keyFormats.find((each) => each === text);
  if (format === undefined) throw new UsageError(`--key-format: ${text} is none of ${keyFormats.join(', ')}`);
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

/** The key to make the request with: the one given with --key, the one that is there, or a new one. */
export async function chooseKey(
  values: KeyValues,
  asked: KeyAlgorithm | undefined,
  reading: KeyReading,
  given: Source | undefined,
): Promise<KeyChoice> {
  if (given !== undefined) {
    const { readKey } = await import('../../input/private-key.js');
    return existing(await readKey(given, reading.secrets, reading));
  }
  const path = values['key-out'];
  if (values['reuse-keys'] && path !== undefined && existsSync(path)) {
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
