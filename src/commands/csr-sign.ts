import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { warnIfExposed } from '../cli/exposed-key.js';
import { parsePathLength } from '../cli/number.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDays } from '../cli/time.js';
import { belongsTogether } from '../crypto/key-pair.js';
import { parseHash } from '../crypto/signature.js';
import { signingHashes } from '../crypto/signature-algorithm.js';
import { isPkiError, PkiError, UsageError } from '../errors.js';
import { soundContentsOf } from '../input/contents.js';
import { nothingWanted } from '../input/expected.js';
import { keyAmong, readKey } from '../input/private-key.js';
import { requestsOf } from '../input/requests.js';
import { parseSize, type Source, sourceOf, sourcesOf } from '../input/source.js';
import type { Authority, IssueOptions, IssueProfile } from '../make/issue.js';
import { smallKeyWarning, type WeaknessName, weaknessesOf, weaknessNames } from '../make/weakness.js';
import { encodePem } from '../pem/encode.js';
import { parseAltName } from '../spec/alt-name.js';
import type { CertificationRequest } from '../x509/request.js';

const profiles: readonly IssueProfile[] = ['server', 'client', 'server+client', 'ca'];

const options = {
  ca: { value: 'FILE', help: "the CA's certificate; the file may hold its key too" },
  'ca-key': { value: 'FILE', help: "the CA's private key, in any form" },
  days: { value: 'N', help: 'days of validity (90; for a CA 1825)' },
  profile: { value: 'PROFILE', choices: profiles, help: 'server (default), client, server+client or ca' },
  san: { short: 'a', value: 'NAME', repeatable: true, help: "alternative name, in place of the request's" },
  'path-length': { value: 'N', help: 'how many CAs may follow below (profile ca)' },
  'crl-url': { value: 'URL', repeatable: true, help: 'where the CRL is' },
  'ocsp-url': { value: 'URL', repeatable: true, help: 'where OCSP answers' },
  'issuer-url': { value: 'URL', repeatable: true, help: "where the CA's certificate is" },
  chain: { help: "write the CA's certificate after each" },
  der: { help: 'write the certificate in DER, not PEM: of one request' },
  hash: {
    value: 'HASH',
    choices: signingHashes,
    help: "sha256, sha384 or sha512 (default: by the CA's key)",
  },
  pss: { help: 'sign with RSASSA-PSS' },
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
  const allowed = new Set(values['allow-weak'].map(parseWeakness));
  onlyOne(values, ['der', 'chain']);
  const file = values.ca;
  if (file === undefined) throw new UsageError('--ca FILE is needed: the certificate that issues');
  // Claimed before anything is read: two who want standard input are told at once.
  const secrets = new Secrets(values, stdin);
  const caSource = sourceOf(file, stdin, '--ca -');
  const keySource = values['ca-key'] === undefined ? undefined : sourceOf(values['ca-key'], stdin, '--ca-key -');
  const sources = sourcesOf(operands, stdin);
  const maxSize = parseSize(values['max-size']);
  const { checkPossession, issue } = await import('../make/issue.js');
  const { refuseUntrusted } = await import('./csr-sign/refuse-untrusted.js');
  const ca = await readAuthority(call, caSource, keySource, secrets);
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
  const profile = values.profile ?? 'server';
  if (!isProfile(profile)) throw new UsageError(`--profile: ${profile} is none of ${profiles.join(', ')}`);
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

function parseWeakness(text: string): WeaknessName {
  const name = weaknessNames.find((each) => each === text);
  if (name === undefined) throw new UsageError(`--allow-weak: ${text} is none of ${weaknessNames.join(', ')}`);
  return name;
}

/** @throws {PkiError} status 1: the request is weak in a way that was not allowed */
function refuseWeak(request: CertificationRequest, allowed: ReadonlySet<WeaknessName>): void {
  const weakness = weaknessesOf(request).find(({ name }) => !allowed.has(name));
  if (weakness === undefined) return;
  const hint = `no CA may certify this; --allow-weak ${weakness.name} takes it all the same`;
  throw new PkiError('REQUEST_WEAK', weakness.message, { status: 1, hint });
}

const isProfile = (text: string): text is IssueProfile => profiles.some((each) => each === text);

function checkedUrl(option: string, url: string): string {
  if (/^(https?|ldap):\/\/[!-~]+$/i.test(url)) return url;
  throw new UsageError(`${option}: ${url} is not a URL`, 'for example http://ca.valami.hu/ca.crl');
}

/** The CA's certificate and key: the certificate is the one in its file that the key belongs to. */
async function readAuthority(
  { values, now, report }: CsrSign,
  source: Source,
  keySource: Source | undefined,
  secrets: Secrets,
): Promise<Authority> {
  const options = { maxSize: parseSize(values['max-size']) };
  const contents = await soundContentsOf(source, { ...options, passphrases: secrets.input });
  const certificates = contents.flatMap(({ object }) => (object.type === 'certificate' ? [object.view] : []));
  if (certificates.length === 0) throw nothingWanted('a certificate', contents, source.name);
  const key =
    keySource === undefined
      ? await keyAmong(contents, source.name, secrets)
      : await readKey(keySource, secrets, options);
  if (key === undefined) throw new UsageError(`${source.name} holds no private key`, "give the CA's key with --ca-key");
  warnIfExposed(report, (keySource ?? source).name, key);
  const certificate = certificates.find((each) => belongsTogether(key.key, each.elements.publicKey.encoding()));
  if (certificate === undefined) {
    const message = `the key in ${(keySource ?? source).name} does not belong to the certificate in ${source.name}`;
    throw new PkiError('CA_UNFIT', message, { status: 1 });
  }
  const { authority } = await import('../make/issue.js');
  return authority(certificate, key.key, { hash: parseHash(values.hash), pss: values.pss }, now);
}
