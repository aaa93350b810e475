import type { Reference } from '../../names/reference.js';
import { matchesDnsName } from '../../names/wildcard.js';
import type { MatchCall } from './call.js';
import { type Batch, patternBatches } from './gather.js';
import { type Pattern, warnOfPublicSuffixes } from './patterns.js';
import { givenHosts, type Host, questionOf } from './question.js';
import { type Row, Selection } from './selection.js';

/** The question turned round: prints the patterns that cover the hosts of --host, in constant memory. */
export async function printPatterns(call: MatchCall): Promise<void> {
  const { values, report } = call;
  const hosts = givenHosts(call);
  const wanted = new WantedPatterns(hosts.map(({ reference }) => reference));
  const { patterns, inputs } = await questionOf(call);
  const selection = new Selection(call, { showsAll: values.json });
  const covered = new Set<Host>();
  for await (const batch of patternBatches(call, patterns, inputs)) {
    await warnOfPublicSuffixes(batch.patterns, report);
    for (const pattern of batch.patterns) {
      const found = wanted.coveredBy(pattern).map((i) => hosts[i] as Host);
      for (const host of found) covered.add(host);
      if (!values.all && !selection.take(found.length > 0, patternRow(pattern, batch, found))) break;
    }
    selection.flush();
    if (selection.isFull) break;
  }
  // Without all the patterns nobody knows which hosts are not covered.
  for (const host of values.all && report.status < 2 ? hosts : []) {
    if (!selection.take(covered.has(host), hostRow(host, covered.has(host)))) break;
  }
  selection.finish();
}

function patternRow({ text }: Pattern, { source, presenter }: Batch, found: readonly Host[]): Row {
  const json = {
    type: 'pattern',
    pattern: text,
    source: source ?? null,
    place: presenter?.place ?? null,
    match: found.length > 0,
    hosts: found.map((host) => host.text),
  };
  return { text, json };
}

function hostRow({ text, reference }: Host, match: boolean): Row {
  return { text, json: { type: 'host', host: text, name: reference.kind === 'none' ? null : reference.name, match } };
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
