import type { Paint } from '../cli/color.js';
import { printable } from '../text/printable.js';
import type { Shown, ShowSink } from './inspector.js';
import { typeNames } from './item.js';

/** The things the blocks depend on besides the object. */
export interface TextContext {
  readonly now: number;
  readonly paint: Paint;
}

/** A line of a block: a word for what it says, and what it says. */
export type Row = readonly [label: string, text: string];

export function warningRows(warnings: readonly string[]): Row[] {
  const rows: Row[] = [];
  addWarnings(warnings, rows);
  return rows;
}

/** Puts warnings behind other rows. */
export function addWarnings(warnings: readonly string[], rows: Row[]): void {
  for (const warning of warnings) rows.push(['warning', printable(warning)]);
}

/**
 * Writes a block: a heading with the object's type, index and source, and rows, their labels in a column. Rows that are made
 * on the way must not fail.
 */
export function writeBlock({ item, source }: Shown, rows: Iterable<Row>, { paint }: TextContext, sink: ShowSink): void {
  let text = '';
  let isBegun = false;
  const flush = () => {
    if (!isBegun) {
      sink.separate();
      sink.write(`${paint.bold(typeNames[item.type])} `);
      sink.index();
      sink.write(`${paint.dim(` of ${printable(source)}`)}\n`);
      isBegun = true;
    }
    sink.write(text);
    text = '';
  };
  for (const [label, value] of rows) {
    text += `${label === 'warning' ? paint.yellow(margin(label)) : margin(label)}${value}\n`;
    if (text.length > PIECE) flush();
  }
  flush();
}

/** The list of a large CRL does not fit into one string. */
const PIECE = 64 * 1024;

const COLUMN = 9;

/** The label left of a text. */
const margin = (label: string): string => `  ${label}${gaps[label.length] ?? ' '}`;

/** The blanks behind a label, by its length: `padEnd` takes as long as all else that is done to a row. */
const gaps = Array.from({ length: COLUMN }, (_, length) => ' '.repeat(COLUMN + 1 - length));
