import { existsSync } from 'node:fs';
import type { Call } from '../../cli/command.js';
import { warnIfExposed } from '../../cli/exposed-key.js';
import type { OptionTable } from '../../cli/options.js';
import { Secrets } from '../../cli/secrets.js';
import { PkiError, UsageError } from '../../errors.js';
import { readKey } from '../../input/private-key.js';
import { parseSize, type Source, sourceOf } from '../../input/source.js';
import { readText } from '../../input/text.js';
import { parseDnsPattern } from '../../names/host-name.js';
import { nameOracle } from '../../rules/dns-name.js';
import type { Criteria } from '../../rules/examined-request.js';
import { ruleIds } from '../../rules/judge.js';
import { builtInProfiles, type Profile, profiles } from '../../rules/profile.js';
import { formatIpAddress, parseIpAddress } from '../../text/ip-address.js';
import { nearestHint } from '../../text/nearest.js';

interface CriteriaValues {
  readonly profile: string | undefined;
  readonly expect: readonly string[];
  readonly key: string | undefined;
  readonly passin: readonly string[];
  readonly renews: string | undefined;
  readonly blocklist: string | undefined;
  readonly 'known-keys': string | undefined;
  readonly 'max-size': string | undefined;
}

/** The criteria every request is judged by, from the options: everything they name is read here, before the requests are. */
export async function criteriaOf(
  values: CriteriaValues,
  { stdin, now, report }: Pick<Call<OptionTable>, 'stdin' | 'now' | 'report'>,
): Promise<Criteria> {
  const expected = values.expect.length === 0 ? undefined : values.expect.map(expectedName);
  const secrets = new Secrets(values, stdin);
  const keySource = values.key === undefined ? undefined : sourceOf(values.key, stdin, '--key -');
  const maxSize = parseSize(values['max-size']);
  const profile = await profileOf(values.profile ?? 'webpki');
  const key = keySource === undefined ? undefined : await readKey(keySource, secrets, { maxSize });
  if (key !== undefined) {
    warnIfExposed(report, values.key ?? '-', key);
    const { keyProblem } = await import('../../crypto/check-key.js');
    const problem = keyProblem(key);
    if (problem !== undefined) throw new PkiError('KEY_DAMAGED', problem, { source: values.key });
  }
  return {
    profile,
    now,
    oracle: await nameOracle(),
    expected,
    keySpki: key === undefined ? undefined : key.publicKeyInfo,
    renews:
      values.renews === undefined
        ? undefined
        : await renewedIn(sourceOf(values.renews, stdin, '--renews -'), secrets, maxSize),
    blocklist: values.blocklist === undefined ? undefined : await blocklistIn(values.blocklist),
    knownKeys:
      values['known-keys'] === undefined
        ? undefined
        : await knownKeysIn(sourceOf(values['known-keys'], stdin, '--known-keys -'), maxSize),
  };
}

/** A built-in profile by its name, or one in a file. */
async function profileOf(text: string): Promise<Profile> {
  const name = builtInProfiles.find((each) => each === text);
  if (name !== undefined) return profiles[name];
  if (!existsSync(text)) {
    const hint = nearestHint(text, builtInProfiles) ?? `${builtInProfiles.join(', ')}, or a file`;
    throw new UsageError(`--profile: ${text} is no profile and no file`, hint);
  }
  const { readProfileFile } = await import('./profile-file.js');
  return readProfileFile(text, ruleIds);
}

function expectedName(text: string): string {
  const octets = parseIpAddress(text);
  if (octets !== undefined) return formatIpAddress(octets) ?? text;
  const { name, problem, hint } = { hint: undefined, ...parseDnsPattern(text) };
  if (name === undefined) throw new UsageError(`--expect: ${text}: ${problem}`, hint);
  return name;
}

async function renewedIn(source: Source, secrets: Secrets, maxSize: number | undefined) {
  const { readRenewed } = await import('../../input/renewable.js');
  return readRenewed(source, { maxSize, passphrases: secrets.input });
}

async function blocklistIn(path: string) {
  const { readBlocklist } = await import('./blocklist.js');
  return readBlocklist(path);
}

/** A file of SHA-256 hashes of SubjectPublicKeyInfos, one a line; what follows the hash says where the key was seen. */
async function knownKeysIn(source: Source, maxSize: number | undefined): Promise<ReadonlyMap<string, string>> {
  const file = source.name;
  const keys = new Map<string, string>();
  const text = await readText(source, maxSize);
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const match = /^([0-9a-f]{64})(?:\s+(.*))?$/i.exec(line.trim());
    if (match?.[1] === undefined) {
      throw new PkiError('KNOWN_KEYS', `${file}: line ${index + 1}: not 64 hex digits`, {
        hint: 'cert-info --fingerprint=spki prints them',
      });
    }
    keys.set(match[1].toLowerCase(), match[2] ?? `${file}, line ${index + 1}`);
  }
  return keys;
}
