import type { Report } from '../../cli/report.js';
import { formatTime } from '../../cli/time.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Bundle } from './bundle.js';
import { keyProblem } from './check-key.js';
import { displayName } from './describe.js';

export interface CheckOptions {
  readonly report: Report;
  readonly now: Date;
  /** What otherwise is a warning is a refusal. */
  readonly strict: boolean;
  /** True when --trust was given: the chain must end there. */
  readonly needsTrust: boolean;
  /** How long the certificates must still be valid, in milliseconds. */
  readonly validFor: number | undefined;
}

/** Says what is wrong with a bundle. A refusal raises the exit status: nothing is written then. */
export function checkBundle(bundle: Bundle, options: CheckOptions): void {
  const { key, leaf, chain } = bundle;
  const { report, now, strict } = options;
  const { source } = leaf;
  const problem = key && keyProblem(key.key.key);
  if (problem !== undefined) report.fault(key?.source, `${key?.place}: ${problem}`);
  const complain = strict ? report.refusal.bind(report) : report.warning.bind(report);
  for (const certificate of chain.certificates) {
    const name = displayName(certificate);
    const { notBefore, notAfter } = certificate;
    if (notAfter < now) complain(source, `${name} has expired on ${formatTime(notAfter)}`);
    else if (now < notBefore) complain(source, `${name} is not valid before ${formatTime(notBefore)}`);
    else if (options.validFor !== undefined && notAfter.getTime() < now.getTime() + options.validFor) {
      report.refusal(source, `${name} expires too soon, on ${formatTime(notAfter)}`);
    }
  }
  for (const { certificate, reason } of chain.unchecked) {
    complain(source, `the signature of ${displayName(certificate)} is not checked: ${reason}`);
  }
  checkEnd(bundle, options, complain);
}

function checkEnd({ leaf, chain }: Bundle, { report, needsTrust }: CheckOptions, complain: Report['warning']): void {
  if (chain.end === 'trusted' || chain.end === 'self-signed') return;
  const { source } = leaf;
  const top = chain.certificates.at(-1) as Certificate;
  const [nearMiss] = chain.nearMisses;
  const url = top.issuerUrls.find((each) => /^https?:/.test(each));
  const hint =
    nearMiss === undefined
      ? url && `its issuer's certificate may be had from ${url}`
      : `${displayName(nearMiss.candidate)} at hand did not issue it: ${nearMiss.reason}`;
  const missing =
    chain.end === 'loop'
      ? `the issuers of ${displayName(top)} run in a circle`
      : `the issuer of ${displayName(top)} is missing: ${top.issuer}`;
  if (needsTrust) report.refusal(source, `the chain does not end at a trusted certificate: ${missing}`, hint);
  else if (chain.end === 'loop' || top === leaf.certificate || nearMiss !== undefined) complain(source, missing, hint);
  // Above an intermediate that is most likely the root, which no server sends.
  else report.notice(source, `the chain ends at ${displayName(top)}, issued by ${top.issuer}`, hint);
}
