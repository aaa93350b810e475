import { defineCommand, onlyOne } from '../cli/command.js';
import type { Report } from '../cli/report.js';
import { Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { isBoringSsl } from '../crypto/runtime.js';
import { PkiError, UsageError } from '../errors.js';
import { nothingWanted } from '../input/expected.js';
import { parseSize, type Source, sourceOf, sourcesOf } from '../input/source.js';
import type { Certificate } from '../x509/certificate.js';
import { displayName } from '../x509/display-name.js';
import { assemble, type Bundle } from './pem-merge/bundle.js';
import { type BundleInput, type CertificateItem, type CollectOptions, collect } from './pem-merge/bundle-input.js';
import { options, type PemMerge } from './pem-merge/call.js';
import { type CheckOptions, checkBundle } from './pem-merge/checks.js';
import { bundleContents, type Contents } from './pem-merge/contents.js';
import { namesOf } from './pem-merge/describe.js';
import { type Layout, layoutOf } from './pem-merge/layout.js';
import { isPlainlySound } from './pem-merge/plainly-sound.js';
import { checkReplacement } from './pem-merge/replaces.js';
import {
  checkPassedOver,
  reportLeftOut,
  reportPairs,
  requireCertificate,
  sayDecrypted,
  sayNoLeaf,
} from './pem-merge/say.js';
import { servers } from './pem-merge/servers.js';
import { withoutCaKeys } from './pem-merge/site-keys.js';
import { writeOne, writeSplit } from './pem-merge/write.js';

export const command = defineCommand({
  name: 'pem-merge',
  summary: 'merge a private key, its certificate and the chain into one file a server can load',
  input: 'a key and certificates',
  synopsis: [
    '[--for SERVER] [--key-format FORMAT] [--root keep|drop] [-o FILE] [FILE]...',
    '--split PREFIX [FILE]...',
    '--p12 --passout SOURCE [-o FILE] [FILE]...',
  ],
  options,
  notes: [`Servers: ${Object.keys(servers).join(', ')}.`],
  run,
});

async function run(given: PemMerge): Promise<void> {
  const call = forServer(given);
  const { values, operands, report, stdin } = call;
  checkOptions(call);
  const layout = layoutOf(values);
  const checkNames = values.covers.length === 0 ? undefined : await nameChecker(values.covers);
  const validFor = values['valid-for'] === undefined ? undefined : parseDuration('--valid-for', values['valid-for']);
  const secrets = new Secrets(values, stdin);
  const sources = sourcesOf(operands, stdin);
  const trustSources = values.trust.map((path) => sourceOf(path, stdin, '--trust -'));
  const oldSource = values.replaces === undefined ? undefined : sourceOf(values.replaces, stdin, '--replaces -');

  const collecting = { report, passphrases: secrets.input, maxSize: parseSize(values['max-size']) };
  if (values.p12 && values['no-key']) return makeTrustStore(call, sources, collecting, secrets);
  const collected = await collect(sources, collecting);
  const input = values.split === undefined ? withoutCaKeys(collected, report) : collected;
  const trusted = await certificatesIn(trustSources, collecting);
  const { now } = call;
  const old = oldSource && (await oldLeaf(oldSource, collecting, now));
  if (report.status !== 0) return;
  requireCertificate(input);

  const paths =
    trustSources.length === 0
      ? undefined
      : new (await import('./pem-merge/trust.js')).TrustedPaths(input.certificates, trusted, now);
  const assembly = assemble(input, trusted, now, paths);
  const { bundles, unmatchedKeys, originOf } = assembly;
  if (bundles.length === 0 && unmatchedKeys.length === 0) return sayNoLeaf(report);
  if (unmatchedKeys.length > 0 || (bundles.length !== 1 && values.split === undefined)) {
    reportPairs(assembly, input, report);
    return;
  }
  const checking: CheckOptions = {
    ...{ report, now, strict: values.strict, validFor, originOf },
    paths,
    needsKey: values.split === undefined && !values['no-key'] ? values.for : undefined,
  };
  for (const bundle of bundles) {
    checkBundle(bundle, checking);
    checkNames?.(bundle, report);
  }
  checkPassedOver(assembly, checking);
  if (old !== undefined && oldSource !== undefined) {
    for (const { leaf } of bundles) checkReplacement(leaf.certificate, old, oldSource.name, report);
  }
  if (report.status !== 0) return;

  const all = bundles.map((bundle) => bundleContents(bundle, input.parameters, layout));
  if (layout.isForOpenssl && !isBoringSsl) await checkByOpenssl(bundles, all, layout, checking);
  if (report.status !== 0) return;
  const passphrase = await secrets.output();
  reportLeftOut(assembly, input, all, checking);
  if (passphrase === undefined) for (const bundle of bundles) sayDecrypted(bundle, layout, report);
  const what = { all, layout, passphrase };
  await (values.split === undefined ? writeOne(call, what) : writeSplit(call, values.split, what));
}

/** Writes every certificate of the inputs as one to be trusted. */
async function makeTrustStore(
  call: PemMerge,
  sources: readonly Source[],
  collecting: CollectOptions,
  secrets: Secrets,
): Promise<void> {
  const { certificates } = await collect(sources, { ...collecting, certificatesOnly: true });
  const passphrase = await secrets.output();
  if (call.report.status !== 0 || passphrase === undefined) return;
  if (certificates.length === 0) throw new PkiError('NO_CERTIFICATE', 'there is no certificate to be trusted');
  const { writeTrustStore } = await import('./pem-merge/trust-store.js');
  await writeTrustStore(call, certificates, passphrase);
}

/** Has OpenSSL read what is not beyond doubt, as servers built on it do. */
async function checkByOpenssl(
  bundles: readonly Bundle[],
  all: readonly Contents[],
  layout: Layout,
  checking: CheckOptions,
): Promise<void> {
  for (const [i, contents] of all.entries()) {
    const bundle = bundles[i];
    if (bundle === undefined || isPlainlySound(contents, layout)) continue;
    const { readBack } = await import('./pem-merge/read-back.js');
    readBack(bundle, contents, layout, checking);
  }
}

/** The call with what the server takes for granted: PKCS#12, where it loads nothing else. */
function forServer(call: PemMerge): PemMerge {
  const { values } = call;
  if (values.p12 || values.for === undefined || servers[values.for]?.isPkcs12 !== true) return call;
  return {
    ...{ values: { ...values, p12: true }, operands: call.operands, report: call.report, output: call.output },
    stdin: call.stdin,
    get now() {
      return call.now;
    },
  };
}

/** @throws {UsageError} options that say nothing together */
function checkOptions({ values }: PemMerge): void {
  onlyOne(values, ['output', 'split']);
  onlyOne(values, ['p12', 'order']);
  if (values.p12 && values['no-key']) onlyOne(values, ['no-key', 'split']);
  onlyOne(values, ['p12', 'key-format']);
  if (!values.p12) onlyOne(values, ['no-key', 'passout']);
  onlyOne(values, ['split', 'order']);
  onlyOne(values, ['split', 'der']);
  onlyOne(values, ['p12', 'der']);
  if (values.der && !values['no-key']) throw new UsageError('--der needs --no-key', 'key-conv --der writes the key');
  if (values.split === '') throw new UsageError('--split needs the beginning of file names');
  for (const name of ['legacy', 'friendly-name'] as const) {
    if (values[name] && !values.p12) throw new UsageError(`--${name} needs --p12`);
  }
  if (values.p12 && values.passout === undefined) {
    throw new UsageError('--p12 needs --passout', 'PKCS#12 is always encrypted: env:NAME, file:PATH, fd:N or prompt');
  }
}

/** The check that refuses a leaf that does not cover all of these names. */
async function nameChecker(texts: readonly string[]): Promise<(bundle: Bundle, report: Report) => void> {
  const { isCovered, parseCoveredName } = await import('./pem-merge/covers.js');
  const names = texts.map(parseCoveredName);
  return ({ leaf: { certificate, source } }, report) => {
    const presented = namesOf(certificate);
    const all = [...presented.dns, ...presented.ip].join(', ') || 'no names';
    for (const name of names.filter((each) => !isCovered(presented, each))) {
      report.refusal(source, `${displayName(certificate)} does not cover ${name}`, `it covers ${all}`);
    }
  };
}

/** The certificates of sources that are there for them alone. */
async function certificatesIn(sources: readonly Source[], collecting: CollectOptions): Promise<CertificateItem[]> {
  const found: CertificateItem[] = [];
  for (const source of sources) {
    for (const item of (await onlyCertificates(source, collecting)).certificates) found.push(item);
  }
  return found;
}

/** The leaf in the file that is to be replaced: the first, if it holds several. */
async function oldLeaf(source: Source, collecting: CollectOptions, now: Date): Promise<Certificate | undefined> {
  return assemble(await onlyCertificates(source, collecting), [], now).bundles[0]?.leaf.certificate;
}

/** The certificates in a source that must hold one; that it holds none is reported, once. */
async function onlyCertificates(source: Source, collecting: CollectOptions): Promise<BundleInput> {
  const input = await collect([source], { ...collecting, certificatesOnly: true });
  if (input.certificates.length === 0 && !input.isDamaged) {
    collecting.report.error(source.name, nothingWanted('a certificate', input.others, source.name));
  }
  return input;
}
