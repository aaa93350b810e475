import type { Source } from '../../cli/input.js';
import { parseReference } from '../../names/reference.js';
import type { MatchCall } from './call.js';
import { patternBatches } from './gather.js';
import { hostSources, idsCovering, noticeNoHost } from './hosts.js';
import { isIdle, wholeLines } from './lines.js';
import { PatternSet, warnOfPublicSuffixes } from './patterns.js';
import { scanHosts } from './scan.js';
import { Selection } from './selection.js';

/** Prints the hosts that the patterns cover, or those they do not: a filter, like grep, in constant memory. */
export async function filterHosts(call: MatchCall): Promise<void> {
  const { values, report } = call;
  const { sources, patterns } = hostSources(call);
  const selection = new Selection(values, call);
  const set = new PatternSet();
  for await (const batch of patternBatches(call, patterns)) for (const pattern of batch.patterns) set.add(pattern);
  // Without all the patterns there are no answers, least of all which hosts are not covered.
  if (report.status === 2) return;
  await warnOfPublicSuffixes(set.list, report);
  for (const source of sources) {
    if (selection.isFull) break;
    try {
      await filterSource(call, source, set, selection);
    } catch (error) {
      report.error(source.name, error);
    }
  }
  selection.finish();
}

async function filterSource(call: MatchCall, source: Source, set: PatternSet, selection: Selection): Promise<void> {
  const { report, values } = call;
  let line = 1;
  for await (const bytes of wholeLines(source)) {
    line = scanHosts(bytes, line, set.index, {
      judge(start, end, number) {
        const text = bytes.toString('utf8', start, end);
        if (isIdle(text)) return undefined;
        const reference = parseReference(text, values);
        if (reference.kind === 'none') noticeNoHost(report, source, number, text, reference);
        return idsCovering(set.index, reference).length > 0;
      },
      visit: (isCovered, start, end) => selection.takeBytes(isCovered, bytes, start, end),
    });
    selection.flush();
    if (line === -1) return;
  }
}
