import { oneOf } from '../cli/choice.js';
import { paint, wantsColoredData } from '../cli/color.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { attempt, UsageError } from '../errors.js';
import { CertificateReader, type ReadCertificate } from '../input/certificate-reader.js';
import { parseSize, sourceOf, sourcesOf } from '../input/source.js';
import { encodePem } from '../pem/encode.js';
import { CertificateStore } from '../trust/certificate-store.js';
import { parsePeerName } from '../trust/peer-names.js';
import { pathProfiles, purposes, type Requirements } from '../trust/requirements.js';
import { PathVerifier, type Verification } from '../trust/verify.js';
import type { Certificate } from '../x509/certificate.js';
import { addSystemAnchors } from './cert-verify/system-anchors.js';
import { textReport } from './cert-verify/text-report.js';

const options = {
  trust: { value: 'FILE', repeatable: true, help: "certificates to trust (system: the system's anchors, the default)" },
  untrusted: { value: 'FILE', repeatable: true, help: 'certificates that may help to build the path' },
  name: { value: 'NAME', repeatable: true, help: 'a host, IP address or mail address it must be good for' },
  purpose: { value: 'PURPOSE', choices: purposes, help: 'server (default), client, email or any' },
  profile: {
    value: 'PROFILE',
    choices: pathProfiles,
    help: 'webpki (default): as browsers and the Baseline Requirements have it; rfc5280: RFC 5280 alone',
  },
  policy: { value: 'OID', repeatable: true, help: 'a certificate policy, one of which must be valid along the path' },
  crl: { value: 'FILE', repeatable: true, help: 'revocation lists' },
  depth: { value: 'N', help: 'the most certificates between it and the anchor' },
  each: { help: 'judge every certificate of a FILE, not the first alone' },
  'print-chain': { help: 'print the path as PEM, the certificate first, the anchor last' },
  json: { help: 'one JSON object a certificate' },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-verify',
  summary: 'tell whether a client would trust a certificate, and why not',
  input: 'certificates',
  synopsis: [
    '[--trust FILE|system]... [--untrusted FILE]... [--name NAME]... [--purpose PURPOSE] [--profile PROFILE] [--crl FILE]... [OPTION]... [FILE]...',
  ],
  options,
  notes: ['The first certificate of a FILE is judged; the others may help, as a server sends them.'],
  run,
});

type CertVerify = Call<typeof options>;

async function run(call: CertVerify): Promise<void> {
  const { values, operands, report, output, stdin, now } = call;
  onlyOne(values, ['json', 'print-chain']);
  const partial = requirementsOf(call);
  const secrets = new Secrets(values, stdin);
  const trust = values.trust.length === 0 ? ['system'] : values.trust;
  const anchorSources = trust.filter((each) => each !== 'system').map((file) => sourceOf(file, stdin, '--trust -'));
  const helperSources = values.untrusted.map((file) => sourceOf(file, stdin, '--untrusted -'));
  const crlSources = values.crl.map((file) => sourceOf(file, stdin, '--crl -'));
  const sources = sourcesOf(operands, stdin);

  const reader = new CertificateReader(report, secrets.input, parseSize(values['max-size']));
  const base = new CertificateStore();
  if (trust.includes('system')) addSystemAnchors(base);
  for (const source of anchorSources) {
    for (const { certificate } of await reader.certificates(source)) base.addRead(certificate, true);
  }
  for (const source of helperSources) {
    for (const { certificate } of await reader.certificates(source)) base.addRead(certificate);
  }
  const crls = (await Promise.all(crlSources.map((source) => reader.lists(source)))).flat();
  // Without all that was named, no answer would be one to the question.
  if (report.status !== 0) return;

  const suffixes = new RegistrySuffixes();
  const requirements: Requirements = {
    ...partial,
    at: now.getTime(),
    revocation: crls.length === 0 ? undefined : (await import('../trust/revocation.js')).revocationCheck(crls),
    isRegistrySuffix: (name) => suffixes.has(name),
  };
  const verifier = new PathVerifier(requirements);
  const write = await writerOf(call, requirements);
  let index = 0;
  for (const source of sources) {
    const certificates = await reader.certificates(source);
    const store = new CertificateStore(base);
    for (const { certificate } of certificates) store.addRead(certificate);
    for (const judged of values.each ? certificates : certificates.slice(0, 1)) {
      await suffixes.loadFor(judged);
      const verification = verifier.verify(store.addRead(judged.certificate), store);
      if (verification.verdict !== 'valid') report.raise(verification.verdict === 'invalid' ? 1 : 2);
      index++;
      if (!values.quiet)
        output.write(write({ judged, verification, others: certificates, source: source.name, index }));
    }
  }
  output.commit();
}

/** The answer about one certificate, with what it takes to tell it. */
export interface CertificateAnswer {
  readonly judged: ReadCertificate;
  readonly verification: Verification;
  /** All certificates of the same source. */
  readonly others: readonly ReadCertificate[];
  readonly source: string;
  /** From 1 in this process. */
  readonly index: number;
}

async function writerOf(
  { values }: CertVerify,
  requirements: Requirements,
): Promise<(answer: CertificateAnswer) => string> {
  if (values.json) {
    const { jsonReport } = await import('./cert-verify/json-report.js');
    return (answer) => `${jsonReport(answer, requirements)}\n`;
  }
  if (values['print-chain']) {
    return ({ verification: { path = [] } }) => path.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
  }
  const colors = paint(wantsColoredData(values));
  return (answer) => textReport(answer, values.each, colors);
}

/** The requirements the options state. @throws {UsageError} */
function requirementsOf({ values }: CertVerify): Omit<Requirements, 'at' | 'revocation' | 'isRegistrySuffix'> {
  for (const oid of values.policy) {
    if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(oid)) throw new UsageError(`--policy: ${oid} is not an object identifier`);
  }
  const { depth } = values;
  if (depth !== undefined && !/^\d{1,3}$/.test(depth)) {
    throw new UsageError(`--depth: ${depth} is not a number from 0 to 999`);
  }
  return {
    profile: oneOf('--profile', values.profile, pathProfiles) ?? 'webpki',
    purpose: oneOf('--purpose', values.purpose, purposes) ?? 'server',
    names: values.name.map((text) => parsePeerName('--name', text)),
    depth: depth === undefined ? undefined : Number(depth),
    policies: values.policy,
  };
}

/** The names registries give names under: the list is loaded for the first certificate with a wildcard. */
class RegistrySuffixes {
  #has: ((name: string) => boolean) | undefined;

  has(name: string): boolean {
    return this.#has?.(name) ?? false;
  }

  async loadFor({ certificate }: ReadCertificate): Promise<void> {
    if (hasWildcard(certificate)) this.#has ??= (await import('../names/public-suffix.js')).isRegistrySuffix;
  }
}

/** True when one of its names begins with `*`. */
function hasWildcard(certificate: Certificate): boolean {
  const names = attempt(() => certificate.subjectAltNames) ?? [];
  return names.some(({ type, value }) => type === 'dns' && value.startsWith('*'));
}
