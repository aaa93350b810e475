/** Names of files take 255 octets at most; this leaves room for what is put around them. */
const LONGEST = 200;

/** A name as a file may be called: `*` is `_wildcard`, what means something in paths is `_`. */
export function fileName(name: string): string {
  const safe = name
    .replaceAll('*', '_wildcard')
    .replace(/[/\\\u0000-\u001f\u007f\ufffd]|\p{Surrogate}/gu, '_')
    .replace(/^[.-]/, '_');
  let fitting = '';
  for (const character of safe) {
    if (Buffer.byteLength(fitting + character) > LONGEST) break;
    fitting += character;
  }
  return fitting;
}
