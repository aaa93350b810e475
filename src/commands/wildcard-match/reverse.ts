import { matchesDnsName } from '../../names/wildcard.js';
import type { MatchCall } from '../wildcard-match.js';
import { givenHosts, type Host, operandsOf } from './operands.js';
import { type Pattern, patternBatches, warnOfPublicSuffixes } from './patterns.js';
import { patternRow } from './rows.js';
import { Selection } from './selection.js';

/** The question turned round: prints the patterns that cover the hosts of --host, in constant memory. */
export async function printPatterns(call: MatchCall): Promise<void> {
  const hosts = givenHosts(call);
  const { patterns, inputs } = await operandsOf(call);
  const selection = new Selection(call, { showsAll: call.values.json });
  for await (const batch of patternBatches(call, patterns, inputs)) {
    const { source, object } = batch;
    await warnOfPublicSuffixes(batch.patterns, call.report);
    for (const pattern of batch.patterns) {
      const found = hosts.filter((host) => covers(pattern, host));
      if (!selection.take(found.length > 0, patternRow({ pattern, source, object }, found.length > 0, found))) break;
    }
    selection.flush();
    if (selection.isFull) break;
  }
  selection.finish();
}

/** True when a pattern, which is well-formed, covers a host. */
function covers({ name, octets }: Pattern, { reference }: Host): boolean {
  if (reference.kind === 'name') return octets === undefined && matchesDnsName(name, reference.name, { partial: true });
  return reference.kind === 'address' && name === reference.name;
}
