import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { children, type Element, encapsulated, readElement } from '../../der/reader.js';
import { contextConstructed, Tag } from '../../der/tag.js';
import { isPkiError, PkiError } from '../../errors.js';
import { fileChunks } from '../../input/source.js';
import { pemKind } from '../../pem/labels.js';
import { type PemItem, PemScanner } from '../../pem/scanner.js';
import type { Blocklist } from '../../rules/examined-request.js';
import { unsignedContent } from '../../x509/integers.js';

/**
 * Reads a list of keys known to be weak, as Debian's broken generator made them (CVE-2008-0166), in the forms it is
 * published in: Debian's openssl-blacklist (a line is the last 80 bits of the SHA-1 of `Modulus=…`, in hex); the
 * CA/Browser Forum's Debian-weak-keys, a folder tree of the private keys themselves, PKCS#1 and SEC1 in DER, elsewhere in
 * PEM; and the dwk_blocklists that go with it (a line is the SHA-256 of the modulus or of the x coordinate). A directory
 * is read with everything below it.
 *
 * @throws {PkiError} a line that is neither a comment nor a hash, a PEM block that is no private key; with its place
 */
export function readBlocklist(path: string): Blocklist {
  const hashes = new Set<string>();
  for (const file of filesBelow(path)) readFile(file, hashes);
  if (hashes.size === 0) throw new PkiError('BLOCKLIST', `${path}: holds no key and no hash of one`);
  return {
    size: hashes.size,
    hasModulus: (modulus) => hashes.has(numberHash(modulus)) || hashes.has(debianHash(modulus)),
    hasPoint: (point) => hashes.has(pointHash(point)),
  };
}

/** The entry of an RSA key in openssl-blacklist: 20 digits. */
function debianHash(modulus: Uint8Array): string {
  const text = `Modulus=${Buffer.from(modulus).toString('hex').toUpperCase()}\n`;
  return createHash('sha1').update(text).digest('hex').slice(20);
}

/** The entry of a key in dwk_blocklists: 64 digits, of a number without leading zeros. */
function numberHash(number: Uint8Array): string {
  const first = number.findIndex((octet) => octet !== 0);
  return createHash('sha256')
    .update(number.subarray(Math.max(first, 0)))
    .digest('hex');
}

/** A point by its x coordinate: the other with this x belongs to the negative of the same private key. */
function pointHash(point: Uint8Array): string {
  const isCompressed = point[0] === 0x02 || point[0] === 0x03;
  return numberHash(point.subarray(1, isCompressed ? undefined : (point.length + 1) / 2));
}

/** Files beside a list that say something of it. */
const aboutTheList = /^\.|^(README|LICEN[CS]E|COPYING|CHANGELOG)|\.(md|sh|py)$/i;

function* filesBelow(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !aboutTheList.test(entry.name)) yield join(entry.parentPath, entry.name);
  }
}

/**
 * One file, piece by piece, however large: a key in DER, hashes, or keys in PEM with text around them. Which of the last
 * two it is shows at the first block.
 */
function readFile(path: string, hashes: Set<string>): void {
  const scanner = new PemScanner();
  const lines = new HashLines(hashes);
  let keys = 0;
  const take = (items: Iterable<PemItem>) => {
    for (const item of items) keys += readKeyIn(path, item, hashes);
  };
  let size = 0;
  for (const chunk of fileChunks(path)) {
    if (size === 0 && isDerKey(chunk)) {
      addKey(chunk, path, hashes);
      return;
    }
    take(scanner.push(chunk));
    lines.push(chunk);
    size += chunk.length;
    if (lines.wrong !== undefined && !scanner.sawBoundary && size > LONGEST_PREFACE) break;
  }
  take(scanner.end());
  lines.end();
  if (keys > 0 || lines.wrong === undefined) return;
  throw new PkiError('BLOCKLIST', `${path}: line ${lines.wrong}: not 20 or 64 hex digits`, {
    hint: 'a list as in openssl-blacklist or dwk_blocklists, or weak private keys in DER or PEM',
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
    if (/^(?:[0-9a-f]{20}|[0-9a-f]{64})$/.test(line)) this.#hashes.add(line);
    else if (line !== '' && !line.startsWith('#')) this.wrong ??= this.#line;
    this.#line++;
  }
}

const LONGEST_LINE = 1024;

/** Text before the first block of a file of keys, in octets: behind it, what holds neither hashes nor PEM is given up. */
const LONGEST_PREFACE = 2 ** 20;

/** A SEQUENCE with a version near its start. A hash may begin with 0, which is a SEQUENCE's tag, but holds no INTEGER's. */
const isDerKey = (chunk: Buffer): boolean => chunk[0] === Tag.sequence && chunk.subarray(0, 8).includes(Tag.integer);

/** The number of keys the item adds: 1, or 0 for parameters that stand before a key. */
function readKeyIn(path: string, item: PemItem, hashes: Set<string>): 0 | 1 {
  if (item.kind === 'fault') throw new PkiError('BLOCKLIST', `${path}: line ${item.line}: ${item.message}`);
  if (pemKind(item.label) === 'ec_parameters') return 0;
  addKey(item.der, `${path}: line ${item.line}`, hashes);
  return 1;
}

function addKey(der: Uint8Array, place: string, hashes: Set<string>): void {
  try {
    hashes.add(keyHash(readElement(der)));
  } catch (error) {
    if (!isPkiError(error)) throw error;
    throw new PkiError('BLOCKLIST', `${place}: no RSA or EC private key: ${error.message}`);
  }
}

/** PKCS#1 is two INTEGERs and more, SEC 1 an INTEGER and an OCTET STRING, PKCS#8 an INTEGER and a SEQUENCE. */
function keyHash(key: Element): string {
  const fields = children(key);
  fields.read(Tag.integer, 'version');
  const second = fields.next();
  if (second.tag === Tag.integer) return numberHash(unsignedContent(second));
  if (second.tag === Tag.sequence) return keyHash(encapsulated(fields.read(Tag.octetString)).next());
  fields.optional(contextConstructed(0));
  const point = children(fields.read(contextConstructed(1), 'public key')).read(Tag.bitString);
  return pointHash(point.content().subarray(1));
}
