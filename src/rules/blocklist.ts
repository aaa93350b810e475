import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileChunks } from '../cli/input.js';
import { children, type Element, encapsulated, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { isPkiError, PkiError } from '../errors.js';
import { pemKind } from '../pem/labels.js';
import { type PemItem, PemScanner } from '../pem/scanner.js';
import { unsignedContent } from '../x509/integers.js';

/**
 * Lists of keys known to be weak, as Debian's broken generator made them (CVE-2008-0166), in both forms they are published
 * in: Debian's openssl-blacklist (a line is the last 80 bits of the SHA-1 of `Modulus=…`, in hex), and the CA/Browser
 * Forum's collection of the weak private keys themselves. A directory is read with everything below it.
 */
export interface Blocklist {
  /** Entries read. */
  readonly size: number;
  /** True when the RSA key is on the list. */
  hasModulus(modulus: Uint8Array): boolean;
  /** True when a key with this point of an elliptic curve is on the list. */
  hasPoint(point: Uint8Array): boolean;
}

/**
 * Reads a block list.
 *
 * @throws {PkiError} a line that is neither a comment nor a hash, a PEM block that is no private key; with its place
 */
export function readBlocklist(path: string): Blocklist {
  const hashes = new Set<string>();
  const points = new Set<string>();
  for (const file of filesBelow(path)) readFile(file, hashes, points);
  if (hashes.size + points.size === 0) throw new PkiError('BLOCKLIST', `${path}: holds no key and no hash of one`);
  return {
    size: hashes.size + points.size,
    hasModulus: (modulus) => hashes.has(modulusHash(modulus)),
    hasPoint: (point) => points.has(Buffer.from(point).toString('hex')),
  };
}

/** What openssl-blacklist files an RSA key under. */
function modulusHash(modulus: Uint8Array): string {
  const text = `Modulus=${Buffer.from(modulus).toString('hex').toUpperCase()}\n`;
  return createHash('sha1').update(text).digest('hex').slice(20);
}

function* filesBelow(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.startsWith('.') && !/^README/i.test(entry.name)) {
      yield join(entry.parentPath, entry.name);
    }
  }
}

/**
 * One file, piece by piece, however large: hashes, or keys in PEM with text around them. Which of the two it is shows at
 * the first block.
 */
function readFile(path: string, hashes: Set<string>, points: Set<string>): void {
  const scanner = new PemScanner();
  const lines = new HashLines(hashes);
  let keys = 0;
  const take = (items: Iterable<PemItem>) => {
    for (const item of items) keys += readKeyIn(path, item, hashes, points);
  };
  let size = 0;
  for (const chunk of fileChunks(path)) {
    take(scanner.push(chunk));
    lines.push(chunk);
    size += chunk.length;
    if (lines.wrong !== undefined && !scanner.sawBoundary && size > LONGEST_PREFACE) break;
  }
  take(scanner.end());
  lines.end();
  if (keys > 0 || lines.wrong === undefined) return;
  throw new PkiError('BLOCKLIST', `${path}: line ${lines.wrong}: not 20 hex digits`, {
    hint: 'the format of openssl-blacklist, or weak private keys in PEM',
  });
}

/** Lines of hashes and comments, until the first that is neither. */
class HashLines {
  readonly #hashes: Set<string>;
  #line = 1;
  #rest = '';
  /** The number of the first line that is neither a hash nor a comment. */
  wrong: number | undefined;

  constructor(hashes: Set<string>) {
    this.#hashes = hashes;
  }

  push(chunk: Buffer): void {
    if (this.wrong !== undefined) return;
    const lines = (this.#rest + chunk.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#rest.length <= LONGEST_LINE) return;
    // Longer than a hash: a comment or wrong, whatever follows.
    this.#rest = this.#rest.slice(0, LONGEST_LINE);
    if (!/^\s*(?:#|$)/.test(this.#rest)) this.wrong ??= this.#line;
  }

  end(): void {
    if (this.wrong === undefined) this.#take(this.#rest);
  }

  #take(raw: string): void {
    const line = raw.trim().toLowerCase();
    if (/^[0-9a-f]{20}$/.test(line)) this.#hashes.add(line);
    else if (line !== '' && !line.startsWith('#')) this.wrong ??= this.#line;
    this.#line++;
  }
}

const LONGEST_LINE = 1024;

/** Text before the first block of a file of keys, in octets: behind it, what holds neither hashes nor PEM is given up. */
const LONGEST_PREFACE = 2 ** 20;

/** How many keys the item adds: 1, or 0 for parameters that stand before a key. */
function readKeyIn(path: string, item: PemItem, hashes: Set<string>, points: Set<string>): 0 | 1 {
  if (item.kind === 'fault') throw new PkiError('BLOCKLIST', `${path}: line ${item.line}: ${item.message}`);
  if (pemKind(item.label) === 'ec_parameters') return 0;
  try {
    readKey(readElement(item.der), hashes, points);
    return 1;
  } catch (error) {
    if (!isPkiError(error)) throw error;
    throw new PkiError('BLOCKLIST', `${path}: line ${item.line}: no RSA or EC private key: ${error.message}`);
  }
}

/** PKCS#1 is two INTEGERs and more, SEC 1 an INTEGER and an OCTET STRING, PKCS#8 an INTEGER and a SEQUENCE. */
function readKey(key: Element, hashes: Set<string>, points: Set<string>): void {
  const fields = children(key);
  fields.read(Tag.integer, 'version');
  const second = fields.next();
  if (second.tag === Tag.integer) hashes.add(modulusHash(unsignedContent(second)));
  else if (second.tag === Tag.sequence) readKey(encapsulated(fields.read(Tag.octetString)).next(), hashes, points);
  else {
    fields.optional(contextConstructed(0));
    const point = children(fields.read(contextConstructed(1), 'public key')).read(Tag.bitString);
    points.add(Buffer.from(point.content().subarray(1)).toString('hex'));
  }
}
