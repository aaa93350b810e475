import { UsageError } from '../../cli/options.js';
import { type Output, openOutput } from '../../cli/output.js';
import type { Report } from '../../cli/report.js';
import type { PemMerge } from './call.js';
import { type Contents, oneFile, splitFiles } from './contents.js';
import { displayName } from './describe.js';
import type { Layout } from './layout.js';
import { summary } from './say.js';

/** Everything that is decided before anything is written. */
export interface Writing {
  /** One of them, or with --split any number. */
  readonly all: readonly Contents[];
  readonly layout: Layout;
  readonly passphrase: Buffer | undefined;
}

/** Writes to --output or standard output. */
export async function writeOne(call: PemMerge, { all, layout, passphrase }: Writing): Promise<void> {
  const { values, output, report } = call;
  const contents = all[0] as Contents;
  const data = values.p12 ? await pkcs12Of(call, contents, passphrase) : oneFile(contents, layout, passphrase);
  if (!values.check) {
    put(output, data, contents.key !== undefined);
    output.commit();
  }
  report.notice(values.output, `${values.check ? 'would hold ' : ''}${summary(contents)}`);
}

interface NamedFile {
  readonly path: string;
  readonly data: string | Uint8Array;
  readonly holdsKey: boolean;
}

/** Writes PREFIX.key, PREFIX.crt and PREFIX.chain, or with --p12 PREFIX.p12; several pairs get their CN into the name. */
export async function writeSplit(call: PemMerge, prefix: string, { all, layout, passphrase }: Writing): Promise<void> {
  const { values, report } = call;
  const bases = baseNames(prefix, all);
  const files: NamedFile[] = [];
  for (const [i, contents] of all.entries()) {
    const base = bases[i] as string;
    if (values.p12) {
      files.push({ path: `${base}.p12`, data: await pkcs12Of(call, contents, passphrase), holdsKey: true });
      continue;
    }
    const { key, certificate, chain } = splitFiles(contents, layout, passphrase);
    if (key !== '') files.push({ path: `${base}.key`, data: key, holdsKey: true });
    files.push({ path: `${base}.crt`, data: certificate, holdsKey: false });
    // Without a chain an old one must not stay behind.
    files.push({ path: `${base}.chain`, data: chain, holdsKey: false });
  }
  if (!values.check) writeTogether(files, report);
  for (const [i, contents] of all.entries()) {
    report.notice(bases[i], `${values.check ? 'would hold ' : ''}${summary(contents)}`);
  }
}

/** All files are complete on disk before the first one takes its place. */
function writeTogether(files: readonly NamedFile[], report: Report): void {
  const outputs: Output[] = [];
  try {
    for (const { path, data, holdsKey } of files) {
      const output = openOutput(path, undefined, report);
      outputs.push(output);
      put(output, data, holdsKey);
    }
    for (const output of outputs) output.prepare();
    for (const output of outputs) output.commit();
  } finally {
    for (const output of outputs) output.abort();
  }
}

function put(output: Output, data: string | Uint8Array, holdsKey: boolean): void {
  if (holdsKey) {
    if (output.isTerminal) {
      throw new UsageError(
        'a private key is never written to a terminal',
        'name a file with --output, or pipe the output',
      );
    }
    output.holdsPrivateKey();
  }
  output.write(data);
}

/** PREFIX for one pair, PREFIX.NAME for several; the kind of key is added where two would get the same name. */
function baseNames(prefix: string, all: readonly Contents[]): string[] {
  if (all.length === 1) return [prefix];
  const plain = all.map((contents) => `${prefix}.${fileName(displayName(contents.leaf))}`);
  const names = all.map((contents, i) => {
    const name = plain[i] as string;
    return plain.indexOf(name) === plain.lastIndexOf(name) ? name : `${name}.${contents.leaf.publicKey.type}`;
  });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`two pairs would both be written to ${twice}`, 'merge them one by one');
  return names;
}

/** A name as a file may be called: `*` is `_wildcard`, what means something in paths is `_`. */
const fileName = (name: string): string =>
  name
    .replaceAll('*', '_wildcard')
    .replace(/[/\\\u0000-\u001f\u007f]/g, '_')
    .replace(/^\./, '_')
    .slice(0, 200);

async function pkcs12Of({ values }: PemMerge, contents: Contents, passphrase: Buffer | undefined): Promise<Buffer> {
  const { writePkcs12 } = await import('../../pki/write-pkcs12.js');
  const { key, leaf, chain } = contents;
  return writePkcs12({
    key: key?.key.export({ type: 'pkcs8', format: 'der' }),
    certificates: [leaf.der, ...chain.map(({ der }) => der)],
    friendlyName: values['friendly-name'] ?? displayName(leaf),
    passphrase: passphrase as Buffer,
    legacy: values.legacy,
  });
}
