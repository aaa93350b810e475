import { oneOf } from '../cli/choice.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { UsageError } from '../errors.js';
import { atPlace } from '../input/at-place.js';
import { parseSize, sourcesOf } from '../input/source.js';
import { jsonOf } from '../text/json.js';
import { filterWords, parseFilter } from './pem-split/filter.js';
import { fileNames, namings } from './pem-split/names.js';
import { parseOrder, sortOrders } from './pem-split/sort.js';
import { derOf, pemOf, type SplitObject, splitObjects, withoutRepeats } from './pem-split/split-object.js';
import { folderOf, writeFiles } from './pem-split/write.js';

const options = {
  prefix: { value: 'PREFIX', help: 'write a file an object, named PREFIX and its name' },
  name: { value: 'HOW', choices: namings, help: 'name files by cn (default), fingerprint or index' },
  filter: { value: 'WORD,...', choices: filterWords, help: 'only these: valid, expired, ca, leaf, key, ...' },
  sort: { value: 'ORDER', choices: sortOrders, help: 'by expiry, or by chain: key, leaf, issuers' },
  unique: { help: 'with --prefix: write what comes again only once' },
  der: { help: 'write DER in place of PEM' },
  json: { help: 'one JSON object a line for every object, with its file' },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'pem-split',
  summary: 'take a bundle apart: a file an object, or a stream of the ones that are wanted',
  input: 'certificates, requests, revocation lists or keys',
  synopsis: [
    '--prefix PREFIX [--name HOW] [--filter WORD,...] [--sort ORDER] [--unique] [--der] [--json] [FILE]...',
    '[--filter WORD,...] [--sort ORDER] [--der | --json] [-o FILE] [FILE]...',
  ],
  options,
  notes: ['Without --prefix the objects go to standard output, once each.'],
  run,
});

async function run(call: Call<typeof options>): Promise<void> {
  const { values, operands, stdin, report, output, now } = call;
  checkOptions(call);
  const isWanted = parseFilter(values.filter, now.getTime());
  const sorted = parseOrder(values.sort, now);
  const naming = oneOf('--name', values.name, namings) ?? 'cn';
  const folder = values.prefix === undefined ? undefined : folderOf(values.prefix);
  const secrets = new Secrets(values, stdin);
  const sources = sourcesOf(operands, stdin);
  const gathering = { maxSize: parseSize(values['max-size']), passphrases: secrets.input };

  const all: SplitObject[] = [];
  for await (const part of splitObjects(sources, gathering, report)) all.push(part);
  const isUnique = values.unique || folder === undefined;
  const passes = (part: SplitObject): boolean => {
    try {
      return atPlace(part.source, part.place, () => isWanted(part));
    } catch (error) {
      report.error(part.source, error);
      return false;
    }
  };
  const wanted = sorted((isUnique ? withoutRepeats(all) : all).filter(passes));
  if (wanted.length === 0) {
    if (report.status === 0)
      report.refusal(undefined, all.length === 0 ? 'nothing to split' : 'nothing passes --filter');
    return;
  }
  const encoded = values.der ? derOf : pemOf;
  const names =
    folder === undefined
      ? undefined
      : fileNames(wanted, all, { naming, asDer: values.der }).map((name) => folder + name);
  if (names !== undefined) {
    const files = wanted.map((part, i) => ({ part, path: names[i] ?? '', data: encoded(part) }));
    await writeFiles(files, { force: values.force, now, report });
  } else if (!values.json) {
    const keys = wanted.filter(({ isPrivate }) => isPrivate);
    if (keys.length > 0) output.holdsPrivateKeys(keys.flatMap(({ identity }) => identity ?? []));
    for (const part of wanted) output.write(encoded(part));
  }
  if (values.json && !values.quiet) {
    for (const [i, part] of wanted.entries()) output.write(`${jsonOf(jsonOfObject(part, names?.[i]))}\n`);
  }
  output.commit();
}

/** @throws {UsageError} options that say nothing together */
function checkOptions({ values }: Call<typeof options>): void {
  if (!values.json) onlyOne(values, ['prefix', 'output']);
  if (values.prefix === '') throw new UsageError('--prefix needs the beginning of file names', 'for this folder: ./');
  if (values.prefix !== undefined) return;
  onlyOne(values, ['der', 'json']);
  for (const name of ['name', 'unique'] as const) {
    if (values[name]) throw new UsageError(`--${name} needs --prefix`);
  }
}

const jsonOfObject = ({ type, name, sha256, source, place }: SplitObject, file: string | undefined) => ({
  type: 'split',
  file: file ?? null,
  object: type,
  name: name ?? null,
  sha256: sha256 ?? null,
  source,
  place,
});
