import type { Report } from '../../cli/report.js';
import { UsageError } from '../../errors.js';
import { NearestMiss } from '../../names/nearest-miss.js';
import { mixedScripts } from '../../names/scripts.js';
import type { MatchCall } from '../wildcard-match.js';
import { type Catalog, type Entry, readCatalog } from './catalog.js';
import { type Host, operandsOf, readHosts } from './operands.js';
import { coveredHostRow, uncoveredHostRow } from './rows.js';
import { Selection } from './selection.js';

/** Answers host by host with the name that covers it, for --best its certificate, or with what it missed by. */
export async function answerHosts(call: MatchCall): Promise<void> {
  const { values, report } = call;
  if (values.best && values.cert.length + values.file.length + values.host.length === 0) {
    throw new UsageError('--best chooses between certificates', 'give them with --cert FILE');
  }
  const operands = await operandsOf(call);
  const selection = new Selection(call, { showsAll: values.explain || values.json });
  const catalog = await readCatalog(call, operands);
  if (catalog === undefined) return;
  const misses = new NearestMiss(namesOf(catalog));
  const certificateOf = (entry: Entry | undefined) =>
    values.best && entry !== undefined ? catalog.certificateName(entry) : undefined;
  for await (const hosts of readHosts(call, operands.hostLists)) {
    for (const host of hosts) {
      if (values.explain) noticeMixture(host, report);
      const covering = catalog.covering(host.reference);
      const entry = values.best ? bestOf(covering) : covering[0];
      const shape = { explain: values.explain, certificate: certificateOf(entry) };
      const row =
        entry === undefined
          ? uncoveredHostRow(host, misses.of(host.reference), shape)
          : coveredHostRow(host, entry, shape);
      if (!selection.take(entry !== undefined, row)) break;
    }
    selection.flush();
    if (selection.isFull) break;
  }
  selection.finish();
}

function* namesOf(catalog: Catalog): Generator<string, void> {
  for (const { pattern } of catalog.entries) if (pattern.octets === undefined) yield pattern.name;
}

/** A host made to look like another is covered by what covers it all the same, but worth a word. */
function noticeMixture({ text, reference }: Host, report: Report): void {
  const mixture = reference.kind === 'name' ? mixedScripts(reference.name) : undefined;
  if (mixture !== undefined) {
    report.notice(text, `a label mixes ${mixture.join(' and ')} letters: it may imitate another name`);
  }
}

/**
 * The certificate a server would present to a host that several cover: the one that names it exactly before one with a
 * wildcard, of those the one that expires last, of those the first given.
 */
function bestOf(covering: readonly Entry[]): Entry | undefined {
  return covering
    .filter(({ object }) => object !== undefined)
    .reduce<Entry | undefined>(
      (best, entry) => (best === undefined || isBetter(entry, best) ? entry : best),
      undefined,
    );
}

function isBetter(a: Entry, b: Entry): boolean {
  if (isExact(a) !== isExact(b)) return isExact(a);
  return expiry(a) > expiry(b);
}

const isExact = ({ pattern }: Entry): boolean => !pattern.name.includes('*');

/** A request is no certificate yet: it comes after all that are. */
const expiry = ({ object }: Entry): number => object?.notAfter?.getTime() ?? Number.NEGATIVE_INFINITY;
