import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { children, type Element, encapsulated, readElement } from '../der/reader.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { isPkiError, PkiError } from '../errors.js';
import { pemKind } from '../pem/labels.js';
import { PemScanner } from '../pem/scanner.js';
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

function readFile(path: string, hashes: Set<string>, points: Set<string>): void {
  const bytes = readFileSync(path);
  if (bytes.includes('-----BEGIN ')) readKeys(path, bytes, hashes, points);
  else readHashes(path, bytes.toString('latin1'), hashes);
}

function readHashes(path: string, text: string, hashes: Set<string>): void {
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim().toLowerCase();
    if (line === '' || line.startsWith('#')) continue;
    if (!/^[0-9a-f]{20}$/.test(line)) {
      throw new PkiError('BLOCKLIST', `${path}: line ${index + 1}: not 20 hex digits`, {
        hint: 'the format of openssl-blacklist, or weak private keys in PEM',
      });
    }
    hashes.add(line);
  }
}

function readKeys(path: string, bytes: Uint8Array, hashes: Set<string>, points: Set<string>): void {
  const scanner = new PemScanner();
  for (const item of [...scanner.push(bytes), ...scanner.end()]) {
    if (item.kind === 'fault') throw new PkiError('BLOCKLIST', `${path}: line ${item.line}: ${item.message}`);
    if (pemKind(item.label) === 'ec_parameters') continue;
    try {
      readKey(readElement(item.der), hashes, points);
    } catch (error) {
      if (!isPkiError(error)) throw error;
      throw new PkiError('BLOCKLIST', `${path}: line ${item.line}: no RSA or EC private key: ${error.message}`);
    }
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
