/**
 * Text that is safe to show. Certificates and file names hold the text of strangers: it may hold escape
 * sequences, line breaks or bidirectional controls made to forge a line or to move the cursor.
 */

/** The text with every unsafe character written as `\n`, `\x1b` or `\u{202e}`. */
export function printable(text: string): string {
  return isPlain.test(text) ? text : escaped(text);
}

/** Most text; the expression below takes a fifth of a millisecond to make, and waits until it is needed. */
const isPlain = /^[ -~]*$/;

/**
 * C0 and C1 controls, DEL, line and paragraph separators, bidirectional and other invisible format controls, and
 * surrogates without their other half.
 */
function escaped(text: string): string {
  const unsafe =
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;
  return text.replace(unsafe, escapeCharacter);
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** A run of base64 long enough to hold 16 octets. */
const base64Run = /[A-Za-z0-9+/=_-]{22,}/g;

/**
 * The text without what may be a line of a private key: messages quote what they do not understand, and a key file given in
 * the place of a list of names is soon done. Paths, names and hexadecimal stay: in base64 the kind of character changes
 * more often and cases are mixed.
 */
export function withoutSecrets(text: string): string {
  return text.replace(base64Run, (run) => (isDense(run) ? `${run.slice(0, 8)}... (${run.length} characters)` : run));
}

function isDense(run: string): boolean {
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) return false;
  const kinds = run.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  let changes = 0;
  for (let i = 1; i < kinds.length; i++) if (kinds[i] !== kinds[i - 1]) changes++;
  return changes > run.length / 4;
}

/** The head of a text that is too long to be read. */
export function shortened(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}... (${text.length} characters)`;
}

/** `1 certificate`, `2 certificates`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
