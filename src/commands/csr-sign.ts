import { type Call, defineCommand } from '../cli/command.js';
import { type Source, sourceOf, sourcesOf } from '../cli/input.js';
import { keyAmong, readKey } from '../cli/key-input.js';
import { contents, type InputObject, readObjects, readSoundObjects } from '../cli/objects.js';
import { type OptionTable, UsageError } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDays } from '../cli/time.js';
import { isPkiError, PkiError } from '../errors.js';
import { encodePem } from '../pem/encode.js';
import { parseAltName } from '../pki/alt-name.js';
import type { Authority, IssueOptions, IssueProfile } from '../pki/issue.js';
import { belongsTogether } from '../pki/match.js';
import type { PrivateKey } from '../pki/private-key.js';
import { parseHash } from '../pki/signature.js';
import { Certificate } from '../x509/certificate.js';
import { kindOf } from '../x509/kind.js';
import { CertificationRequest } from '../x509/request.js';

const options = {
  ca: { value: 'FILE', help: "the CA's certificate; the file may hold its key too" },
  'ca-key': { value: 'FILE', help: "the CA's private key, in any form" },
  days: { value: 'N', help: 'days of validity (90; for a CA 1825)' },
  profile: { value: 'PROFILE', help: 'server (default), client, server+client or ca' },
  san: { short: 'a', value: 'NAME', repeatable: true, help: "alternative name, in place of the request's" },
  'path-length': { value: 'N', help: 'how many CAs may follow below (profile ca)' },
  'crl-url': { value: 'URL', repeatable: true, help: 'where the CRL is' },
  'ocsp-url': { value: 'URL', repeatable: true, help: 'where OCSP answers' },
  'issuer-url': { value: 'URL', repeatable: true, help: "where the CA's certificate is" },
  chain: { help: "write the CA's certificate after each" },
  hash: { value: 'HASH', help: "sha256, sha384 or sha512 (default: by the CA's key)" },
  pss: { help: 'sign with RSASSA-PSS' },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-sign',
  summary: 'issue certificates for requests with a local CA',
  synopsis: ['--ca FILE [--ca-key KEY] [--days N] [--profile PROFILE] [--chain] [-o FILE] [FILE]...'],
  options,
  run,
});

type CsrSign = Call<typeof options>;

const profiles: readonly IssueProfile[] = ['server', 'client', 'server+client', 'ca'];

async function run(call: CsrSign): Promise<void> {
  const { values, operands, output, report, stdin } = call;
  const settings = issueOptions(call);
  const secrets = new Secrets(values, stdin);
  const ca = await readAuthority(call, secrets);
  if (report.status !== 0) return;
  const { checkPossession, issue } = await import('../pki/issue.js');
  const chain = values.chain ? encodePem('CERTIFICATE', ca.certificate.der) : '';
  for (const source of sourcesOf(operands, stdin)) {
    for await (const request of requestsIn(source, call)) {
      try {
        checkPossession(request.request);
        const { der, notices } = issue(ca, request.request, settings);
        for (const notice of notices) report.notice(source.name, `${request.name}: ${notice}`);
        output.write(encodePem('CERTIFICATE', der) + chain);
      } catch (error) {
        if (!isPkiError(error)) throw error;
        report.error(source.name, new PkiError(error.code, `${request.name}: ${error.message}`, error));
      }
    }
  }
  output.commit();
}

function issueOptions({ values, now, report }: CsrSign): IssueOptions {
  const profile = values.profile ?? 'server';
  if (!isProfile(profile)) throw new UsageError(`--profile: ${profile} is none of ${profiles.join(', ')}`);
  const days = values.days === undefined ? (profile === 'ca' ? 1825 : 90) : parseDays('--days', values.days);
  if (days > 825 && profile.startsWith('server')) {
    report.warning(undefined, `--days ${days}: clients refuse server certificates over 825 days`);
  }
  const pathLength = values['path-length'];
  if (pathLength !== undefined && (profile !== 'ca' || !/^\d{1,2}$/.test(pathLength))) {
    throw new UsageError(
      profile === 'ca'
        ? `--path-length: ${pathLength} is not a number from 0 to 99`
        : '--path-length is for profile ca',
    );
  }
  return {
    profile,
    days,
    now,
    altNames: values.san.length === 0 ? undefined : values.san.map(parseAltName),
    pathLength: pathLength === undefined ? undefined : Number(pathLength),
    crlUrls: values['crl-url'].map((url) => checkedUrl('--crl-url', url)),
    ocspUrls: values['ocsp-url'].map((url) => checkedUrl('--ocsp-url', url)),
    issuerUrls: values['issuer-url'].map((url) => checkedUrl('--issuer-url', url)),
  };
}

const isProfile = (text: string): text is IssueProfile => profiles.some((each) => each === text);

function checkedUrl(option: string, url: string): string {
  if (/^(https?|ldap):\/\/[!-~]+$/i.test(url)) return url;
  throw new UsageError(`${option}: ${url} is not a URL`, 'for example http://ca.valami.hu/ca.crl');
}

async function readAuthority(call: CsrSign, secrets: Secrets): Promise<Authority> {
  const { values, stdin, now } = call;
  const file = values.ca;
  if (file === undefined) throw new UsageError('--ca FILE is needed: the certificate that issues');
  const objects = await readSoundObjects(sourceOf(file, stdin, '--ca -'));
  const certificates = objects
    .filter(({ label, pemKind, der }) => (label === undefined ? kindOf(der) : pemKind) === 'certificate')
    .map(({ der }) => new Certificate(der));
  if (certificates.length === 0) {
    throw new PkiError('CA_INPUT', `no certificate in it, ${contents(objects)}`, { source: file });
  }
  const key = await caKey(call, objects, secrets);
  const certificate = certificates.find((each) => belongsTogether(key.key, each.elements.publicKey.encoding()));
  if (certificate === undefined) {
    const source = values['ca-key'] ?? file;
    throw new PkiError('CA_UNFIT', `the key in ${source} does not belong to the certificate in ${file}`, { status: 1 });
  }
  const { authority } = await import('../pki/issue.js');
  return authority(certificate, key.key, { hash: parseHash(values.hash), pss: values.pss }, now);
}

async function caKey(
  { values, stdin }: CsrSign,
  objects: readonly InputObject[],
  secrets: Secrets,
): Promise<PrivateKey> {
  if (values['ca-key'] !== undefined) return readKey(sourceOf(values['ca-key'], stdin, '--ca-key -'), secrets);
  const key = await keyAmong(objects, values.ca ?? '', secrets);
  if (key === undefined) throw new UsageError(`${values.ca} holds no private key`, "give the CA's key with --ca-key");
  return key;
}

interface NamedRequest {
  /** `request 2 at line 30`. */
  readonly name: string;
  readonly request: CertificationRequest;
}

/** The requests in a source; what is none is said, and the rest goes on. */
async function* requestsIn(source: Source, { report }: CsrSign): AsyncGenerator<NamedRequest, void> {
  let index = 0;
  try {
    for await (const item of readObjects(source, {})) {
      if (item.kind === 'fault') {
        report.fault(source.name, item.message, item.hint);
        continue;
      }
      index++;
      const kind = item.label === undefined ? kindOf(item.der) : item.pemKind;
      if (kind !== 'request') {
        report.fault(
          source.name,
          `${item.place}: expected a certificate request, found ${item.label ?? kind ?? 'something else'}`,
        );
        continue;
      }
      const name = `request ${index} at ${item.place}`;
      try {
        yield { name, request: new CertificationRequest(item.der) };
      } catch (error) {
        if (!isPkiError(error)) throw error;
        report.fault(source.name, `${name}: ${error.message}`, error.hint);
      }
    }
  } catch (error) {
    report.error(source.name, error);
  }
}
