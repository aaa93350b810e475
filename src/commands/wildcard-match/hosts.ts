import { type Source, sourceOf } from '../../cli/input.js';
import { UsageError } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import type { PatternIndex } from '../../names/pattern-index.js';
import type { Reference } from '../../names/reference.js';
import type { MatchCall } from './call.js';
import { hasPatternOption } from './gather.js';
import { quoted } from './lines.js';

/** What the operands of a call that reads hosts are: patterns, or files of hosts once patterns come from an option. */
export function hostSources({ values, operands, stdin }: MatchCall): {
  sources: Source[];
  patterns: readonly string[];
} {
  const areFiles = hasPatternOption(values);
  if (!areFiles && operands.length === 0) {
    throw new UsageError('no pattern to match', 'a PATTERN, -e PATTERN, -f FILE or --cert FILE');
  }
  const files = areFiles ? operands : [];
  const sources =
    files.length === 0
      ? [sourceOf('-', stdin, 'the list of hosts')]
      : files.map((file) => sourceOf(file, stdin, 'operand -'));
  return { sources, patterns: areFiles ? [] : operands };
}

/** The ids of the patterns that cover a reference, exact names first. */
export function idsCovering(index: PatternIndex, reference: Reference): readonly number[] {
  if (reference.kind === 'name') return index.idsOfName(reference.name);
  return reference.kind === 'address' ? index.idsOfAddress(reference.octets) : [];
}

/** Says that a line is no host, which is why it does not match. */
export function noticeNoHost(
  report: Report,
  source: Source,
  number: number,
  text: string,
  { problem, hint }: { readonly problem: string; readonly hint?: string | undefined },
): void {
  report.notice(source.name, `line ${number}: ${quoted(text)} is not a host name: ${problem}`, hint);
}
