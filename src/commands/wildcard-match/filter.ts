import { isIdle, wholeLines } from '../../input/lines.js';
import type { Source } from '../../input/source.js';
import { PatternIndex } from '../../names/pattern-index.js';
import { parseReference } from '../../names/reference.js';
import { scanHosts } from '../../names/scan-hosts.js';
import type { MatchCall } from '../wildcard-match.js';
import { noticeNoHost, operandsOf } from './operands.js';
import { addPattern, patternBatches, warnOfPublicSuffixes } from './patterns.js';
import { Selection } from './selection.js';

/** Prints the hosts that the patterns cover, or those they do not: a filter, like grep, in constant memory. */
export async function filterHosts(call: MatchCall): Promise<void> {
  const { report } = call;
  const { patterns, hostLists } = await operandsOf(call);
  const selection = new Selection(call);
  const index = new PatternIndex();
  for await (const batch of patternBatches(call, patterns)) {
    await warnOfPublicSuffixes(batch.patterns, report);
    for (const pattern of batch.patterns) addPattern(index, pattern, 0);
  }
  // Without all the patterns there are no answers, least of all which hosts are not covered.
  if (report.status === 2) return;
  for (const list of hostLists) {
    if (selection.isFull) break;
    try {
      await filterList(call, list, index, selection);
    } catch (error) {
      report.error(list.name, error);
    }
  }
  selection.finish();
}

async function filterList(call: MatchCall, list: Source, index: PatternIndex, selection: Selection): Promise<void> {
  const { report, values } = call;
  let line = 1;
  for await (const bytes of wholeLines(list)) {
    line = scanHosts(bytes, line, index, {
      judge(start, end, number) {
        const text = bytes.toString('utf8', start, end);
        if (isIdle(text)) return undefined;
        const reference = parseReference(text, values);
        noticeNoHost(report, list, number, text, reference);
        return index.idsOf(reference).length > 0;
      },
      visit: (isCovered, start, end) => selection.takeBytes(isCovered, bytes, start, end),
    });
    selection.flush();
    if (line === -1) return;
  }
}
