/**
 * The text without what may be a line of a private key: messages quote what they do not understand, and a key file given in
 * the place of a list of names is soon done. What decodes to sixteen octets or more is cut to its head, whether it is in
 * base64, in one run or in groups, in hexadecimal, or in UTF-16 read as something else.
 *
 * Paths, names and the numbers we print ourselves stay. In base64 the kind of character changes more often than in words,
 * and cases are mixed; numbers of ours are named.
 */
export function withoutSecrets(text: string): string {
  return withoutGroups(text.replace(utf16Run, (run) => run.replace(/[\0\ufffd]/g, '')))
    .replace(longWord, (word) => (binary.test(word) ? cut(word) : word))
    .replace(base64Run, (run) => (isDense(run) ? cut(run) : run))
    .replace(hexRun, (run, name: string | undefined, digits: string) =>
      name === undefined && /\d/.test(digits) ? cut(digits) : run,
    );
}

/** The text of what should have been a name, and is none, nor a path: whatever may hold 16 octets in base64 is cut. */
export const withoutRuns = (text: string): string =>
  binary.test(text) && text.length > SHORTEST_SECRET ? cut(text) : withoutSecrets(text).replace(base64Run, cut);

/** As many characters of what may be a key are shown, and of any other word that is no path. */
const HEAD = 8;
const LONGEST_WORD = 80;

const cut = (run: string): string => `${run.slice(0, HEAD)}... (${run.length} characters)`;

/** DER read as text: 16 of its octets in a row may well be characters. A name with one zero octet in it is shown. */
const longWord = /\S{17,}/g;
const binary = /\ufffd|[\0-\x08\x0e-\x1f\x7f].*[\0-\x08\x0e-\x1f\x7f]/s;

/** ASCII with a zero octet between the letters. */
const utf16Run = /(?:[!-~][\0\ufffd]){8,}[!-~]?|(?:[\0\ufffd][!-~]){8,}/g;

/** Long enough to hold 16 octets. */
const base64Run = /[A-Za-z0-9+/=_-]{22,}/g;

/** 16 octets in hexadecimal, also octet by octet; with the word in front of it that makes it a number of ours. */
const hexRun =
  /(\b(?:serial|becomes|fingerprint|sha256|sha-256|SHA-256|id) )?\b((?:[0-9A-Fa-f]{2}[ :,-]?){15}[0-9A-Fa-f]{2,}\b(?:[ :,-]?[0-9A-Fa-f]{2}\b)*)/g;

/** Base64 in groups of one length, as programs and people lay out long numbers. */
function withoutGroups(text: string): string {
  let rest = text;
  for (let length = 2; length <= 16; length++) {
    const groups = new RegExp(
      `(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{${length}}[ \\t,:;]{1,2}){${Math.ceil(SHORTEST_SECRET / length)},}[A-Za-z0-9+/=]{0,${length}}`,
      'g',
    );
    rest = rest.replace(groups, (found) => (isDense(found.replace(/[ \t,:;]+/g, '')) ? cut(found) : found));
  }
  return rest;
}

/** A shorter part of a path is a name, however it is spelt: those of temporary folders are not. */
const SHORTEST_PART = 8;
const SHORTEST_SECRET = 16;

function isDense(run: string): boolean {
  if (!/[a-z]/.test(run) || !/[A-Z]/.test(run)) return false;
  const dense = run.split('/').filter((part) => part.length >= SHORTEST_PART && changesOften(part));
  return dense.reduce((length, part) => length + part.length, 0) >= SHORTEST_SECRET || holdsFewWords(run);
}

/** Words and years are most of a path; the last, short line of a key may be all slashes and short parts. */
const word = /[A-Z]?[a-z]{3,}|[A-Z]{4,}|\d{4,}|\//g;
const MOST_OF_A_PATH = 0.6;

function holdsFewWords(run: string): boolean {
  const letters = run.replaceAll('/', '').length;
  return run.replace(word, '').length > (1 - MOST_OF_A_PATH) * letters;
}

function changesOften(part: string): boolean {
  const kinds = part.replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A').replace(/\d/g, '0');
  let changes = 0;
  for (let i = 1; i < kinds.length; i++) if (kinds[i] !== kinds[i - 1]) changes++;
  return changes > part.length / 4;
}

/** The text with words that are too long to be read cut to their head; a path is named whole. */
export const withoutLongWords = (text: string): string =>
  text.replace(/\S{81,}/g, (word) =>
    word.includes('/') && !word.includes('://')
      ? word
      : `${word.slice(0, LONGEST_WORD)}... (${word.length} characters)`,
  );
