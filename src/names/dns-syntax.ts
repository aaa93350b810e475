/**
 * The form a DNS host name has in a certificate: labels of letters, digits and inner hyphens, joined by dots, no final
 * dot (RFC 1034 3.5 as changed by RFC 1123 2.1; RFC 5280 4.2.1.6 asks for it in dNSName). ASCII only: U-labels are
 * turned into A-labels before they come here.
 */

/** The longest label in octets (RFC 1035 2.3.4). */
export const MAX_LABEL_LENGTH = 63;

/** The longest name in octets as text: 255 on the wire less the first length and the root (RFC 1035 2.3.4). */
export const MAX_NAME_LENGTH = 253;

export interface SyntaxOptions {
  /** Takes `_` for a letter, as TLS clients do; certificates of public CAs may not hold it (BR 7.1.4.2). */
  readonly underscore?: boolean;
}

const ldh = /^[a-z0-9-]+$/i;
const ldhOrUnderscore = /^[a-z0-9_-]+$/i;

/** A last label that makes URL parsers take the whole for an IPv4 address: `3` in `1.2.3`, `0x7f` (WHATWG URL 3.5). */
const number = /^(\d+|0x[0-9a-f]*)$/i;

const plain = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)*[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/i;

/**
 * True for a name that needs no second look: no `--` (so no A-label), a last label that starts with a letter. Lists hold
 * hardly any others, and one expression is far faster than finding the reasons.
 */
export function isPlainName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && plain.test(name) && (name.length < 64 || !/[^.]{64}/.test(name));
}

/**
 * The reason a name is no host name, in words, or undefined if it is one.
 *
 * @example dnsNameProblem('valami..hu') === 'label 2 is empty'
 */
export function dnsNameProblem(name: string, options: SyntaxOptions = {}): string | undefined {
  if (isPlainName(name)) return undefined;
  if (name === '') return 'the name is empty';
  if (name.length > MAX_NAME_LENGTH) return `the name has ${name.length} characters, ${MAX_NAME_LENGTH} are allowed`;
  const labels = name.split('.');
  for (const [i, label] of labels.entries()) {
    const problem = labelProblem(label, options);
    if (problem !== undefined) return `label ${i + 1} ${problem}`;
  }
  if (number.test(labels.at(-1) as string)) return 'the last label is a number';
  return undefined;
}

/** The fault of one label, as the end of a sentence that starts with the label. */
function labelProblem(label: string, { underscore }: SyntaxOptions): string | undefined {
  if (label === '') return 'is empty';
  if (label.length > MAX_LABEL_LENGTH) return `has ${label.length} characters, ${MAX_LABEL_LENGTH} are allowed`;
  if (!(underscore ? ldhOrUnderscore : ldh).test(label)) {
    const [wrong = ''] = (underscore ? /[^a-z0-9_-]/iu : /[^a-z0-9-]/iu).exec(label) ?? [];
    return `holds ${characterName(wrong)}`;
  }
  if (label.startsWith('-')) return 'starts with a hyphen';
  if (label.endsWith('-')) return 'ends with a hyphen';
  return undefined;
}

/** A character as messages name it: `a space`, `"!"`, `U+0007`. */
export function characterName(character: string): string {
  if (character === ' ') return 'a space';
  if (character === '_') return 'an underscore';
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character)) return `"${character}"`;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
