import type { Report } from '../../cli/report.js';
import { PkiError } from '../../errors.js';
import { displayName } from '../../x509/display-name.js';
import type { Assembly, Bundle } from './bundle.js';
import type { BundleInput } from './bundle-input.js';
import { type CheckOptions, warningOrRefusal } from './checks.js';
import type { Contents } from './contents.js';
import { day, namesOf } from './describe.js';
import type { Layout } from './layout.js';

/** The reports of pem-merge on its findings. */

/**
 * Throws when there is nothing to make a bundle of.
 *
 * @throws {PkiError} NO_CERTIFICATE
 */
export function requireCertificate({ certificates, requests, keys }: BundleInput): void {
  if (certificates.length > 0) return;
  const [request] = requests;
  const found = keys.length > 0 ? 'a private key, but no certificate' : 'no certificate';
  if (request === undefined) throw new PkiError('NO_CERTIFICATE', `the input holds ${found}`);
  throw new PkiError('NO_CERTIFICATE', `${request.place}: ${ANSWER_WANTED}`, { source: request.source });
}

const ANSWER_WANTED = "this is the request, the CA's answer is wanted";

/** Says which key belongs to which certificate, when it is not one to one. */
export function reportPairs({ bundles, unmatchedKeys }: Assembly, input: BundleInput, report: Report): void {
  const only = unmatchedKeys.length === 1 && input.certificates.length === 1 ? input.certificates[0] : undefined;
  for (const { source, place, identity } of unmatchedKeys) {
    const what =
      only === undefined
        ? 'none of the certificates'
        : `the certificate of ${displayName(only.certificate)} (${only.source}: ${only.place})`;
    const verb = only === undefined ? 'belongs to' : 'does not belong to';
    report.refusal(source, `${place}: this private key ${verb} ${what}`);
    const request = input.requests.find((each) => each.identity === identity);
    if (request !== undefined) report.refusal(request.source, `${request.place}: ${ANSWER_WANTED}`);
  }
  if (unmatchedKeys.length > 0 && bundles.length === 0) return;
  for (const { key, leaf } of bundles) {
    const name = displayName(leaf.certificate);
    if (key === undefined) report.refusal(leaf.source, `${leaf.place}: ${name} is one of several leaves`);
    else
      report.refusal(key.source, `${key.place}: this private key belongs to ${name} (${leaf.source}: ${leaf.place})`);
  }
  if (bundles.length > 1 && unmatchedKeys.length === 0) {
    const hint = 'keep the one that is meant, or write each with --split PREFIX';
    report.refusal(undefined, 'there is more than one pair', hint);
  }
}

/** Says that there is nothing to begin a chain with. */
export function sayNoLeaf(report: Report): void {
  report.refusal(undefined, 'none of the certificates is a leaf: each of them issued another');
}

/** CAs let validity begin up to an hour before they issue: times nearer than that do not tell which came later. */
const BACKDATED = 3_600_000;

/** True for a certificate passed over that is valid and was made after the one that is taken: it may be the renewed one. */
const isYounger = ({ item, leaf }: Assembly['passedOver'][number], now: Date): boolean =>
  item.certificate.notBefore.getTime() > leaf.certificate.notBefore.getTime() + BACKDATED &&
  item.certificate.notBefore <= now &&
  now <= item.certificate.notAfter;

const leftOutFor = ({ item: { certificate }, leaf }: Assembly['passedOver'][number]): string =>
  `${displayName(certificate)}, valid until ${day(certificate.notAfter)}, is left out: for the same key there is one until ${day(leaf.certificate.notAfter)}`;

/** Says when what was made last is not what is taken: CAs issue for shorter and shorter times. */
export function checkPassedOver({ passedOver }: Assembly, options: CheckOptions): void {
  const complain = warningOrRefusal(options);
  const hint = 'where the younger one is meant, give the key without the older one';
  for (const each of passedOver) {
    if (isYounger(each, options.now)) complain(each.item.source, `${leftOutFor(each)}, which is older`, hint);
  }
}

/** Names every certificate that does not go in. */
export function reportLeftOut(
  assembly: Assembly,
  input: BundleInput,
  all: readonly Contents[],
  { report, now }: CheckOptions,
): void {
  for (const { source, place } of input.requests) report.notice(source, `${place}: a request is left out`);
  for (const each of assembly.passedOver) {
    if (!isYounger(each, now)) report.notice(each.item.source, `${each.item.place}: ${leftOutFor(each)}`);
  }
  const roots = new Set(all.map(({ droppedRoot }) => droppedRoot));
  for (const { source, place, certificate } of input.certificates) {
    if (roots.has(certificate)) {
      report.notice(source, `${place}: the root ${displayName(certificate)} is left out: who connects has it`);
    }
  }
  for (const { item, sibling } of assembly.unrelated) {
    const why =
      sibling === undefined
        ? 'it belongs to no chain'
        : `the chain takes the one ${sibling.issuer} issued, valid until ${day(sibling.notAfter)}`;
    report.notice(item.source, `${item.place}: ${displayName(item.certificate)} is left out: ${why}`);
  }
  const used = new Set(all.flatMap(({ parameters }) => parameters));
  for (const each of input.parameters) {
    if (!used.has(each))
      report.notice(each.source, `${each.place}: ${each.label} are left out: they are not read from this file`);
  }
}

/** Says when a key loses its encryption. */
export function sayDecrypted({ key }: Bundle, layout: Layout, report: Report): void {
  if (key?.key.wasEncrypted && layout.order.includes('key')) {
    report.notice(key.source, 'the private key came encrypted and is written without encryption, as servers load it');
  }
}

/** The content of a file, in one line: leaf, names, expiry, and everything in its order. */
export function summary(contents: Contents, layout: Layout): string {
  const { leaf } = contents;
  const { dns, ip } = namesOf(leaf);
  const covers = [...dns, ...ip].join(', ') || 'no names';
  return `${displayName(leaf)} (${covers}), valid until ${day(leaf.notAfter)}: ${contentWords(contents, layout).join(', ')}`;
}

/** The output, in words. */
export function contentWords({ key, chain, parameters }: Contents, { order }: Layout): string[] {
  const words = {
    key: key === undefined ? [] : ['key'],
    leaf: ['certificate'],
    chain: chain.map(displayName),
  };
  return [...order.flatMap((part) => words[part]), ...parameters.map(({ label }) => label)];
}
