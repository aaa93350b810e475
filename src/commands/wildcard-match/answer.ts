import { UsageError } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import { printable, withoutSecrets } from '../../cli/text.js';
import { type Miss, NearestMiss } from '../../names/nearest-miss.js';
import { mixedScripts } from '../../names/scripts.js';
import { bestOf } from './best.js';
import type { MatchCall } from './call.js';
import { type Catalog, type Entry, readCatalog } from './catalog.js';
import { type Host, questionOf, readHosts } from './question.js';
import { type Row, Selection } from './selection.js';

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
  for await (const hosts of readHosts(call, question.hostLists)) {
    for (const host of hosts) {
      if (values.explain) noticeMixture(host, report);
      const covering = catalog.covering(host.reference);
      const entry = values.best ? bestOf(covering) : covering[0];
      const row =
        entry === undefined ? missRow(host, misses.of(host.reference), values) : matchRow(host, entry, catalog, values);
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

/** A line of tab-separated fields, nothing in which can be taken for a tab or a line's end. */
const fields = (...values: readonly (string | undefined)[]): string =>
  values
    .filter((value) => value !== undefined)
    .map(printable)
    .join('\t');

type Shape = Pick<MatchCall['values'], 'best' | 'explain'>;

function matchRow({ text, reference }: Host, entry: Entry, catalog: Catalog, { best, explain }: Shape): Row {
  const { pattern, source, presenter } = entry;
  return {
    text: fields(text, explain ? 'yes' : undefined, best ? catalog.certificateName(entry) : undefined, pattern.text),
    json: {
      type: 'host',
      host: text,
      name: reference.kind === 'none' ? null : reference.name,
      match: true,
      pattern: pattern.text,
      source: source ?? null,
      place: presenter?.place ?? null,
      reason: null,
      nearest: null,
    },
  };
}

function missRow({ text, reference }: Host, { reason, nearest }: Miss, { explain }: Shape): Row {
  const detail = reference.kind === 'none' ? reference.problem : nearest;
  return {
    text: explain ? fields(withoutSecrets(text), 'no', reason, detail) : text,
    json: {
      type: 'host',
      host: text,
      name: reference.kind === 'none' ? null : reference.name,
      match: false,
      pattern: null,
      source: null,
      place: null,
      reason,
      nearest: nearest ?? null,
    },
  };
}

/** A host made to look like another is covered by what covers it all the same, but worth a word. */
function noticeMixture({ text, reference }: Host, report: Report): void {
  const mixture = reference.kind === 'name' ? mixedScripts(reference.name) : undefined;
  if (mixture !== undefined) {
    report.notice(text, `a label mixes ${mixture.join(' and ')} letters: it may imitate another name`);
  }
}
