/**
 * An attribute value as `openssl -nameopt RFC2253,-esc_msb,utf8` writes it: RFC 4514's special characters behind a
 * backslash (at the ends a blank, at the start a `#`), controls as `\0A`, everything else as it is.
 */
export function escapedValue(text: string): string {
  if (!needsEscape.test(text)) return text;
  // openssl looks at the last character alone, even where it is also the first: a value of one `#` stays bare.
  const start = text.length > 1 && text[0] === '#' ? '\\' : '';
  return start + text.replace(special, escapeCharacter);
}

const needsEscape = /[\u0000-\u001f\u007f"+,;<>\\]|^[ #]| $/;
const special = /[\u0000-\u001f\u007f]|["+,;<>\\]|^ | $/g;

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 || code === 0x7f ? `\\${code.toString(16).toUpperCase().padStart(2, '0')}` : `\\${character}`;
}
