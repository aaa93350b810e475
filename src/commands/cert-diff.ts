import { paint, wantsColoredData } from '../cli/color.js';
import { type Call, defineCommand } from '../cli/command.js';
import type { OptionTable } from '../cli/options.js';
import { passin, Secrets } from '../cli/secrets.js';
import { UsageError } from '../errors.js';
import { parseSize, sourcesOf } from '../input/source.js';
import { jsonOf } from '../text/json.js';
import { fingerprint } from '../x509/fingerprint.js';
import { compared } from './cert-diff/compared.js';
import { readSide, type Side } from './cert-diff/side.js';
import { differenceText } from './cert-diff/text.js';

const options = {
  json: { help: 'one JSON object' },
  ...passin,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'cert-diff',
  summary: 'tell what changed between two certificates or requests',
  input: 'a certificate or a request',
  synopsis: ['[--json] OLD NEW'],
  options,
  notes: [
    'Of several certificates in a file the first that is no CA is compared. Exit status 0 same, 1 different; the ' +
      'signature is no difference, nor is what a request cannot say when one is compared with a certificate.',
  ],
  run,
});

async function run(call: Call<typeof options>): Promise<void> {
  const { values, operands, stdin, report, output } = call;
  const [old, next, ...more] = operands;
  if (old === undefined || next === undefined || more.length > 0) {
    throw new UsageError(`two files are compared, ${operands.length} given`, 'cert-diff OLD NEW; one of them may be -');
  }
  const secrets = new Secrets(values, stdin);
  const reading = { maxSize: parseSize(values['max-size']), passphrases: secrets.input };
  const sides: Side[] = [];
  for (const source of sourcesOf([old, next], stdin)) sides.push(await readSide(source, reading));
  const [before, after] = sides;
  if (before === undefined || after === undefined) return;
  const difference = compared(before, after);
  const isSame = difference.isSameKey && difference.changes.length === 0;
  if (!isSame) report.raise(1);
  if (!values.quiet) {
    if (values.json) {
      const { isSameKey, changes } = difference;
      const changed = changes.map(({ field, lost, added }) => ({ field, lost, added }));
      const json = {
        type: 'diff',
        same: isSame,
        same_key: isSameKey,
        old: sideProperties(before),
        new: sideProperties(after),
      };
      output.write(`${jsonOf({ ...json, changes: changed })}\n`);
    } else if (isSame) {
      report.notice(undefined, sameText(before, after));
    } else {
      output.write(differenceText(before, after, difference, paint(wantsColoredData(values))));
    }
  }
  output.commit();
}

function sameText(old: Side, next: Side): string {
  if (old.type !== next.type) return 'the certificate has all that the request asks for';
  return Buffer.compare(old.view.der, next.view.der) === 0 ? 'they are the same' : 'they differ in the signature only';
}

const sideProperties = ({ source, place, view, type, name }: Side) => ({
  type,
  source,
  place,
  name,
  sha256: fingerprint('sha256', view.der),
});
