/** Which of some short texts stand in bytes that come in pieces, also across the seams. */
export function signsIn(chunks: Iterable<Buffer>, signs: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const overlap = Math.max(...signs.map((sign) => sign.length));
  let before: Buffer = Buffer.alloc(0);
  for (const chunk of chunks) {
    const seam = Buffer.concat([before, chunk.subarray(0, overlap)]);
    for (const sign of signs) if (chunk.includes(sign) || seam.includes(sign)) found.add(sign);
    if (found.size === signs.length) break;
    before = Buffer.from(chunk.length < overlap ? seam.subarray(-overlap) : chunk.subarray(-overlap));
  }
  return found;
}
