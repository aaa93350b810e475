import type { Paint } from '../cli/terminal.js';
import { printable } from '../cli/text.js';
import type { Certificate } from '../x509/certificate.js';
import type { Show } from './inspector.js';
import { isoText, type Validity, validity } from './validity.js';

/**
 * `--timeline`: a bar for every certificate, from its first day to its last, in the order they expire, with today marked.
 * It is drawn at the end, so it holds a line of memory for each certificate.
 */
export interface Timeline {
  readonly show: Show;
  /** The drawing, `width` columns wide; empty when there was no certificate. */
  draw(width: number, paint: Paint): string;
}

interface Bar extends Validity {
  readonly label: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

export function timeline(now: number): Timeline {
  const bars: Bar[] = [];
  return {
    show: ({ item }) => {
      if (item.type !== 'certificate') return;
      const when = validity(item.view, now);
      const { notBefore, notAfter } = when;
      if (notBefore !== null && notAfter !== null)
        bars.push({ ...when, notBefore, notAfter, label: labelOf(item.view) });
    },
    draw: (width, paint) => (bars.length === 0 ? '' : draw(bars, now, Math.max(width, MIN_WIDTH), paint)),
  };
}

const MIN_WIDTH = 50;
const YEAR = 365.25 * 86_400_000;
/** Roots live thirty years; what goes further would press everything else into one column. */
const REACH = 40 * YEAR;
/** `  2026-03-15  expired` */
const END_WIDTH = 24;

function labelOf({ subject }: Certificate): string {
  const name = subject.commonNames[0] ?? subject.toString();
  return name === '' ? '(empty)' : printable(name);
}

function draw(bars: readonly Bar[], now: number, width: number, paint: Paint): string {
  const sorted = bars.toSorted((a, b) => a.notAfter - b.notAfter);
  const longest = Math.max(...sorted.slice(0, 10_000).map(({ label }) => Array.from(label).length));
  const labelWidth = Math.min(longest, Math.floor(width / 3));
  const columns = width - labelWidth - END_WIDTH - 1;
  const earliest = sorted.reduce((least, { notBefore }) => Math.min(least, notBefore), now);
  const start = Math.max(earliest, now - REACH);
  const end = Math.min(Math.max((sorted.at(-1) as Bar).notAfter, now), now + REACH);
  const span = Math.max(end - start, 1);
  const column = (time: number): number => {
    const at = Math.floor(((time - start) / span) * columns);
    return Math.min(Math.max(at, 0), columns - 1);
  };
  const today = column(now);
  const lines = sorted.map((bar) => {
    const label = fit(bar.label, labelWidth);
    return `${label} ${drawBar(bar, column, columns, today, paint)}  ${ending(bar, paint)}`;
  });
  const margin = ' '.repeat(labelWidth + 1);
  return `${margin}${axis(start, end, columns, today)}\n${lines.join('\n')}\n`;
}

function drawBar(
  { notBefore, notAfter, status }: Bar,
  column: (time: number) => number,
  columns: number,
  today: number,
  paint: Paint,
): string {
  const from = column(notBefore);
  const to = column(notAfter);
  const color = status === 'valid' ? paint.green : status === 'expired' ? paint.red : paint.yellow;
  const cells = Array.from({ length: columns }, (_, i): string => (i < from || i > to ? ' ' : '='));
  cells[today] = '|';
  const text = (first: number, last: number) => cells.slice(first, last).join('');
  return text(0, from) + color(text(from, to + 1)) + text(to + 1, columns);
}

/** The years at both ends, and today where there is room for the word. */
function axis(start: number, end: number, columns: number, today: number): string {
  const [first, last] = [isoText(start).slice(0, 10), isoText(end).slice(0, 10)];
  const word = 'today';
  const cells = Array.from(' '.repeat(columns));
  const put = (text: string, at: number) => cells.splice(at, text.length, ...text);
  if (columns >= first.length + last.length + 1) {
    put(first, 0);
    put(last, columns - last.length);
  }
  const at = Math.min(Math.max(today - 2, 0), columns - word.length);
  const isFree = cells.slice(Math.max(at - 1, 0), at + word.length + 1).every((cell) => cell === ' ');
  if (isFree) put(word, at);
  else if (cells[today] === ' ') cells[today] = '|';
  return cells.join('').trimEnd();
}

function ending({ notAfter, daysLeft, status }: Bar, paint: Paint): string {
  const date = isoText(notAfter).slice(0, 10);
  if (status === 'expired') return `${date}  ${paint.red('expired')}`;
  if (status === 'not_yet_valid') return `${date}  ${paint.yellow('not yet')}`;
  const left = `${daysLeft}d`;
  return `${date}  ${daysLeft !== null && daysLeft < 30 ? paint.yellow(left) : left}`;
}

/** A label in exactly this many columns, an ellipsis where it is cut. */
function fit(label: string, width: number): string {
  const characters = Array.from(label);
  const shown = characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : label;
  return shown + ' '.repeat(Math.max(0, width - Array.from(shown).length));
}
