import { statSync } from 'node:fs';
import { elementAt } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { attempt } from '../../errors.js';
import { fileChunks } from '../../input/source.js';
import { LongBlock } from '../../pem/long-block.js';

const LABEL = 'X509 CRL';

/** In octets: what is signed in no certificate, and the algorithm of no encrypted key, is near it. */
const LONG = 1024 * 1024;

/**
 * True for a file that is one long revocation list and nothing else, in DER or as a block of PEM: it holds no key, and to
 * read it as a whole takes many times its size.
 */
export const isLongList = (path: string): boolean => attempt(() => sizeOfList(path)) !== undefined;

/** @returns how many octets it has, undefined where it is none @throws {PkiError} it is none either */
function sizeOfList(path: string): number | undefined {
  const [first = Buffer.alloc(0)] = fileChunks(path);
  const isPem = LongBlock.isAt(first, LABEL);
  const head = isPem ? new LongBlock(LABEL).push(first) : first;
  const outer = elementAt(head, 0, Number.POSITIVE_INFINITY);
  const inner = elementAt(head, outer.contentStart, Number.POSITIVE_INFINITY);
  if (outer.tag !== Tag.sequence || inner.tag !== Tag.sequence || inner.length <= LONG) return undefined;
  const size = isPem ? decodedSize(path) : statSync(path).size;
  return size === outer.end ? size : undefined;
}

/** The number of octets in the one block of a file. @throws {PkiError} there is more in it, or the block is damaged */
function decodedSize(path: string): number {
  const block = new LongBlock(LABEL);
  let size = 0;
  for (const chunk of fileChunks(path)) size += block.push(chunk).length;
  block.end();
  return size;
}
