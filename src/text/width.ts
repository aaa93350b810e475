/** Characters that fill two cells of a terminal: East Asian scripts, full-width forms, emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Characters that are drawn over the one before them. */
const combining = /[\p{Mn}\p{Me}]/u;

/** How many cells of a terminal a character takes. */
function cells(character: string): number {
  if (character < '\u0300') return 1;
  return wide.test(character) ? 2 : combining.test(character) ? 0 : 1;
}

/** How many cells of a terminal a text without control characters takes. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cells(character);
  return width;
}

/** A text in exactly this many cells: filled with blanks, or cut, with `~` (which every terminal has) for the rest. */
export function fitted(text: string, width: number): string {
  const whole = textWidth(text);
  if (whole <= width) return text + ' '.repeat(width - whole);
  let shown = '';
  let used = 0;
  for (const character of text) {
    const next = used + cells(character);
    if (next > width - 1) break;
    shown += character;
    used = next;
  }
  return `${shown}~${' '.repeat(width - 1 - used)}`;
}
