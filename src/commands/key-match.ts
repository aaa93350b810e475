import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { differInPss } from '../crypto/key-pair.js';
import { parseSize, sourcesOf } from '../input/source.js';
import { jsonOf } from '../text/json.js';
import { printable } from '../text/printable.js';
import { addTo } from '../trust/name-index.js';
import { fingerprint } from '../x509/fingerprint.js';
import { type Keyed, keyedObjects } from './key-match/keyed.js';

const options = {
  json: { help: 'one JSON object a line, for every public key' },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'key-match',
  summary: 'tell which keys, certificates and requests belong together',
  input: 'keys, certificates and requests',
  synopsis: ['[--json] [FILE]...'],
  options,
  notes: ['What has the same public key belongs together. A line a pair; exit status 1 when something has no partner.'],
  run,
});

async function run(call: Call<typeof options>): Promise<void> {
  const { values, operands, stdin, report, output } = call;
  const secrets = new Secrets(values, stdin);
  const sources = sourcesOf(operands, stdin);
  const gathering = { maxSize: parseSize(values['max-size']), passphrases: secrets.input };
  const groups = new Map<string, Keyed[]>();
  for await (const object of keyedObjects(sources, gathering, report)) {
    addTo(groups, object.identity, object);
  }
  if (groups.size === 0 && report.status === 0) report.fault(undefined, 'no key, certificate or request in it');
  for (const group of groups.values()) {
    if (!values.quiet) output.write(values.json ? `${jsonOf(groupProperties(group))}\n` : pairs(group));
    judge(group, call);
  }
  output.commit();
}

/** The private key, which all others belong to, or without one the first. */
const anchorOf = (group: readonly Keyed[]): Keyed | undefined =>
  group.find(({ type }) => type === 'private_key') ?? group[0];

/** A line for each of the others. */
function pairs(group: readonly Keyed[]): string {
  const anchor = anchorOf(group);
  if (anchor === undefined) return '';
  return group
    .filter((each) => each !== anchor)
    .map((each) => `${printable(`${textOf(anchor)} = ${textOf(each)}`)}\n`)
    .join('');
}

const textOf = ({ source, place, what }: Keyed): string => `${source}: ${place}: ${what}`;

function groupProperties(group: readonly Keyed[]) {
  const objects = group.map(({ type, source, place, name }) => ({ type, source, place, name }));
  const [first] = group;
  return {
    type: 'key_match',
    spki_sha256: first === undefined ? null : fingerprint('sha256', first.spki),
    matched: group.length > 1,
    objects,
  };
}

/** Says what is alone, and what belongs together and yet does not work together. */
function judge(group: readonly Keyed[], { report }: Call<typeof options>): void {
  const anchor = anchorOf(group);
  if (anchor === undefined) return;
  if (group.length === 1) report.refusal(anchor.source, `${anchor.place}: this ${anchor.what} has no partner`);
  for (const { source, place, what, spki } of group) {
    if (!differInPss(anchor.spki, spki)) continue;
    const message = `${place}: this ${what} and ${textOf(anchor)} have one key, of which one says RSASSA-PSS`;
    report.warning(source, message, 'servers built on OpenSSL refuse such a pair: key values mismatch');
  }
}
