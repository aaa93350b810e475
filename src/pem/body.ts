/**
 * The text between BEGIN and END: RFC 1421 headers where there are any, then base64. Sound base64 is decoded in one go;
 * anything else line by line, so that what is damaged is named with its line.
 */

export interface PemBody {
  readonly der: Buffer;
  /** Headers of the traditional encrypted form (`Proc-Type`, `DEK-Info`), in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** A place in the input that is wrong, with its line (from 1). */
export interface PemFault {
  readonly kind: 'fault';
  readonly line: number;
  readonly message: string;
}

const LF = 0x0a;
export const noHeaders: PemBody['headers'] = [];

/** A body with more bad lines than this is damaged as a whole: the rest is only counted. */
const MAX_FAULTS_NAMED = 10;

/**
 * The body in `text[start…end)` when it is sound base64 in lines of any width with blanks anywhere, else undefined. No
 * string is made for each line: 6,000 blocks with CRLF take 40 ms, and 93 by {@link decodeBody}, in one run.
 */
export function decodeSoundBody(text: Buffer, start: number, end: number): Buffer | undefined {
  const packed = Buffer.allocUnsafeSlow(end - start);
  let characters = 0;
  let padding = 0;
  for (let i = start; i < end; i++) {
    const octet = text[i] as number;
    if (octet === LF || octet === 0x0d || octet === 0x20 || octet === 0x09) continue;
    if (octet === 0x3d) padding++;
    else if (padding > 0 || isAlphabet[octet] === 0) return undefined;
    packed[characters++] = octet;
  }
  if (characters === 0 || characters % 4 !== 0 || padding > 2) return undefined;
  return Buffer.from(packed.toString('latin1', 0, characters), 'base64');
}

/** 1 for the octets of base64's alphabet. */
const isAlphabet = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') {
  isAlphabet[character.charCodeAt(0)] = 1;
}

/** Room for headers, which are not base64. */
const SLACK = 4096;

/** True when `text[start…end)` clearly holds base64 for more than `limit` octets: known without decoding it. */
export function holdsMoreThan(limit: number, text: Buffer, start: number, end: number): boolean {
  if (((end - start) / 4) * 3 <= limit) return false;
  let characters = 0;
  for (let i = start; i < end; i++) characters += isAlphabet[text[i] as number] as number;
  return ((characters - SLACK) / 4) * 3 > limit;
}

/** Decodes any body; `firstLine` is the line its text starts in, the one of BEGIN. */
export function decodeBody(text: string, firstLine: number): PemBody | readonly PemFault[] {
  const lines = text.split(/\r\n|\n|\r/);
  const { headers, bodyStart } = readHeaders(lines);
  const faults: PemFault[] = [];
  let bad = 0;
  const fault = (index: number, message: string) => {
    bad++;
    if (bad <= MAX_FAULTS_NAMED) faults.push({ kind: 'fault', line: firstLine + index, message });
  };
  const parts: string[] = [];
  let characters = 0;
  let padded = -1;
  let lastLine = bodyStart;
  for (let i = bodyStart; i < lines.length; i++) {
    const line = (lines[i] as string).replace(/[\s\ufeff]+/g, '');
    if (line === '') continue;
    lastLine = i;
    const problem = lineProblem(line);
    if (problem !== undefined) fault(i, problem);
    else if (padded !== -1) fault(i, `base64 goes on after its padding in line ${firstLine + padded}`);
    if (line.endsWith('=')) padded = i;
    parts.push(line);
    characters += line.length;
  }
  if (bad === 0 && characters === 0) fault(0, 'the block is empty');
  if (bad === 0 && characters % 4 !== 0) fault(...lengthProblem(lines, bodyStart, lastLine, characters));
  if (bad > MAX_FAULTS_NAMED) {
    const more = bad - MAX_FAULTS_NAMED;
    faults.push({
      kind: 'fault',
      line: firstLine + lastLine,
      message: `${more} more damaged ${more === 1 ? 'line' : 'lines'} up to here`,
    });
  }
  return bad > 0 ? faults : { der: Buffer.from(parts.join(''), 'base64'), headers };
}

/** RFC 1421 4.6: `Name: value` lines, folded ones indented, up to an empty line. */
function readHeaders(lines: readonly string[]): { headers: PemBody['headers']; bodyStart: number } {
  let start = 0;
  while (start < lines.length && lines[start]?.trim() === '') start++;
  if (!/^\s*[\w-]+:/.test(lines[start] ?? '')) return { headers: noHeaders, bodyStart: 0 };
  const headers: [string, string][] = [];
  for (let i = start; i < lines.length; i++) {
    const line = lines[i] as string;
    if (line.trim() === '') return { headers, bodyStart: i + 1 };
    const header = /^\s*([\w-]+):(.*)$/.exec(line);
    const last = headers.at(-1);
    if (header !== null) headers.push([header[1] as string, (header[2] as string).trim()]);
    else if (last !== undefined && /^\s/.test(line)) last[1] += line.trim();
    else return { headers, bodyStart: i };
  }
  return { headers, bodyStart: lines.length };
}

function lineProblem(line: string): string | undefined {
  if (/^[A-Za-z0-9+/]*={0,2}$/.test(line)) return undefined;
  if (/^(?:\.\.|\u2026)[.\u2026]*$/.test(line)) return `${line} stands where base64 should: the block is abbreviated`;
  if (/^-+(?:BEGIN|END)/.test(line) || endsAsBoundary(line)) return `malformed BEGIN or END line: ${line}`;
  if (/^[A-Za-z0-9_-]*={0,2}$/.test(line)) return 'base64url (- and _) where base64 (+ and /) is due';
  if (line.includes('\\n')) return 'line breaks are written as \\n: unescape the text first';
  const [character = ''] = /[^A-Za-z0-9+/]/u.exec(line) ?? [];
  const column = line.indexOf(character) + 1;
  if (character === '=') return `padding inside the base64, at column ${column}`;
  return `${character === "'" ? `"'"` : `'${character}'`} at column ${column} is not base64`;
}

/** No label and no END are longer than this: a longer line is not searched for one. */
const LONGEST_LABEL = 64;

/** True for what has a BEGIN or END, the rest of a label and dashes at its end. */
const endsAsBoundary = (line: string): boolean =>
  line.endsWith('-') && /(?:BEGIN|END)[A-Z0-9]{0,40}-{1,20}$/.test(line.slice(-LONGEST_LABEL));

/** The line most likely to have lost or gained characters: the first that is not as long as most are. */
function lengthProblem(
  lines: readonly string[],
  start: number,
  last: number,
  total: number,
): [index: number, message: string] {
  const lengths = lines.slice(start, last + 1).map((line) => line.trim().length);
  const tally = new Map<number, number>();
  for (const length of lengths.slice(0, -1)) if (length > 0) tally.set(length, (tally.get(length) ?? 0) + 1);
  const usual = [...tally].sort((a, b) => b[1] - a[1])[0]?.[0];
  const odd = lengths.findIndex((length, i) => length !== usual && length !== 0 && i < lengths.length - 1);
  const problem = `base64 of ${total} characters, not a multiple of 4`;
  if (odd === -1) return [last, `${problem}: cut in this line?`];
  return [start + odd, `${problem}: this line has ${lengths[odd]}, most have ${usual}`];
}
