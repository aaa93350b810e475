import { TextDecoder } from 'node:util';
import { pemKind } from '../pem/labels.js';
import { type PemItem, PemScanner } from '../pem/scanner.js';
import type { Format, InputFault, InputItem } from './item.js';
import { DEFAULT_MAX_LIST_SIZE, DEFAULT_MAX_SIZE } from './source.js';

/** PEM with anything around it, in ASCII, UTF-8 or UTF-16. */
export class TextFormat implements Format {
  readonly #scanner: PemScanner;
  readonly #decoder: TextDecoder | undefined;
  /** Stands in front of every place. */
  readonly #prefix: string;
  #notices: readonly string[];
  /** The head of the text, for the words about an input with nothing in it. */
  #head = '';

  constructor(maxSize: number | undefined, encoding?: 'utf-16le' | 'utf-16be', prefix = '') {
    this.#scanner = new PemScanner({ maxSize: (label) => sizeLimit(label, maxSize) });
    this.#decoder = encoding === undefined ? undefined : new TextDecoder(encoding);
    this.#notices = encoding === undefined ? [] : ['UTF-16 text, taken as if it were ASCII'];
    this.#prefix = prefix;
  }

  get isEmpty(): boolean {
    return !this.#scanner.sawBoundary;
  }

  push(chunk: Buffer): InputItem[] {
    const text =
      this.#decoder === undefined ? chunk : Buffer.from(this.#decoder.decode(chunk, { stream: true }), 'utf8');
    if (this.#head.length < 1024) this.#head += text.toString('latin1', 0, 1024);
    return this.#scanner.push(text).map((item) => this.#item(item));
  }

  end(): InputItem[] {
    const items = this.#scanner.end().map((item) => this.#item(item));
    if (this.isEmpty) items.push(nothingFound(this.#head));
    return items;
  }

  #item(item: PemItem): InputItem {
    const place = `${this.#prefix}line ${item.line}`;
    if (item.kind === 'fault') return { kind: 'fault', message: `${place}: ${item.message}` };
    const { label, der, headers } = item;
    const notices = this.#notices.length === 0 ? item.notices : [...this.#notices, ...item.notices];
    this.#notices = [];
    return { kind: 'object', label, pemKind: pemKind(label), der, headers, place, notices };
  }
}

function nothingFound(head: string): InputFault {
  if (/^\s*$/.test(head)) return { kind: 'fault', message: 'empty input' };
  const [, hint] = looks.find(([pattern]) => pattern.test(head)) ?? [];
  return { kind: 'fault', message: 'neither PEM nor DER', hint: hint ?? 'expected PEM (-----BEGIN ...-----) or DER' };
}

/** What people take for PEM or DER, by the head of it in Latin-1. */
const looks: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^\s*MI[A-Za-z0-9+/=\s]+$/, 'this looks like base64 that lost its BEGIN and END lines'],
  [
    // JKS and JCEKS.
    /^(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce)/,
    'this is a Java key store of the old kind: keytool -importkeystore with -deststoretype pkcs12 makes PKCS#12 of it',
  ],
];

/** What an object of this label may weigh, in bytes. */
export function sizeLimit(label: string | undefined, maxSize: number | undefined): number {
  if (maxSize !== undefined) return maxSize;
  return label === undefined || isList(pemKind(label)) ? DEFAULT_MAX_LIST_SIZE : DEFAULT_MAX_SIZE;
}

/** Revocation lists and collections of certificates grow with their CA. */
export const isList = (kind: string | undefined): boolean => kind === 'crl' || kind === 'pkcs7';
