import { type Source, sourceOf } from '../../cli/input.js';
import { parseReference, type Reference } from '../../names/reference.js';
import { matchesDnsName } from '../../names/wildcard.js';
import type { MatchCall } from './call.js';
import { certificateFile, hasPatternOption, patternBatches } from './gather.js';
import { type Pattern, warnOfPublicSuffixes } from './patterns.js';
import { Selection } from './selection.js';

/** The question turned round: prints the patterns that cover the hosts given with --host. */
export async function printPatterns(call: MatchCall): Promise<void> {
  const { values, report } = call;
  const hosts = new HostSet(values.host.map((text) => parseReference(text, values)));
  for (const [i, reference] of hosts.references.entries()) {
    if (reference.kind !== 'none') continue;
    report.notice(values.host[i], `is not a host name: ${reference.problem}`, reference.hint);
  }
  const { patterns, inputs } = await operandsOf(call);
  const selection = new Selection(values, call);
  const covered = new Set<number>();
  for await (const batch of patternBatches(call, patterns, inputs)) {
    await warnOfPublicSuffixes(batch.patterns, report);
    for (const pattern of batch.patterns) {
      const found = hosts.coveredBy(pattern);
      for (const host of found) covered.add(host);
      if (!values.all && !selection.take(found.length > 0, pattern.text)) break;
    }
    selection.flush();
    if (selection.isFull) break;
  }
  if (values.all && report.status < 2)
    for (const [i, host] of values.host.entries()) if (!selection.take(covered.has(i), host)) break;
  selection.finish();
}

/** Operands are patterns, or files of certificates and requests; without any, standard input is either. */
async function operandsOf(call: MatchCall): Promise<{ patterns: string[]; inputs: Source[] }> {
  const { operands, stdin, values } = call;
  if (operands.length === 0 && !hasPatternOption(values)) {
    return { patterns: [], inputs: [sourceOf('-', stdin, 'the patterns')] };
  }
  const patterns: string[] = [];
  const inputs: Source[] = [];
  for (const operand of operands) {
    const input = operand === '-' ? sourceOf('-', stdin, 'operand -') : await certificateFile(operand, stdin);
    if (input === undefined) patterns.push(operand);
    else inputs.push(input);
  }
  return { patterns, inputs };
}

/** Hosts by the names that would cover them: a host name has two, itself and `*` with what follows its first dot. */
class HostSet {
  readonly references: readonly Reference[];
  readonly #byPattern = new Map<string, number[]>();

  constructor(references: readonly Reference[]) {
    this.references = references;
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
    if (!isPartial) return this.#byPattern.get(name) ?? [];
    return [...this.references.entries()]
      .filter(([, host]) => host.kind === 'name' && matchesDnsName(name, host.name, { partial: true }))
      .map(([i]) => i);
  }

  #add(pattern: string, host: number): void {
    const hosts = this.#byPattern.get(pattern) ?? [];
    hosts.push(host);
    this.#byPattern.set(pattern, hosts);
  }
}
