import { oneOf } from '../../cli/choice.js';
import { wantsColoredData } from '../../cli/color.js';
import { MAX_PORT, parseNumber } from '../../cli/number.js';
import { UsageError } from '../../errors.js';
import { fingerprintKinds } from '../../show/lines.js';
import type { View } from '../../show/view.js';
import type { CertInfo } from './call.js';

/** How a call shows objects. @throws {UsageError} a value that is none, or --with-filename where no line is an object's */
export function chosenView({ values, now: date }: CertInfo): View {
  if (values['with-filename']) checkLines(values);
  const common = { now: date.getTime(), isColored: wantsColoredData(values), hasFilenames: values['with-filename'] };
  if (values.field !== undefined) return { kind: 'field', list: values.field, ...common };
  if (values.fingerprint !== undefined) {
    const hash = oneOf('--fingerprint', values.fingerprint || 'sha256', fingerprintKinds);
    return { kind: 'fingerprint', hash, ...common };
  }
  if (values.pin) return { kind: 'pin', ...common };
  if (values.tlsa !== undefined) {
    const port = values.tlsa === '' ? undefined : parseNumber('--tlsa', values.tlsa, MAX_PORT);
    return { kind: 'tlsa', port, ...common };
  }
  if (values.names) return { kind: 'names', ...common };
  if (values.pem) return { kind: 'pem', ...common };
  if (values.markdown) return { kind: 'markdown', ...common };
  if (values.long) return { kind: 'long', ...common };
  if (values['expires-within'] !== undefined && !values.json && !values.quiet) return { kind: 'expiries', ...common };
  // With --quiet nothing is shown, but everything is read that would be.
  return { kind: values.json || values.quiet ? 'json' : 'brief', ...common };
}

/** @throws {UsageError} what is shown is no line an object */
function checkLines(values: CertInfo['values']): void {
  const way = lineWays.find((each) => values[each] !== undefined && values[each] !== false);
  if (way === undefined)
    throw new UsageError(`--with-filename needs ${lineWays.map((each) => `--${each}`).join(', ')}`);
}

const lineWays = ['field', 'names', 'fingerprint', 'pin', 'tlsa'] as const;
