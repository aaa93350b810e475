import { PatternIndex } from '../../names/pattern-index.js';
import type { Reference } from '../../names/reference.js';
import type { MatchCall } from '../wildcard-match.js';
import type { NamedObject } from './certificates.js';
import type { Operands } from './operands.js';
import { addPattern, type Pattern, type PatternBatch, patternBatches, warnOfPublicSuffixes } from './patterns.js';

/** A pattern, and where it comes from. */
export interface Entry {
  readonly pattern: Pattern;
  readonly source: string | undefined;
  readonly object: NamedObject | undefined;
}

/** All patterns of a call, for answers that name them. */
export class Catalog {
  readonly entries: readonly Entry[];
  /** The files the patterns are from, in order, also those that turned out to hold none. */
  readonly sources: readonly string[];
  readonly #index = new PatternIndex();
  /** The files that hold several certificates. */
  readonly #bundles: ReadonlySet<string>;

  constructor(batches: readonly PatternBatch[]) {
    this.entries = batches.flatMap(({ patterns, source, object }) =>
      patterns.map((pattern) => ({ pattern, source, object })),
    );
    for (const [id, { pattern }] of this.entries.entries()) addPattern(this.#index, pattern, id);
    const files = batches.map(({ source }) => source).filter((source) => source !== undefined);
    this.sources = [...new Set(files)];
    this.#bundles = new Set(files.filter((file, i) => files.indexOf(file) !== i));
  }

  /** A certificate as people name it: by its file, and by its place where the file holds several. */
  certificateName({ source = '', object }: Entry): string {
    return this.#bundles.has(source) ? `${source} ${object?.place}` : source;
  }

  /** The entries that cover a host: exact names before wildcards, each in the order they were given. */
  covering(reference: Reference): Entry[] {
    return this.#index.idsOf(reference).map((id) => this.entries[id] as Entry);
  }
}

/** Reads all patterns; undefined if some could not be read, for without them a host is not known to be uncovered. */
export async function readCatalog(call: MatchCall, operands: Operands): Promise<Catalog | undefined> {
  const catalog = await readSoundPatterns(call, operands);
  return call.report.status === 2 ? undefined : catalog;
}

/** Reads the patterns that can be read; what cannot is said. */
export async function readSoundPatterns(call: MatchCall, { patterns, inputs }: Operands): Promise<Catalog> {
  const batches: PatternBatch[] = [];
  for await (const batch of patternBatches(call, patterns, inputs)) {
    await warnOfPublicSuffixes(batch.patterns, call.report);
    batches.push(batch);
  }
  return new Catalog(batches);
}
