import { requireDistinct } from '../../cli/output/destination.js';
import { type WholeFile, writeTogether } from '../../cli/output/together.js';
import { openOutput } from '../../cli/output.js';
import { Progress } from '../../cli/progress.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import type { PrivateKey } from '../../crypto/private-key.js';
import { UsageError } from '../../errors.js';
import { fileName } from '../../text/file-name.js';
import { displayName } from '../../x509/display-name.js';
import type { PemMerge } from './call.js';
import { type Contents, oneFile, onlyCertificate, splitFiles } from './contents.js';
import type { Layout } from './layout.js';
import type { Renewal } from './renewal.js';
import { contentWords, summary } from './say.js';

/** Everything that is decided before anything is written. */
interface Writing {
  /** One of them, or with --split any number. */
  readonly all: readonly Contents[];
  readonly layout: Layout;
  readonly passphrase: Buffer | undefined;
}

interface NamedFile extends WholeFile {
  /** The private key in it. */
  readonly key: PrivateKey | undefined;
  readonly renewal: Renewal;
}

/** Writes to --output or standard output. */
export async function writeOne(call: PemMerge, { all, layout, passphrase }: Writing): Promise<void> {
  const { values, output, report } = call;
  const contents = all[0] as Contents;
  if (contentWords(contents, layout).length === 0) {
    throw new UsageError(`nothing is there to be written: no ${layout.order.join(', no ') || 'part is asked for'}`);
  }
  const data = values.p12
    ? await pkcs12Of(call, contents, passphrase)
    : values.der
      ? onlyCertificate(contents, layout)
      : oneFile(contents, layout, passphrase);
  const renewal = { leaf: contents.leaf, files: [values.output ?? '-'], passphrase };
  const file = { output, data, key: contents.key, renewal };
  await announce(file);
  if (values.check) output.check();
  else {
    output.write(data);
    output.commit();
  }
  report.notice(values.output, `${values.check ? 'would hold ' : ''}${summary(contents, layout)}`);
}

/** Writes PREFIX.key, PREFIX.crt and PREFIX.chain, or with --p12 PREFIX.p12; several pairs get their CN into the name. */
export async function writeSplit(call: PemMerge, prefix: string, writing: Writing): Promise<void> {
  const { values, report, now } = call;
  const { all, layout, passphrase } = writing;
  const bases = baseNames(prefix, all);
  const files: (NamedFile & { readonly path: string })[] = [];
  const summaries: { where: string; what: string }[] = [];
  // PKCS#12 takes most of a second each.
  const progress = new Progress('pairs', report.quiet);
  try {
    for (const [i, contents] of all.entries()) {
      if (i > 0) progress.update(i, i / all.length);
      const base = bases[i] as string;
      const parts = await splitParts(call, contents, writing);
      for (const [extension, data] of Object.entries(parts)) {
        const key = extension === 'key' || extension === 'p12' ? contents.key : undefined;
        const path = `${base}.${extension}`;
        const output = await openOutput(path, { force: values.force, now, report });
        const renewal = { leaf: contents.leaf, files: [path, `${base}.crt`], passphrase };
        files.push({ output, path, data, key, renewal });
      }
      const extensions = Object.keys(parts);
      const where = extensions.length > 1 ? `${base}.{${extensions.join()}}` : `${base}.${extensions[0]}`;
      summaries.push({ where, what: summary(contents, layout) });
    }
  } finally {
    progress.clear();
  }
  requireDistinct(files.map(({ path }) => path));
  for (const file of files) await announce(file);
  if (values.check) for (const { output } of files) output.check();
  else await writeTogether(files, new Progress('files', report.quiet));
  for (const { where, what } of summaries) report.notice(where, `${values.check ? 'would hold ' : ''}${what}`);
}

/** The files --split writes of a bundle, by their extensions. */
async function splitParts(
  call: PemMerge,
  contents: Contents,
  { layout, passphrase }: Writing,
): Promise<Record<string, string | Uint8Array>> {
  if (call.values.p12) return { p12: await pkcs12Of(call, contents, passphrase) };
  const { key, certificate, chain } = splitFiles(contents, layout, passphrase);
  // A chain that is empty is written too: an old one must not stay behind.
  return { ...(key === '' ? {} : { key }), crt: certificate, chain };
}

/** Says which private key is in a file, and which of those that are there it makes superfluous. */
async function announce({ output, key, renewal }: NamedFile): Promise<void> {
  if (key === undefined) return;
  output.holdsPrivateKeys([publicKeyIdentity(key.publicKeyInfo)]);
  const { lostKeys } = output;
  if (lostKeys.length === 0) return;
  const { isRenewal } = await import('./renewal.js');
  if (await isRenewal(lostKeys, renewal)) output.renewsKeys();
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

async function pkcs12Of({ values }: PemMerge, contents: Contents, passphrase: Buffer | undefined): Promise<Buffer> {
  const { writePkcs12 } = await import('../../pkcs/write-pkcs12.js');
  const { key, leaf, chain } = contents;
  return writePkcs12({
    key: key?.key.export({ type: 'pkcs8', format: 'der' }),
    certificates: [leaf.der, ...chain.map(({ der }) => der)],
    friendlyName: values['friendly-name'] ?? displayName(leaf),
    passphrase: passphrase as Buffer,
    legacy: values.legacy,
  });
}
