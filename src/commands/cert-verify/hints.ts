import { attempt } from '../../errors.js';
import type { TriedPath } from '../../trust/path-search.js';
import type { CertificateAnswer } from '../cert-verify.js';

/** The way out of a path's problem, where we know one: with what stands around it, or what the problem says itself. */
export function hintFor(
  { certificates, at, problem }: TriedPath,
  { others, judged }: CertificateAnswer,
): string | undefined {
  const below = certificates[at - 1];
  if (problem.code === 'ca_as_leaf') {
    const server = others.find(({ certificate }) => attempt(() => certificate.basicConstraints)?.isCa !== true);
    return server === undefined
      ? problem.hint
      : `the certificate at ${server.place} is none: the one to judge comes first, or use --each`;
  }
  if (problem.code === 'expired' && below !== undefined) {
    const [url] = attempt(() => below.issuerUrls) ?? [];
    const newer =
      url === undefined ? 'ask its CA for the certificate that follows it' : `a newer one should be at ${url}`;
    return others.some(({ certificate }) => certificate === certificates[at] && certificate !== judged.certificate)
      ? `leave it out of the file; ${newer}`
      : newer;
  }
  return problem.hint;
}
