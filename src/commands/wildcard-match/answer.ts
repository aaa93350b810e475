import type { Report } from '../../cli/report.js';
import { UsageError } from '../../errors.js';
import { NearestMiss } from '../../names/nearest-miss.js';
import { mixedScripts } from '../../names/scripts.js';
import { bestOf } from './best.js';
import type { MatchCall } from './call.js';
import { type Catalog, type Entry, readCatalog } from './catalog.js';
import { type Host, questionOf, readHosts } from './question.js';
import { coveredHostRow, uncoveredHostRow } from './rows.js';
import { Selection } from './selection.js';

/** Answers host by host with the name that covers it, for --best its certificate, or with what it missed by. */
export async function answerHosts(call: MatchCall): Promise<void> {
  const { values, report } = call;
  if (values.best && values.cert.length + values.file.length + values.host.length === 0) {
    throw new UsageError('--best chooses between certificates', 'give them with --cert FILE');
  }
  const question = await questionOf(call);
  const selection = new Selection(call, { showsAll: values.explain || values.json });
  const catalog = await readCatalog(call, question);
  if (catalog === undefined) return;
  const misses = new NearestMiss(namesOf(catalog));
  const certificateOf = (entry: Entry | undefined) =>
    values.best && entry !== undefined ? catalog.certificateName(entry) : undefined;
  for await (const hosts of readHosts(call, question.hostLists)) {
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
