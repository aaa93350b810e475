import { UsageError } from '../../errors.js';
import { CoveringSet } from '../../names/covering-set.js';
import type { MatchCall } from '../wildcard-match.js';
import { operandsOf, readHosts } from './operands.js';
import { hasPatternOption } from './patterns.js';
import { nameRow } from './rows.js';
import { Selection } from './selection.js';

/** Prints the smallest set of names that covers the hosts, one a line, as csr-gen --san-file reads them (--suggest). */
export async function suggestNames(call: MatchCall): Promise<void> {
  const { values, report } = call;
  if (hasPatternOption(values)) throw new UsageError('--suggest makes names, it compares with none');
  const max = parseMax(values.max);
  const operands = await operandsOf(call);
  const selection = new Selection(call);
  const { publicSuffixOf } = await import('../../names/public-suffix.js');
  // The owner of a public suffix is not the owner of the names under it, whichever section of the list it stands in.
  const set = new CoveringSet((parent) => publicSuffixOf(parent).suffix !== parent);
  for await (const hosts of readHosts(call, operands.hostLists)) {
    for (const { reference } of hosts) {
      if (reference.kind === 'name') set.addName(reference.name);
      else if (reference.kind === 'address') set.addAddress(reference.name);
    }
  }
  const names = set.names();
  if (names.length > max) {
    report.refusal(undefined, `the hosts need ${names.length} names, --max allows ${max}`);
    return;
  }
  for (const name of names) if (!selection.take(true, nameRow(name))) break;
  selection.finish();
}

function parseMax(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--max: ${text} is not a number of names`);
  return Number(text);
}
