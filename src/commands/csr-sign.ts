import { oneOf } from '../cli/choice.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { parsePathLength } from '../cli/number.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { signingChoice, signingOptions } from '../cli/signing.js';
import { parseDays } from '../cli/time.js';
import { isPkiError, PkiError, UsageError } from '../errors.js';
import { requestsOf } from '../input/requests.js';
import { parseSize, sourcesOf } from '../input/source.js';
import type { IssueOptions, IssueProfile } from '../make/issue.js';
import { smallKeyWarning, type WeaknessName, weaknessesOf, weaknessNames } from '../make/weakness.js';
import { encodePem } from '../pem/encode.js';
import { parseAltName } from '../spec/alt-name.js';
import type { CertificationRequest } from '../x509/request.js';
import { checkedUrl } from './local-ca/checked-url.js';
import { authorityOptions, authoritySources, readAuthority } from './local-ca/read-authority.js';

const profiles: readonly IssueProfile[] = ['server', 'client', 'server+client', 'smime', 'codesign', 'ocsp', 'ca'];

const options = {
  ...authorityOptions,
  days: { value: 'N', help: 'days of validity (90; for a CA 1825)' },
  profile: {
    value: 'PROFILE',
    choices: profiles,
    help: 'server (default), client, server+client, smime, codesign, ocsp, ca',
  },
  san: { short: 'a', value: 'NAME', repeatable: true, help: "alternative name, in place of the request's" },
  'path-length': { value: 'N', help: 'how many CAs may follow below (profile ca)' },
  'crl-url': { value: 'URL', repeatable: true, help: 'where the CRL is' },
  'ocsp-url': { value: 'URL', repeatable: true, help: 'where OCSP answers' },
  'issuer-url': { value: 'URL', repeatable: true, help: "where the CA's certificate is" },
  chain: { help: "write the CA's certificate after each" },
  der: { help: 'write the certificate in DER, not PEM: of one request' },
  ...signingOptions("the CA's key"),
  'allow-weak': {
    value: 'NAME',
    choices: weaknessNames,
    repeatable: true,
    help: `take requests with ${weaknessNames.join(', ')}`,
  },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-sign',
  summary: 'issue certificates for requests with a local CA',
  input: 'requests',
  synopsis: ['--ca FILE [--ca-key KEY] [--days N] [--profile PROFILE] [--chain] [-o FILE] [FILE]...'],
  options,
  run,
});

type CsrSign = Call<typeof options>;

async function run(call: CsrSign): Promise<void> {
  const { values, operands, output, report, stdin } = call;
  const settings = issueOptions(call);
  const allowed = new Set(values['allow-weak'].map((text) => oneOf('--allow-weak', text, weaknessNames)));
  onlyOne(values, ['der', 'chain']);
  // Claimed before anything is read: two who want standard input are told at once.
  const secrets = new Secrets(values, stdin);
  const caSources = authoritySources(values, stdin, 'the certificate that issues');
  const sources = sourcesOf(operands, stdin);
  const maxSize = parseSize(values['max-size']);
  const { checkPossession, issue } = await import('../make/issue.js');
  const { refuseUntrusted } = await import('./csr-sign/refuse-untrusted.js');
  const choice = signingChoice(values);
  const ca = await readAuthority(caSources, { task: 'certificates', choice, secrets, maxSize, now: call.now, report });
  const chain = values.chain ? encodePem('CERTIFICATE', ca.certificate.der) : '';
  let issued = 0;
  for (const source of sources) {
    let index = 0;
    for await (const { request, content } of requestsOf(source, { maxSize }, report)) {
      const name = `request ${++index} at ${content.place}`;
      try {
        refuseWeak(request, allowed);
        checkPossession(request);
        const small = smallKeyWarning(request);
        if (small !== undefined) report.warning(source.name, `${name}: ${small}`);
        const { der, notices } = issue(ca, request, settings);
        refuseUntrusted(der, ca.certificate, call.now);
        for (const notice of notices) report.notice(source.name, `${name}: ${notice}`);
        if (values.der && issued > 0) throw severalInDer();
        output.write(values.der ? der : encodePem('CERTIFICATE', der) + chain);
        issued++;
      } catch (error) {
        if (!isPkiError(error)) throw error;
        report.error(source.name, new PkiError(error.code, `${name}: ${error.message}`, error));
      }
    }
  }
  if (issued > 0) output.commit();
}

const severalInDer = () =>
  new UsageError('--der has room for one certificate, and there is another request', 'without it they are PEM');

function issueOptions({ values, now, report }: CsrSign): IssueOptions {
  const profile = oneOf('--profile', values.profile, profiles) ?? 'server';
  const days = values.days === undefined ? (profile === 'ca' ? 1825 : 90) : parseDays('--days', values.days);
  if (days > 825 && profile.startsWith('server')) {
    report.warning(undefined, `--days ${days}: clients refuse server certificates over 825 days`);
  }
  const pathLength = parsePathLength(values['path-length']);
  if (pathLength !== undefined && profile !== 'ca') throw new UsageError('--path-length is for profile ca');
  return {
    profile,
    days,
    now,
    altNames: values.san.length === 0 ? undefined : values.san.map(parseAltName),
    pathLength,
    crlUrls: values['crl-url'].map((url) => checkedUrl('--crl-url', url)),
    ocspUrls: values['ocsp-url'].map((url) => checkedUrl('--ocsp-url', url)),
    issuerUrls: values['issuer-url'].map((url) => checkedUrl('--issuer-url', url)),
  };
}

/** @throws {PkiError} status 1: the request is weak in a way that was not allowed */
function refuseWeak(request: CertificationRequest, allowed: ReadonlySet<WeaknessName>): void {
  const weakness = weaknessesOf(request).find(({ name }) => !allowed.has(name));
  if (weakness === undefined) return;
  const hint = `no CA may certify this; --allow-weak ${weakness.name} takes it all the same`;
  throw new PkiError('REQUEST_WEAK', weakness.message, { status: 1, hint });
}
