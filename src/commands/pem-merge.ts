import { type Call, defineCommand } from '../cli/command.js';
import { parseSize, sourceOf, sourcesOf } from '../cli/input.js';
import { type OptionTable, UsageError } from '../cli/options.js';
import { passin, passout, Secrets } from '../cli/secrets.js';
import { parseDuration } from '../cli/time.js';
import { PkiError } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { type Assembly, assemble, type Bundle } from './pem-merge/bundle.js';
import { checkBundle } from './pem-merge/checks.js';
import { day, displayName, namesOf } from './pem-merge/describe.js';
import { type Layout, layoutOf, parseCoveredName } from './pem-merge/layout.js';
import { collect, type Material } from './pem-merge/material.js';
import { servers } from './pem-merge/servers.js';
import { bundleText } from './pem-merge/text.js';

const options = {
  for: { value: 'SERVER', help: `lay it out for ${Object.keys(servers).join(', ')}` },
  order: { value: 'PARTS', help: 'what goes in, in which order (key,leaf,chain)' },
  'key-format': { value: 'FORMAT', help: 'envelope of the key: keep, pkcs1, sec1, pkcs8' },
  'no-key': { help: 'leave the private key out' },
  root: { value: 'WHAT', help: 'keep or drop (the default) the root certificate' },
  trust: { value: 'FILE', repeatable: true, help: 'the chain must end at a certificate in FILE' },
  covers: { value: 'NAME', repeatable: true, help: 'the certificate must cover this host name or address' },
  'valid-for': { value: 'DURATION', help: 'the certificates must be valid at least this long (12h, 30d, 2w)' },
  strict: { help: 'refuse what otherwise is a warning' },
  check: { help: 'write nothing, say what would be written' },
  ...passin,
  ...passout,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'pem-merge',
  summary: 'merge a private key, its certificate and the chain into one file a server can load',
  synopsis: ['[--for SERVER] [--order PARTS] [--key-format FORMAT] [--root keep|drop] [-o FILE] [FILE]...'],
  options,
  run,
});

type PemMerge = Call<typeof options>;

async function run(call: PemMerge): Promise<void> {
  const { values, operands, report, stdin, now } = call;
  const layout = layoutOf(values);
  const covers = values.covers.map(parseCoveredName);
  const validFor = values['valid-for'] === undefined ? undefined : parseDuration('--valid-for', values['valid-for']);
  const secrets = new Secrets(values, stdin);
  const sources = sourcesOf(operands, stdin);
  const trustSources = values.trust.map((path) => sourceOf(path, stdin, '--trust -'));

  const collectOptions = { report, passphrases: secrets.input, maxSize: parseSize(values['max-size']) };
  const material = await collect(sources, collectOptions);
  const trusted = (await collect(trustSources, collectOptions)).certificates.map(({ certificate }) => certificate);
  if (report.status !== 0) return;
  checkMaterial(material);

  const assembly = assemble(material, trusted, now);
  const bundle = onlyBundle(assembly, call);
  if (bundle === undefined) return;
  const { strict } = values;
  checkBundle(bundle, { report, now, strict, needsTrust: trustSources.length > 0, covers, validFor });
  if (report.status !== 0) return;
  sayWhatIsDropped(call, assembly, bundle, layout);
  write(call, material, bundle, layout, await secrets.output());
}

/** Throws when there is nothing to make a bundle of. */
function checkMaterial({ certificates, requests, keys }: Material): void {
  if (certificates.length > 0) return;
  const [request] = requests;
  if (request !== undefined) {
    throw new PkiError(
      'NO_CERTIFICATE',
      `${request.source}: ${request.place}: this is the request, the CA's answer is wanted`,
    );
  }
  throw new PkiError(
    'NO_CERTIFICATE',
    keys.length > 0 ? 'there is a private key but no certificate' : 'there is no certificate',
  );
}

/** The one bundle there is; otherwise says who fits whom. */
function onlyBundle({ bundles, lonelyKeys }: Assembly, { report }: PemMerge): Bundle | undefined {
  const [bundle, ...others] = bundles;
  if (bundle !== undefined && others.length === 0 && lonelyKeys.length === 0) return bundle;
  if (lonelyKeys.length === 0 && bundle?.key === undefined) {
    report.refusal(
      undefined,
      'the certificates are of several leaves',
      'give the private key, or merge them one by one',
    );
  }
  for (const { key, leaf } of bundles) {
    const what = `${displayName(leaf.certificate)} (${leaf.source}: ${leaf.place})`;
    if (key === undefined)
      report.refusal(leaf.source, `${leaf.place}: ${displayName(leaf.certificate)} is a leaf of its own`);
    else report.refusal(key.source, `${key.place}: this private key belongs to ${what}`);
  }
  for (const { source, place } of lonelyKeys) {
    report.refusal(source, `${place}: this private key belongs to none of the certificates`);
  }
  return undefined;
}

function sayWhatIsDropped(
  { report }: PemMerge,
  { passedOver, unrelated }: Assembly,
  bundle: Bundle,
  layout: Layout,
): void {
  for (const { item, leaf } of passedOver) {
    const { notAfter } = item.certificate;
    const why = `another for the same key is taken, valid until ${day(leaf.certificate.notAfter)}`;
    report.notice(
      item.source,
      `${item.place}: ${displayName(item.certificate)}, valid until ${day(notAfter)}, is left out: ${why}`,
    );
  }
  for (const { source, place, certificate } of unrelated) {
    report.notice(source, `${place}: ${displayName(certificate)} belongs to no chain, left out`);
  }
  const root = droppedRoot(bundle, layout);
  if (root !== undefined) report.notice(undefined, `the root ${displayName(root)} is left out: who connects has it`);
}

/** The root that is left out, where there is one. */
function droppedRoot({ chain }: Bundle, layout: Layout): Certificate | undefined {
  const top = chain.certificates.length > 1 ? chain.certificates.at(-1) : undefined;
  const isRoot = chain.end === 'self-signed' || (chain.end === 'trusted' && top?.isSelfIssued === true);
  return isRoot && !layout.keepsRoot ? top : undefined;
}

function write(
  call: PemMerge,
  material: Material,
  bundle: Bundle,
  layout: Layout,
  passphrase: Buffer | undefined,
): void {
  const { values, output, report } = call;
  const leaf = bundle.leaf.certificate;
  const root = droppedRoot(bundle, layout);
  const chain = bundle.chain.certificates.slice(1).filter((each) => each !== root);
  const key = layout.order.includes('key') ? bundle.key?.key : undefined;
  const text = bundleText({ key, leaf, chain, dhParameters: material.dhParameters }, layout.order, layout, passphrase);
  if (!values.check) {
    if (key !== undefined) {
      if (output.isTerminal) throw keyOnTerminal();
      output.holdsPrivateKey();
    }
    output.write(text);
    output.commit();
  }
  if (key?.wasEncrypted && passphrase === undefined) {
    report.notice(
      bundle.key?.source,
      'the private key came encrypted and is written without encryption, as servers load it',
    );
  }
  const names = namesOf(leaf);
  const covers = [...names.dns, ...names.ip].join(', ') || 'no names';
  const parts = [...(key === undefined ? [] : ['key']), 'certificate', ...chain.map(displayName)].join(', ');
  const what = `${displayName(leaf)} (${covers}), valid until ${day(leaf.notAfter)}: ${parts}`;
  report.notice(values.output, values.check ? `would be ${what}` : what);
}

function keyOnTerminal(): UsageError {
  return new UsageError(
    'a private key is never written to a terminal',
    'name a file with --output, or pipe the output',
  );
}
