/** Names of files take 255 octets at most; this leaves room for what is put around them. */
const LONGEST = 200;

/**
 * A name as a file may be called: `*` is `_wildcard`; what means something to paths, shells and terminals, and blanks, is
 * `_`; letters and digits of any script stay.
 */
export function fileName(name: string): string {
  const safe = name
    .replaceAll('*', '_wildcard')
    .replace(/[^\p{L}\p{M}\p{N}._@+=,-]|\p{Default_Ignorable_Code_Point}/gu, '_')
    .replace(/^[.-]/, '_');
  let fitting = '';
  for (const character of safe) {
    if (Buffer.byteLength(fitting + character) > LONGEST) break;
    fitting += character;
  }
  return fitting;
}
