import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Command, optionTable } from '../../src/cli/command.js';
import { type OptionTable, parseArguments } from '../../src/cli/options.js';
import type { Output } from '../../src/cli/output.js';
import { type ExitStatus, Report } from '../../src/cli/report.js';
import { OutputEnd } from '../../src/cli/sink.js';
import { command as certInfo } from '../../src/commands/cert-info.js';
import { command as csrCheck } from '../../src/commands/csr-check.js';
import { command as csrGen } from '../../src/commands/csr-gen.js';
import { command as csrSign } from '../../src/commands/csr-sign.js';
import { command as pemMerge } from '../../src/commands/pem-merge.js';
import { command as wildcardMatch } from '../../src/commands/wildcard-match.js';
import { children, readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';
import { bitString, objectIdentifier, sequence } from '../../src/der/writer.js';
import { isPkiError } from '../../src/errors.js';
import { StandardInput } from '../../src/input/source.js';
import { systemErrorText } from '../../src/system/error.js';
import type { Reader } from './readers.js';

/**
 * The main path of every command, in this process: the command line is parsed, files are read, everything is done but the
 * writing. `@` stands for a file with the fuzzed bytes, `%` for the bytes as an argument.
 */

const folder = mkdtempSync(join(tmpdir(), 'pkiutils-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const fixed = (name: string): string => join(folder, name);
const input = fixed('input');
const passin = ['--passin', `file:${fixed('phrase')}`];

/** Notes the exit status and keeps silent; what is neither ours nor the system's is thrown on. */
class SilentReport extends Report {
  constructor(command: string) {
    super(command, true);
  }
  override fault(): void {
    this.raise(2);
  }
  override refusal(): void {
    this.raise(1);
  }
  override warning(): void {}
  override notice(): void {}
  override error(_: string | undefined, error: unknown): void {
    if (error instanceof OutputEnd) throw error;
    if (!isPkiError(error) && systemErrorText(error) === undefined) throw error;
    this.raise(isPkiError(error) ? error.status : 2);
  }
}

class Memory implements Output {
  readonly isTerminal = false;
  text = '';
  write(data: string | Uint8Array): void {
    this.text += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
  }
  flush(): void {}
  readonly lostKeys = [];
  holdsPrivateKeys(): void {}
  renewsKeys(): void {}
  holdsNewKey(): void {}
  async prepare(): Promise<void> {}
  check(): void {}
  place(): undefined {}
  commit(): void {}
  abort(): void {}
}

/** Runs a command line; what it wrote to standard output, and its exit status. */
async function runIn<T extends OptionTable>(
  command: Command<T>,
  args: readonly string[],
): Promise<{ status: ExitStatus; stdout: string }> {
  const report = new SilentReport(command.name);
  const output = new Memory();
  try {
    const { values, operands } = parseArguments(optionTable(command), args);
    await command.run({ values, operands, report, output, stdin: new StandardInput(), now });
  } catch (error) {
    report.error(undefined, error);
  }
  return { status: report.status, stdout: output.text };
}

const now = new Date(Date.UTC(2026, 10, 23));

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' });

/** The files beside the fuzzed input: a CA, a key with its request and certificate, a passphrase, hosts. */
async function makeFixtures(): Promise<void> {
  const put = (name: string, text: string | Buffer) => writeFileSync(fixed(name), text, { mode: 0o600 });
  const made = async <T extends OptionTable>(name: string, command: Command<T>, ...args: string[]) => {
    const { status, stdout } = await runIn(command, args);
    if (status !== 0) throw new Error(`${command.name} could not make ${name}`);
    put(name, stdout);
  };
  put('phrase', 'secret\n');
  put('hosts', 'a.hu\nb.a.hu\n10.0.0.1\n');
  put('a.key', pkcs8);
  await made('ca.pem', csrGen, '-k', fixed('a.key'), '--cn', 'CA', '--ca', '--self-sign', '3650');
  await made('a.csr', csrGen, '-k', fixed('a.key'), '--cn', 'a.hu', '-a', '*.a.hu');
  await made('a.pem', csrSign, '--ca', fixed('ca.pem'), '--ca-key', fixed('a.key'), fixed('a.csr'));
}

let fixtures: Promise<void> | undefined;

function lines<T extends OptionTable>(command: Command<T>, ...calls: readonly (readonly string[])[]): Reader {
  return async (bytes) => {
    fixtures ??= makeFixtures();
    await fixtures;
    writeFileSync(input, bytes);
    for (const call of calls) {
      const args = call.map((word) => (word === '@' ? input : word === '%' ? bytes.toString('utf8') : word));
      const { stdout } = await runIn(command, args);
      if (args.includes('--json')) for (const line of stdout.split('\n').slice(0, -1)) JSON.parse(line);
    }
  };
}

/** The same bytes, and, if they are a request or certificate, that with our key and our signature: it then gets further. */
const alsoSigned =
  (read: Reader): Reader =>
  async (bytes) => {
    await read(bytes);
    const resigned = withOurKey(bytes);
    if (resigned !== undefined) await read(resigned);
  };

const spki = publicKey.export({ type: 'spki', format: 'der' });
const ed25519 = sequence(objectIdentifier('1.3.101.112'));

function withOurKey(bytes: Buffer): Buffer | undefined {
  try {
    const fields = children(children(readElement(bytes)).read(Tag.sequence));
    const parts: Uint8Array[] = [];
    while (!fields.atEnd) parts.push(fields.next().encoding());
    // A request begins with its version, which has no explicit tag.
    const isRequest = parts[0]?.[0] === Tag.integer && parts[2]?.[0] === Tag.sequence;
    parts[isRequest ? 2 : 6] = spki;
    if (!isRequest) parts[2] = ed25519;
    const tbs = sequence(...parts);
    return sequence(tbs, ed25519, bitString(sign(null, tbs, privateKey)));
  } catch {
    return undefined;
  }
}

const ca = ['--ca', fixed('ca.pem'), '--ca-key', fixed('a.key')];

export const commands: Readonly<Record<string, Reader>> = {
  'csr-gen': lines(
    csrGen,
    ['-k', fixed('a.key'), '@'],
    ['-k', fixed('a.key'), '--from', '@', '--must-staple'],
    ['-k', fixed('a.key'), '--self-sign', '9', '-s', '%'],
    ['-k', fixed('a.key'), '--cn', '%', '-a', '%'],
    ['-k', fixed('a.key'), '--cn', 'a.hu', '--san-file', '@'],
    ['-k', '@', '--cn', 'a.hu', '--ca', '--self-sign', '9', ...passin],
  ),
  'csr-check': alsoSigned(
    lines(
      csrCheck,
      ['--json', '--expect', 'a.hu', '@'],
      ['--profile', 'netlock', '--strict', '@'],
      ['--profile', '@', fixed('a.csr')],
      ['--renews', '@', fixed('a.csr')],
      ['--key', '@', ...passin, fixed('a.csr')],
    ),
  ),
  'csr-sign': alsoSigned(
    lines(
      csrSign,
      [...ca, '--chain', '@'],
      [...ca, '--profile', 'ca', '@'],
      ['--ca', '@', '--ca-key', fixed('a.key'), fixed('a.csr')],
      ['--ca', '@', ...passin, fixed('a.csr')],
    ),
  ),
  'pem-merge': alsoSigned(
    lines(
      pemMerge,
      ['--root', 'keep', ...passin, '@'],
      ['--for', 'icewarp', ...passin, fixed('a.key'), '@'],
      ['--check', '--trust', '@', '--covers', 'a.hu', fixed('a.key'), fixed('a.pem')],
      ['--check', '--replaces', '@', fixed('a.key'), fixed('a.pem')],
    ),
  ),
  'cert-info': lines(
    certInfo,
    ['--json', ...passin, '@'],
    ['-l', ...passin, '@'],
    ['--timeline', '@'],
    ['--markdown', '@'],
    ['-f', 'subject.cn,names,extensions,key.bits', '@'],
    ['--pem', '--expires-within', '30d', '@'],
  ),
  'wildcard-match': lines(
    wildcardMatch,
    ['--json', '-e', '*.a.hu', '-e', '10.0.0.1', '@'],
    ['--explain', '-f', '@', fixed('hosts')],
    ['--cert', '@', ...passin, fixed('hosts')],
    ['--host', 'b.a.hu', '%'],
    ['--host', '%', '*.a.hu'],
    ['--url', '--suggest', '@'],
  ),
};
