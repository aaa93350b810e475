import { type Call, defineCommand } from '../cli/command.js';
import { warnIfExposed } from '../cli/exposed-key.js';
import type { OptionTable } from '../cli/options.js';
import type { Report } from '../cli/report.js';
import { passin, Secrets } from '../cli/secrets.js';
import { parseDays } from '../cli/time.js';
import { belongsTogether } from '../crypto/key-pair.js';
import { parseHash } from '../crypto/signature.js';
import { isPkiError, PkiError, UsageError } from '../errors.js';
import type { InputObject } from '../input/item.js';
import { contents, readObjects, readSoundObjects } from '../input/objects.js';
import { keyAmong, readKey } from '../input/private-key.js';
import { parseSize, type Source, sourceOf, sourcesOf } from '../input/source.js';
import type { Authority, IssueOptions, IssueProfile } from '../make/issue.js';
import { encodePem } from '../pem/encode.js';
import { opened } from '../show/opened.js';
import { parseAltName } from '../spec/alt-name.js';
import { Certificate } from '../x509/certificate.js';
import { kindOf } from '../x509/kind.js';
import { readLeniently } from '../x509/lenient.js';
import { CertificationRequest } from '../x509/request.js';

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
  hash: {
    value: 'HASH',
    choices: ['sha256', 'sha384', 'sha512'],
    help: "sha256, sha384 or sha512 (default: by the CA's key)",
  },
  pss: { help: 'sign with RSASSA-PSS' },
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
  const file = values.ca;
  if (file === undefined) throw new UsageError('--ca FILE is needed: the certificate that issues');
  // Claimed before anything is read: two who want standard input are told at once.
  const secrets = new Secrets(values, stdin);
  const caSource = sourceOf(file, stdin, '--ca -');
  const keySource = values['ca-key'] === undefined ? undefined : sourceOf(values['ca-key'], stdin, '--ca-key -');
  const sources = sourcesOf(operands, stdin);
  const { checkPossession, issue } = await import('../make/issue.js');
  const ca = await readAuthority(call, caSource, keySource, secrets);
  const chain = values.chain ? encodePem('CERTIFICATE', ca.certificate.der) : '';
  let issued = 0;
  for (const source of sources) {
    for await (const { name, request } of requestsIn(source, call)) {
      try {
        checkPossession(request);
        const { der, notices } = issue(ca, request, settings);
        for (const notice of notices) report.notice(source.name, `${name}: ${notice}`);
        output.write(encodePem('CERTIFICATE', der) + chain);
        issued++;
      } catch (error) {
        if (!isPkiError(error)) throw error;
        report.error(source.name, new PkiError(error.code, `${name}: ${error.message}`, error));
      }
    }
  }
  if (issued > 0) output.commit();
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

/** The CA's certificate and key: the certificate is the one in its file that the key belongs to. */
async function readAuthority(
  { values, now, report }: CsrSign,
  source: Source,
  keySource: Source | undefined,
  secrets: Secrets,
): Promise<Authority> {
  const options = { maxSize: parseSize(values['max-size']) };
  const objects = await opened(await readSoundObjects(source, options), secrets.input, source.name);
  const certificates = await Promise.all(
    objects
      .filter(({ label, pemKind, der }) => isCertificate(label === undefined ? kindOf(der) : pemKind))
      .map(({ der }) => readLeniently(der, (bytes) => new Certificate(bytes))),
  );
  if (certificates.length === 0) {
    throw new PkiError('CA_INPUT', `no certificate in it, ${contents(objects)}`, { source: source.name });
  }
  const key =
    keySource === undefined
      ? await keyAmong(objects, source.name, secrets)
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

const isCertificate = (kind: string | undefined): boolean => kind === 'certificate' || kind === 'trusted_certificate';

interface NamedRequest {
  /** `request 2 at line 30`. */
  readonly name: string;
  readonly request: CertificationRequest;
}

/** The requests in a source; what is none is said, and the rest goes on. */
async function* requestsIn(source: Source, { report, values }: CsrSign): AsyncGenerator<NamedRequest, void> {
  let index = 0;
  try {
    for await (const item of readObjects(source, { maxSize: parseSize(values['max-size']) })) {
      if (item.kind === 'fault') {
        report.fault(source.name, item.message, item.hint);
        continue;
      }
      const name = `request ${++index} at ${item.place}`;
      const request = await readRequest(item, name, source, report);
      if (request !== undefined) yield { name, request };
    }
  } catch (error) {
    report.error(source.name, error);
  }
}

async function readRequest(
  { label, pemKind, der, place }: InputObject,
  name: string,
  source: Source,
  report: Report,
): Promise<CertificationRequest | undefined> {
  const kind = label === undefined ? kindOf(der) : pemKind;
  if (kind !== 'request') {
    report.fault(source.name, `${place}: expected a certificate request, found ${label ?? kind ?? 'something else'}`);
    return undefined;
  }
  try {
    return await readLeniently(der, (bytes) => new CertificationRequest(bytes));
  } catch (error) {
    if (!isPkiError(error)) throw error;
    report.fault(source.name, `${name}: ${error.message}`, error.hint);
    return undefined;
  }
}
