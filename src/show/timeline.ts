import { type Paint, paint } from '../cli/color.js';
import { isoDate } from '../text/iso-time.js';
import { fitted, textWidth } from '../text/width.js';
import { commonNameOf } from '../x509/display-name.js';
import type { Show } from './inspector.js';
import { type Validity, validity } from './validity.js';
import { nameText } from './words.js';

/**
 * `--timeline`: a bar for every certificate, from its first day to its last, in the order they expire, with today marked.
 * It is drawn at the end, so it holds a line of memory for each certificate.
 */
interface Timeline {
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
    show: ({ item, source }, sink) => {
      if (item.type !== 'certificate') return;
      const when = validity(item.view, now);
      const { notBefore, notAfter } = when;
      const label = nameText(commonNameOf(item.view.subject));
      if (notBefore === null || notAfter === null) sink.passOver(source, `no bar for ${label}: unreadable validity`);
      else bars.push({ ...when, notBefore, notAfter, label });
    },
    draw: (width, paint) => (bars.length === 0 ? '' : draw(bars, now, Math.max(width, MIN_WIDTH), paint)),
  };
}

/** No terminal is narrower. */
const MIN_WIDTH = 10;
/** A bar that is shorter says nothing. */
const MIN_BAR = 10;
const YEAR = 365.25 * 86_400_000;
/** Roots live thirty years; what goes further would press everything else into one column. */
const REACH = 40 * YEAR;

function draw(bars: readonly Bar[], now: number, width: number, paint: Paint): string {
  const sorted = bars.toSorted((a, b) => a.notAfter - b.notAfter);
  const longest = sorted.reduce((most, { label }) => Math.max(most, textWidth(label)), 1);
  const labelWidth = Math.min(longest, Math.floor(width / 3));
  const room = width - labelWidth - 1;
  const ending = endings.find((each) => room - endingWidth(sorted, each) >= MIN_BAR) ?? noEnding;
  const columns = room - endingWidth(sorted, ending);
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
    const label = fitted(bar.label, labelWidth);
    return `${label} ${drawBar(bar, column, columns, today, paint)}${ending(bar, paint)}`.trimEnd();
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

/** Today, and the dates at both ends where there is room for them. */
function axis(start: number, end: number, columns: number, today: number): string {
  const cells = Array.from(' '.repeat(columns));
  const put = (text: string, wanted: number) => {
    const at = Math.min(Math.max(wanted, 0), columns - text.length);
    const isFree = at >= 0 && cells.slice(Math.max(at - 1, 0), at + text.length + 1).every((cell) => cell === ' ');
    if (isFree) cells.splice(at, text.length, ...text);
  };
  put('today', today - 2);
  put(isoDate(start), 0);
  put(isoDate(end), columns);
  return cells.join('').trimEnd();
}

/** The text behind a bar. */
type Ending = (bar: Bar, paint: Paint) => string;

const state: Ending = ({ daysLeft, status }, paint) => {
  if (status === 'expired') return `  ${paint.red('expired')}`;
  if (status === 'not_yet_valid') return `  ${paint.yellow('not yet')}`;
  const left = `${daysLeft}d`;
  return `  ${daysLeft !== null && daysLeft < 30 ? paint.yellow(left) : left}`;
};

const dateAndState: Ending = (bar, paint) => `  ${isoDate(bar.notAfter)}${state(bar, paint)}`;
const noEnding: Ending = () => '';

/** The fullest first: a narrow terminal has no room for the date. */
const endings: readonly Ending[] = [dateAndState, state];

const unpainted = paint(false);
const endingWidth = (bars: readonly Bar[], ending: Ending): number =>
  bars.reduce((most, bar) => Math.max(most, ending(bar, unpainted).length), 0);
