import type { MatchCall } from '../wildcard-match.js';
import { type Catalog, type Entry, readSoundPatterns } from './catalog.js';
import { operandsOf, readHosts } from './operands.js';
import { fileRow, patternRow } from './rows.js';
import { Selection } from './selection.js';

/** Prints the names that no host uses (--unused). */
export async function printUnused(call: MatchCall): Promise<void> {
  const selection = new Selection(call);
  const used = new Set<Entry>();
  const catalog = await compare(call, (entries) => {
    for (const entry of entries) used.add(entry);
    return true;
  });
  for (const entry of catalog?.entries ?? []) {
    const isUsed = used.has(entry);
    if (!selection.take(!isUsed, patternRow(entry, isUsed))) break;
  }
  selection.finish();
}

/** Prints the files whose names cover any of the hosts (-l). */
export async function printFiles(call: MatchCall): Promise<void> {
  const selection = new Selection(call);
  const matching = new Set<string>();
  const catalog = await compare(call, (entries, { sources }) => {
    for (const { source } of entries) if (source !== undefined) matching.add(source);
    return matching.size < sources.length;
  });
  for (const source of catalog?.sources ?? []) {
    const isMatch = matching.has(source);
    if (!selection.take(isMatch, fileRow(source, isMatch, call.values.null))) break;
  }
  selection.finish();
}

/**
 * Compares all hosts with all patterns.
 *
 * @param take gets the entries that cover a host; false when nothing more is to be learned
 * @returns the patterns that could be read; undefined if there is nothing to say, without a host
 */
async function compare(
  call: MatchCall,
  take: (covering: readonly Entry[], catalog: Catalog) => boolean,
): Promise<Catalog | undefined> {
  const operands = await operandsOf(call);
  const catalog = await readSoundPatterns(call, operands);
  let count = 0;
  for await (const hosts of readHosts(call, operands.hostLists)) {
    for (const { reference } of hosts) {
      count++;
      if (!take(catalog.covering(reference), catalog)) return catalog;
    }
  }
  if (count > 0) return catalog;
  call.report.notice(undefined, 'the list of hosts is empty');
  return undefined;
}
