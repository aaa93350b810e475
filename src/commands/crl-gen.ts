import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { signingChoice, signingOptions } from '../cli/signing.js';
import { parseDuration } from '../cli/time.js';
import { UsageError } from '../errors.js';
import { parseSize, type Source, sourceOf, sourcesOf } from '../input/source.js';
import { distributionPoint, makeCrl } from '../make/crl.js';
import { RevocationTable } from '../make/revocation-table.js';
import { encodePemPieces } from '../pem/encode.js';
import { listedReasons, parseReason } from '../spec/revocation-reason.js';
import { isoText } from '../text/iso-time.js';
import type { Certificate } from '../x509/certificate.js';
import type { Crl } from '../x509/crl.js';
import { subjectText } from '../x509/display-name.js';
import { ExtensionOid } from '../x509/extension.js';
import { serialHex } from '../x509/serial.js';
import type { Asked } from './crl-gen/asked.js';
import { deltaEntries } from './crl-gen/delta.js';
import { numberOf, readOldList } from './crl-gen/old-list.js';
import { HOLD, Register } from './crl-gen/register.js';
import { certificatesOf, revocationsIn } from './crl-gen/revocations.js';
import { checkedUrl } from './local-ca/checked-url.js';
import { authorityOptions, authoritySources, readAuthority } from './local-ca/read-authority.js';

const options = {
  ...authorityOptions,
  from: { value: 'OLD.crl', help: 'go on from this list: its entries, and the number after its' },
  reason: { value: 'REASON', choices: listedReasons, help: 'why the certificates are revoked' },
  hold: { help: 'suspend the certificates: certificateHold' },
  release: { value: 'CERT', repeatable: true, help: 'take a suspended certificate off the list' },
  'hold-limit': { value: 'DURATION', help: 'revoke what is suspended for longer, for example 5d' },
  next: { value: 'DURATION', help: 'the next list comes within this time (7d)' },
  delta: { value: 'BASE.crl', help: 'write what has changed since this list' },
  'crl-url': { value: 'URL', repeatable: true, help: 'where the list is: only for certificates that name this place' },
  der: { help: 'write DER, as servers offer lists' },
  ...signingOptions("the CA's key"),
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'crl-gen',
  summary: 'make the revocation list of a local CA',
  input: 'certificates to revoke, or lines with their serial numbers,',
  synopsis: [
    '--ca FILE [--ca-key KEY] [--from OLD.crl] [--reason REASON | --hold] [--release CERT]... [OPTION]... [FILE]...',
  ],
  options,
  notes: ['A FILE holds certificates of the CA, or lines: SERIAL [TIME [REASON]].'],
  run,
});

type CrlGen = Call<typeof options>;

const DAY = 86_400_000;

async function run(call: CrlGen): Promise<void> {
  const { values, operands, output, report, stdin, now } = call;
  onlyOne(values, ['reason', 'hold']);
  const reason = values.hold ? HOLD : values.reason === undefined ? null : parseReason('--reason', values.reason);
  const limit = values['hold-limit'] === undefined ? undefined : parseDuration('--hold-limit', values['hold-limit']);
  const period = values.next === undefined ? 7 * DAY : parseDuration('--next', values.next);
  if (period === 0) throw new UsageError('--next: a list is in force for some time');
  const urls = values['crl-url'].map((url) => checkedUrl('--crl-url', url));
  const choice = signingChoice(values);
  const maxSize = parseSize(values['max-size']);
  // Claimed before anything is read: two who want standard input are told at once.
  const secrets = new Secrets(values, stdin);
  const reading = { maxSize, passphrases: secrets.input };
  const caSources = authoritySources(values, stdin, 'the certificate that signs the list');
  const optional = (file: string | undefined, option: string): Source | undefined =>
    file === undefined ? undefined : sourceOf(file, stdin, `--${option} -`);
  const fromSource = optional(values.from, 'from');
  const baseSource = optional(values.delta, 'delta');
  const releaseSources = values.release.map((file) => sourceOf(file, stdin, '--release -'));
  const hasOther = fromSource !== undefined || baseSource !== undefined || releaseSources.length > 0;
  const sources = operands.length === 0 && hasOther ? [] : sourcesOf(operands, stdin);

  const ca = await readAuthority(caSources, { task: 'revocation lists', choice, secrets, maxSize, now, report });
  const base = baseSource && (await readOldList(baseSource, ca.certificate, reading));
  const from = fromSource && (await readOldList(fromSource, ca.certificate, reading));
  const at = Math.floor(now.getTime() / 1000) * 1000;
  const table = from?.entries ?? base?.entries.copy() ?? new RevocationTable();
  const register = new Register(table);
  for (const { serial, time } of limit === undefined ? [] : register.endSuspensions(at - limit)) {
    const since = time === null ? '' : ` since ${isoText(time)}`;
    report.notice(values.from, `serial ${serial} was suspended${since}: it is revoked`);
  }
  await each(call, releaseSources, async (source) => {
    for (const certificate of await certificatesOf(source, ca.certificate, reading)) {
      register.release(certificate.serialBytes, subjectText(certificate));
    }
  });
  await each(call, sources, async (source) => {
    for await (const piece of revocationsIn(source, { ca: ca.certificate, time: at, reason, reading })) {
      for (const asked of piece) take(call, source, register, asked, at - period);
    }
  });
  if (report.status !== 0) return;

  const pieces = makeCrl(
    {
      thisUpdate: at,
      nextUpdate: at + period,
      number: nextNumber([from?.crl, base?.crl]),
      baseNumber: base && numberOf(base.crl),
      scope:
        urls.length > 0
          ? distributionPoint(urls)
          : (from ?? base)?.crl.extension(ExtensionOid.issuingDistributionPoint)?.value,
      entries: base === undefined ? table : deltaEntries(table, base.entries, at),
    },
    ca,
  );
  for (const piece of values.der ? pieces : encodePemPieces('X509 CRL', pieces)) output.write(piece);
  output.commit();
}

/** Does something with every source; what fails is said, and the rest goes on. */
async function each({ report }: CrlGen, sources: readonly Source[], work: (source: Source) => Promise<void>) {
  for (const source of sources) {
    try {
      await work(source);
    } catch (error) {
      report.error(source.name, error);
    }
  }
}

/**
 * Enters what is asked for. A certificate that has expired longer ago than lists are in force, and was listed since, need
 * not be any more (RFC 5280 3.3).
 *
 * @param longAgo such a time
 */
function take({ report }: CrlGen, { name }: Source, register: Register, asked: Asked, longAgo: number): void {
  const { serial, certificate } = asked;
  const what = () => (certificate === undefined ? `serial ${serialHex(serial)}` : subjectText(certificate));
  if (hasExpired(certificate, longAgo) && register.find(serial) !== undefined) {
    register.drop(serial);
    report.notice(name, `${what()} has expired and was listed: it is left out`);
    return;
  }
  const before = register.revoke(asked, what);
  if (before === 'revoked') report.notice(name, `${what()} is revoked already`);
  if (before === 'suspended' && asked.reason === HOLD) report.notice(name, `${what()} is suspended already`);
}

const hasExpired = (certificate: Certificate | undefined, time: number): boolean =>
  certificate?.expiry != null && certificate.expiry < time;

const nextNumber = (lists: readonly (Crl | undefined)[]): bigint =>
  lists.reduce((highest, crl) => (crl !== undefined && numberOf(crl) > highest ? numberOf(crl) : highest), 0n) + 1n;
