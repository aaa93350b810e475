import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWellFormed, readElement } from '../../src/der/reader.js';
import { encodePem } from '../../src/pem/encode.js';
import { PemScanner } from '../../src/pem/scanner.js';
import { kindOf } from '../../src/x509/kind.js';
import { run } from '../support/session.js';

type Made = readonly string[] | 'pkcs12' | undefined;

/**
 * Every command that writes files, as the fault tests call them: in a folder of its own that already holds what `before`
 * says, with the inputs beside it in `../in`.
 */
export interface Writer {
  readonly name: string;
  /** The command line, command first. */
  readonly argv: readonly string[];
  /** The files it makes, and the labels of the blocks in each; undefined when it writes the same text every time. */
  readonly makes: Readonly<Record<string, Made>>;
  /** Those of them that are there before. */
  readonly replaces?: readonly string[];
  /** Files that appear beside them besides: old keys that are kept. */
  readonly keeps?: RegExp;
}

const KEY = 'PRIVATE KEY';
const REQUEST = 'CERTIFICATE REQUEST';
const CERTIFICATE = 'CERTIFICATE';
const newKey = ['--cn', 'mail.valami.hu', '-n', 'ec:P-256'];

export const writers: readonly Writer[] = [
  {
    name: 'csr-gen -K',
    argv: ['csr-gen', ...newKey, '-K', 'mail.key', '-o', 'mail.csr'],
    makes: { 'mail.key': [KEY], 'mail.csr': [REQUEST] },
  },
  {
    name: 'csr-gen -K --force',
    argv: ['csr-gen', ...newKey, '-K', 'mail.key', '--force', '-o', 'mail.csr'],
    makes: { 'mail.key': [KEY], 'mail.csr': [REQUEST] },
    replaces: ['mail.key', 'mail.csr'],
    keeps: /^mail\.key\.old-/,
  },
  {
    name: 'csr-gen -K -',
    argv: ['csr-gen', ...newKey, '-K', '-', '--self-sign', '9', '-o', 'both.pem'],
    makes: { 'both.pem': [KEY, CERTIFICATE] },
  },
  {
    name: 'csr-gen -K - --force',
    argv: ['csr-gen', ...newKey, '-K', '-', '--force', '-o', 'both.pem'],
    makes: { 'both.pem': [KEY, REQUEST] },
    replaces: ['both.pem'],
    keeps: /^both\.pem\.old-/,
  },
  {
    name: 'csr-gen --key-only',
    argv: ['csr-gen', '-n', 'ed25519', '--key-only', '-K', 'only.key'],
    makes: { 'only.key': [KEY] },
  },
  {
    name: 'csr-sign',
    argv: ['csr-sign', '--ca', '../in/ca.pem', '--ca-key', '../in/ca.key', '-o', 'mail.pem', '../in/mail.csr'],
    makes: { 'mail.pem': [CERTIFICATE] },
    replaces: ['mail.pem'],
  },
  {
    name: 'csr-check --pass',
    argv: ['csr-check', '--pass', '-o', 'passed.csr', '../in/mail.csr'],
    makes: { 'passed.csr': undefined },
    replaces: ['passed.csr'],
  },
  {
    name: 'pem-merge',
    argv: ['pem-merge', '-o', 'merged.pem', '../in/mail.key', '../in/mail.pem', '../in/ca.pem'],
    makes: { 'merged.pem': undefined },
    replaces: ['merged.pem'],
  },
  {
    name: 'pem-merge --split',
    argv: ['pem-merge', '--split', 'site', '../in/mail.key', '../in/mail.pem', '../in/ca.pem'],
    makes: { 'site.key': undefined, 'site.crt': undefined, 'site.chain': undefined },
    replaces: ['site.key', 'site.crt'],
  },
  {
    name: 'pem-merge --p12',
    argv: [
      'pem-merge',
      '--p12',
      '--passout',
      'file:../in/phrase',
      '-o',
      'mail.p12',
      '../in/mail.key',
      '../in/mail.pem',
    ],
    makes: { 'mail.p12': 'pkcs12' },
    replaces: ['mail.p12'],
  },
  {
    name: 'csr-gen --batch',
    argv: ['csr-gen', '--batch', '--key-dir', '.', '-n', 'ec:P-256', '-o', 'fleet.csr', '../in/fleet'],
    makes: { 'mail.valami.hu.key': [KEY], 'fleet.csr': [REQUEST] },
  },
  {
    name: 'csr-gen --batch --force',
    argv: ['csr-gen', '--batch', '--key-dir', '.', '--force', '-n', 'ec:P-256', '-o', 'fleet.csr', '../in/fleet'],
    makes: { 'mail.valami.hu.key': [KEY], 'fleet.csr': [REQUEST] },
    replaces: ['mail.valami.hu.key', 'fleet.csr'],
    keeps: /^mail\.valami\.hu\.key\.old-/,
  },
  {
    name: 'cert-info --json',
    argv: ['cert-info', '--json', '--at', '2026-12-01', '-o', 'info.json', '../in/mail.pem'],
    makes: { 'info.json': undefined },
  },
  {
    name: 'wildcard-match',
    argv: ['wildcard-match', '--cert', '../in/mail.pem', '-o', 'hosts', '../in/hosts'],
    makes: { hosts: undefined },
    replaces: ['hosts'],
  },
];

/** True for a call that makes a key, and takes no name that is taken. */
export const isNewKey = ({ argv }: Writer): boolean =>
  (argv.includes('-K') || argv.includes('--key-dir')) && !argv.includes('--force');

/** The content of a file that is to be replaced. */
export const OLD = 'old\n';

/** Makes the inputs all writers share in `directory`. */
export function makeInputs(directory: string): void {
  const script = `set -e
    csr-gen -n ec:P-256 --cn Local-CA --ca --self-sign 3650 -K ca.key -o ca.pem
    csr-gen -n ec:P-256 --cn mail.valami.hu -K mail.key -o mail.csr
    csr-sign --ca ca.pem --ca-key ca.key -o mail.pem mail.csr
    echo '{"CN":"mail.valami.hu"}' > fleet
    (umask 077; echo secret > phrase)
    printf '%s\\n' mail.valami.hu valami.hu > hosts`;
  const { status, stderr } = run('sh', ['-c', script], { cwd: directory });
  if (status !== 0) throw new Error(stderr);
}

/** True when the text is whole PEM as we write it, with blocks of these labels whose content can be loaded. */
export function isWhole(text: string, labels: readonly string[]): boolean {
  const scanner = new PemScanner();
  const items = [...scanner.push(Buffer.from(text)), ...scanner.end()];
  const blocks = items.flatMap((item) => (item.kind === 'block' ? [item] : []));
  if (blocks.length !== items.length || blocks.map(({ label }) => label).join() !== labels.join()) return false;
  if (blocks.map(({ label, der }) => encodePem(label, der)).join('') !== text) return false;
  for (const { label, der } of blocks) {
    if (label === KEY) createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    if (label === CERTIFICATE) new X509Certificate(der);
  }
  return true;
}

function isWholePkcs12(bytes: Buffer): boolean {
  try {
    checkWellFormed(readElement(bytes));
    return kindOf(bytes) === 'pkcs12';
  } catch {
    return false;
  }
}

export type FileState = 'absent' | 'old' | 'new' | 'broken';

/** The state of a writer's files. `expected` is what those hold that are the same every time. */
export function statesOf(
  { makes }: Writer,
  directory: string,
  expected: Readonly<Record<string, string>>,
): Record<string, FileState> {
  return Object.fromEntries(
    Object.entries(makes).map(([name, labels]) => [name, stateOf(join(directory, name), labels, expected[name])]),
  );
}

function stateOf(path: string, made: Made, expected: string | undefined): FileState {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return 'absent';
  }
  const text = bytes.toString('utf8');
  if (text === OLD) return 'old';
  if (made === 'pkcs12') return isWholePkcs12(bytes) ? 'new' : 'broken';
  const isNew = made === undefined ? text === expected : isWhole(text, made);
  return isNew ? 'new' : 'broken';
}
