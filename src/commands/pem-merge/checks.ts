import type { Report } from '../../cli/report.js';
import { keyProblem } from '../../crypto/check-key.js';
import { differInPss } from '../../crypto/key-pair.js';
import { attempt } from '../../errors.js';
import { isoText } from '../../text/iso-time.js';
import { namesOtherSerial } from '../../trust/chain.js';
import type { Certificate } from '../../x509/certificate.js';
import { displayName } from '../../x509/display-name.js';
import type { Bundle } from './bundle.js';
import type { TrustedPaths } from './trust.js';

/** The demands on a bundle, and who is told the objections. */
export interface CheckOptions {
  readonly report: Report;
  readonly now: Date;
  /** Warnings are refusals. */
  readonly strict: boolean;
  /** The answers for --trust, where it was given: the chain must be sound, and end there. */
  readonly paths: TrustedPaths | undefined;
  /** The server that loads the key from the file that is written. */
  readonly needsKey: string | undefined;
  /** How long the certificates must still be valid, in milliseconds. */
  readonly validFor: number | undefined;
  /** The input a certificate came from. */
  originOf(certificate: Certificate): string;
}

/** How a warning is said: with --strict as a refusal. */
export const warningOrRefusal = ({ report, strict }: CheckOptions): Report['warning'] =>
  strict ? report.refusal.bind(report) : report.warning.bind(report);

/** Says what is wrong with a bundle. A refusal raises the exit status: nothing is written then. */
export function checkBundle(bundle: Bundle, options: CheckOptions): void {
  const { key, leaf, chain } = bundle;
  const { report, now, originOf } = options;
  const problem = key && keyProblem(key.key);
  if (problem !== undefined) report.fault(key?.source, `${key?.place}: ${problem}`);
  const complain = warningOrRefusal(options);
  if (key === undefined && options.needsKey !== undefined) {
    const hint = '--no-key says that it is kept elsewhere';
    complain(leaf.source, `${options.needsKey} wants a private key, and none is given`, hint);
  }
  for (const certificate of chain.certificates) {
    const name = displayName(certificate);
    const { notBefore, notAfter } = certificate;
    const source = originOf(certificate);
    if (notAfter < now) complain(source, `${name} has expired on ${isoText(notAfter.getTime())}`);
    else if (now < notBefore) complain(source, `${name} is not valid before ${isoText(notBefore.getTime())}`);
    else if (options.validFor !== undefined && notAfter.getTime() < now.getTime() + options.validFor) {
      report.refusal(source, `${name} expires too soon, on ${isoText(notAfter.getTime())}`);
    }
  }
  for (const { certificate, reason } of chain.unchecked) {
    complain(originOf(certificate), `the signature of ${displayName(certificate)} is not checked: ${reason}`);
  }
  for (const [i, certificate] of chain.certificates.entries()) {
    const issuer = chain.certificates[i + 1];
    if (issuer === undefined || !namesOtherSerial(certificate, issuer)) continue;
    const hint = 'its signature is good; OpenSSL looks for the certificate of that number';
    complain(originOf(certificate), `${displayName(certificate)} names another serial number of its issuer`, hint);
  }
  if (key !== undefined && differInPss(key.key.publicKeyInfo, leaf.certificate.publicKey.der)) {
    const [made, certified] = key.key.key.asymmetricKeyType === 'rsa' ? [RSA, PSS] : [PSS, RSA];
    const hint = 'haproxy refuses such a pair, nginx starts with it and fails at every handshake';
    report.refusal(key.source, `${key.place}: the private key is ${made}, its certificate is for ${certified}`, hint);
  }
  checkEnd(bundle, options, complain);
}

const RSA = 'rsaEncryption';
const PSS = 'RSASSA-PSS';

function checkEnd(
  { leaf, chain }: Bundle,
  { report, paths, originOf }: CheckOptions,
  complain: Report['warning'],
): void {
  const needsTrust = paths !== undefined;
  const [tried] = paths?.verify(leaf.certificate).tried ?? [];
  if (tried !== undefined && chain.end === 'trusted' && paths?.verify(leaf.certificate).path === undefined) {
    const { certificates, at, problem } = tried;
    const culprit = certificates[at] ?? leaf.certificate;
    const message = `${displayName(culprit)} ${problem.message} [${problem.clause}]`;
    report.refusal(originOf(culprit), `the chain is not to be trusted: ${message}`);
    return;
  }
  if (chain.end === 'trusted' || chain.end === 'self-signed') return;
  const top = chain.certificates.at(-1) as Certificate;
  const source = originOf(top);
  const forged = chain.nearMisses.find(({ isForgery }) => isForgery);
  if (forged !== undefined) {
    const { candidate, reason } = forged;
    const hint = candidate === top ? reason : `it names ${displayName(candidate)} as its issuer: ${reason}`;
    report.refusal(source, `the signature of ${displayName(top)} is bad`, hint);
    return;
  }
  const [nearMiss] = chain.nearMisses;
  const url = attempt(() => top.issuerUrls)?.find((each) => /^https?:/.test(each));
  const hint =
    nearMiss === undefined
      ? url && `its issuer's certificate may be had from ${url}`
      : `${displayName(nearMiss.candidate)} at hand is not taken for it: ${nearMiss.reason}`;
  const missing =
    chain.end === 'loop'
      ? `the issuers of ${displayName(top)} run in a circle`
      : needsTrust && top.isSelfIssued
        ? `${displayName(top)} issued itself and is not trusted`
        : `the issuer of ${displayName(top)} is missing: ${top.issuer}`;
  if (needsTrust) {
    report.refusal(leaf.source, `the chain does not end at a trusted certificate: ${missing}`, hint);
  } else if (chain.end === 'loop' || top === leaf.certificate || nearMiss !== undefined)
    complain(source, missing, hint);
  // Above an intermediate that is most likely the root, which no server sends.
  else report.notice(source, `the chain ends at ${displayName(top)}, issued by ${top.issuer}`, hint);
}
