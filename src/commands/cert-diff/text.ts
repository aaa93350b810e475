import type { Paint } from '../../cli/color.js';
import { printable } from '../../text/printable.js';
import type { Change, Difference } from './compared.js';
import type { Side } from './side.js';

/** The columns the text keeps to. */
const WIDTH = 80;

/** The difference for people: both sides, the key, and every field that changed with what it lost and what it got. */
export function differenceText(old: Side, next: Side, { isSameKey, key, changes }: Difference, colors: Paint): string {
  const ofKey = changes.find(({ field }) => field === 'key');
  const keyTitle =
    ofKey === undefined ? `key: ${isSameKey ? 'the same' : 'another'}, ${printable(key)}` : 'key: another';
  const lines = [
    ...block('--- ', sideText(old), colors.red),
    ...block('+++ ', sideText(next), colors.green),
    keyTitle,
    ...(ofKey === undefined ? [] : changeLines(ofKey, colors)),
    ...changes.flatMap((each) => (each === ofKey ? [] : [printable(each.field), ...changeLines(each, colors)])),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const sideText = ({ source, place, type, name }: Side): string => `${source}: ${place}: ${type} ${name}`;

const changeLines = ({ lost, added }: Change, colors: Paint): string[] => [
  ...lost.flatMap((value) => block('  - ', value, colors.red)),
  ...added.flatMap((value) => block('  + ', value, colors.green)),
];

/** A text behind a sign, as many lines as it takes. */
function block(sign: string, text: string, color: (text: string) => string): string[] {
  const pieces = wrapped(text === '' ? '(empty)' : printable(text), WIDTH - sign.length);
  return pieces.map((piece, i) => color(`${i === 0 ? sign : ' '.repeat(sign.length)}${piece}`));
}

/** Lines of at most `width` characters, cut at a blank or a comma where there is one. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const cut = Math.max(rest.lastIndexOf(' ', width - 1), rest.lastIndexOf(',', width - 1)) + 1;
    const end = cut > width / 2 ? cut : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...lines, rest];
}
