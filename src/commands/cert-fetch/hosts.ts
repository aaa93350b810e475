import { linesOf } from '../../input/lines.js';
import { type Source, type StandardInput, sourceOf } from '../../input/source.js';

/** A server to ask, as it was given. */
export interface GivenHost {
  readonly text: string;
  /** Where it stands: the operand itself, or `hosts: line 3`. */
  readonly place: string;
}

/** Where the hosts of a call come from: operands and lists, or without any standard input. */
export function hostSources(
  operands: readonly string[],
  files: readonly string[],
  stdin: StandardInput,
): AsyncGenerator<GivenHost, void> {
  const lists = files.length === 0 && operands.length === 0 ? ['-'] : files;
  return hostsIn(
    operands,
    lists.map((file) => sourceOf(file, stdin, 'the list -')),
  );
}

async function* hostsIn(operands: readonly string[], lists: readonly Source[]): AsyncGenerator<GivenHost, void> {
  for (const operand of operands) yield { text: operand, place: operand };
  for (const list of lists) {
    for await (const lines of linesOf(list)) {
      for (const { text, number } of lines) yield { text: text.trim(), place: `${list.name}: line ${number}` };
    }
  }
}
