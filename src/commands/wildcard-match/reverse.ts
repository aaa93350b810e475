import type { Reference } from '../../names/reference.js';
import { matchesDnsName } from '../../names/wildcard.js';
import type { MatchCall } from './call.js';
import { patternBatches } from './gather.js';
import { givenHosts, type Host, operandsOf } from './operands.js';
import { type Pattern, warnOfPublicSuffixes } from './patterns.js';
import { patternRow } from './rows.js';
import { Selection } from './selection.js';

/** The question turned round: prints the patterns that cover the hosts of --host, in constant memory. */
export async function printPatterns(call: MatchCall): Promise<void> {
  const hosts = givenHosts(call);
  const wanted = new WantedPatterns(hosts.map(({ reference }) => reference));
  const { patterns, inputs } = await operandsOf(call);
  const selection = new Selection(call, { showsAll: call.values.json });
  for await (const batch of patternBatches(call, patterns, inputs)) {
    const { source, presenter } = batch;
    await warnOfPublicSuffixes(batch.patterns, call.report);
    for (const pattern of batch.patterns) {
      const found = wanted.coveredBy(pattern).map((i) => hosts[i] as Host);
      if (!selection.take(found.length > 0, patternRow({ pattern, source, presenter }, found.length > 0, found))) break;
    }
    selection.flush();
    if (selection.isFull) break;
  }
  selection.finish();
}

/** Hosts by the names that would cover them: a host name has two, itself and `*` with what follows its first dot. */
class WantedPatterns {
  readonly #references: readonly Reference[];
  readonly #hosts = new Map<string, number[]>();

  constructor(references: readonly Reference[]) {
    this.#references = references;
    for (const [i, reference] of references.entries()) {
      if (reference.kind === 'none') continue;
      this.#add(reference.name, i);
      const dot = reference.name.indexOf('.');
      if (reference.kind === 'name' && dot !== -1) this.#add(`*${reference.name.slice(dot)}`, i);
    }
  }

  /** The numbers of the hosts a pattern covers. */
  coveredBy({ name }: Pattern): readonly number[] {
    const isPartial = name.includes('*') && !name.startsWith('*.');
    if (!isPartial) return this.#hosts.get(name) ?? [];
    return [...this.#references.entries()]
      .filter(([, host]) => host.kind === 'name' && matchesDnsName(name, host.name, { partial: true }))
      .map(([i]) => i);
  }

  #add(pattern: string, host: number): void {
    const hosts = this.#hosts.get(pattern) ?? [];
    hosts.push(host);
    this.#hosts.set(pattern, hosts);
  }
}
