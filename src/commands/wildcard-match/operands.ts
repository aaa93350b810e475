import type { Report } from '../../cli/report.js';
import { UsageError } from '../../errors.js';
import { linesOf } from '../../input/lines.js';
import { type Source, sourceOf } from '../../input/source.js';
import { parseReference, type Reference } from '../../names/reference.js';
import { quoted } from '../../text/printable.js';
import type { MatchCall } from '../wildcard-match.js';
import { certificateFile, hasPatternOption } from './patterns.js';

/** The meanings of a call's operands. */
export interface Operands {
  /** Patterns of the command line, besides those of -e. */
  readonly patterns: readonly string[];
  /** Lists of patterns, or certificates, besides those of -f and --cert. */
  readonly inputs: readonly Source[];
  /** The lists of hosts; none with --host. */
  readonly hostLists: readonly Source[];
}

/**
 * Reads the operands of a call. Hosts come from lists, and operands are patterns until an option gives some: then they
 * are host lists, as grep does it. With --host they are patterns, or files of certificates, and standard input is either.
 */
export async function operandsOf(call: MatchCall): Promise<Operands> {
  const { values, operands, stdin } = call;
  if (values.host.length > 0) return { ...(await reversedOperands(call)), hostLists: [] };
  const areFiles = hasPatternOption(values) || values.suggest;
  // Hosts come from standard input where operands are patterns: `-` says no more than that.
  const patterns = areFiles ? [] : operands.filter((operand) => operand !== '-');
  if (!areFiles && patterns.length === 0) {
    throw new UsageError('no pattern to match', 'a PATTERN, -e PATTERN, -f FILE or --cert FILE');
  }
  const files = areFiles ? operands : [];
  const hostLists =
    files.length === 0
      ? [sourceOf('-', stdin, 'the list of hosts')]
      : files.map((file) => sourceOf(file, stdin, 'operand -'));
  return { patterns, inputs: [], hostLists };
}

async function reversedOperands({ values, operands, stdin }: MatchCall): Promise<Omit<Operands, 'hostLists'>> {
  if (operands.length === 0 && !hasPatternOption(values)) {
    return { patterns: [], inputs: [sourceOf('-', stdin, 'the list of patterns')] };
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

/** A host as it was given, and what it is. */
export interface Host {
  readonly text: string;
  readonly reference: Reference;
}

/** The hosts of a call, piece by piece: of --host, or of its lists. What is no host gets a notice. */
export async function* readHosts(call: MatchCall, lists: readonly Source[]): AsyncGenerator<Host[], void> {
  const { values, report } = call;
  yield givenHosts(call);
  for (const source of lists) {
    try {
      for await (const lines of linesOf(source)) {
        yield lines.map(({ text, number }) => {
          const reference = parseReference(text, values);
          noticeNoHost(report, source, number, text, reference);
          return { text, reference };
        });
      }
    } catch (error) {
      report.error(source.name, error);
    }
  }
}

/** The hosts of --host. */
export function givenHosts({ values, report }: MatchCall): Host[] {
  return values.host.map((text) => {
    const reference = parseReference(text, values);
    if (reference.kind === 'none') {
      report.notice(text, `is not a host name: ${reference.problem}`, reference.hint);
    }
    return { text, reference };
  });
}

/** Says that a line is no host, if it is none: that is why it does not match. */
export function noticeNoHost(report: Report, source: Source, number: number, text: string, reference: Reference): void {
  if (reference.kind !== 'none') return;
  const { problem, hint } = reference;
  report.notice(source.name, `line ${number}: ${quoted(text)} is not a host name: ${problem}`, hint);
}
