import { pemKind } from '../pem/labels.js';
import { type PemItem, PemScanner } from '../pem/scanner.js';
import { type Decoded, type Encoding, encodingOf } from './encodings.js';
import type { Format, InputFault, InputItem } from './item.js';
import { DEFAULT_MAX_LIST_SIZE, DEFAULT_MAX_SIZE } from './source.js';

/** The length of text that is looked at for signs of another encoding before it is read. */
const HEAD = 4096;

/** PEM with anything around it, in ASCII, UTF-8 or UTF-16, or encoded once more. */
export class TextFormat implements Format {
  readonly #maxSize: number | undefined;
  readonly #scanner: PemScanner;
  readonly #decoder: InstanceType<typeof TextDecoder> | undefined;
  /** Stands in front of every place. */
  readonly #prefix: string;
  #notices: readonly string[];
  /** The head of the text, for the words about an input with nothing in it. */
  #head = '';
  /** Text that is held until it is known how it is encoded, and then as long as it has to be whole to be decoded. */
  #held: Buffer[] | undefined;
  #heldSize = 0;
  #encoding: Encoding | undefined;
  /** True when something was read of what was encoded. */
  #hasDecoded = false;

  /** @param isPlain the text is no other's encoding: it was decoded already */
  constructor(maxSize: number | undefined, encoding?: 'utf-16le' | 'utf-16be', prefix = '', isPlain = false) {
    this.#maxSize = maxSize;
    this.#scanner = new PemScanner({ maxSize: (label) => sizeLimit(label, maxSize) });
    this.#decoder = encoding === undefined ? undefined : new TextDecoder(encoding);
    this.#notices = encoding === undefined ? [] : ['UTF-16 text, taken as if it were ASCII'];
    this.#prefix = prefix;
    this.#held = isPlain ? undefined : [];
  }

  get isEmpty(): boolean {
    return !this.#scanner.sawBoundary && !this.#hasDecoded;
  }

  push(chunk: Buffer): InputItem[] {
    const text =
      this.#decoder === undefined ? chunk : Buffer.from(this.#decoder.decode(chunk, { stream: true }), 'utf8');
    if (this.#head.length < 1024) this.#head += text.toString('latin1', 0, 1024);
    if (this.#held === undefined) return this.#scan(text);
    this.#held.push(text);
    this.#heldSize += text.length;
    if (this.#heldSize < HEAD) return [];
    this.#encoding ??= encodingOf(Buffer.concat(this.#held).toString('utf8', 0, HEAD));
    if (this.#encoding !== undefined && this.#heldSize <= (this.#maxSize ?? DEFAULT_MAX_SIZE)) return [];
    return this.#scanHeld(this.#held);
  }

  end(): InputItem[] {
    const items: InputItem[] = [];
    if (this.#held !== undefined) {
      const text = Buffer.concat(this.#held).toString('utf8');
      this.#encoding ??= encodingOf(text);
      if (this.#encoding === undefined) items.push(...this.#scanHeld(this.#held));
      else for (const each of this.#encoding.decode(text)) items.push(...this.#decoded(each));
    }
    items.push(...this.#scanner.end().map((item) => this.#item(item)));
    if (this.isEmpty) items.push(nothingFound(this.#head));
    return items;
  }

  #scan(text: Buffer): InputItem[] {
    return this.#scanner.push(text).map((item) => this.#item(item));
  }

  #scanHeld(held: readonly Buffer[]): InputItem[] {
    this.#held = undefined;
    return held.flatMap((text) => this.#scan(text));
  }

  #decoded({ prefix, text }: Decoded): InputItem[] {
    const format = new TextFormat(this.#maxSize, undefined, `${this.#prefix}${prefix}`, true);
    const items = format.push(Buffer.from(text, 'utf8'));
    items.push(...format.end());
    this.#hasDecoded = true;
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
  if (/^\s*$/.test(head)) return { kind: 'fault', message: 'empty input', isForeign: true };
  const [, hint] = looks.find(([pattern]) => pattern.test(head)) ?? [];
  const expected = 'expected PEM (-----BEGIN ...-----) or DER';
  return { kind: 'fault', message: 'neither PEM nor DER', hint: hint ?? expected, isForeign: true };
}

/** Texts that people take for PEM or DER, by the head of them in Latin-1. */
const looks: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/^\s*MI[A-Za-z0-9+/=\s]+$/, 'this looks like base64 that lost its BEGIN and END lines: base64 -d makes DER of it'],
  [
    /^\s*MI[A-Za-z0-9_=\s-]+$/,
    'this looks like base64url without BEGIN and END lines: basenc -d --base64url makes DER of it',
  ],
  [/^\s*30[\s:]*8[0-4][\s:0-9a-f]+$/i, 'this looks like DER in hex: xxd -r -p makes DER of it'],
  [/^0+: 308[0-4]/i, 'this looks like a dump of DER: xxd -r makes DER of it'],
  [/^0+: 2d2d/, 'this looks like a dump of PEM: xxd -r makes PEM of it'],
  // od -t x1, hexdump -C.
  [/^0+ +(?:30 8[0-4]|2d 2d) /i, "this looks like a dump: sed 's/^[^ ]*//; s/[|>].*//' FILE | xxd -r -p turns it back"],
  // od -x, hexdump: words of two octets, the second one first.
  [
    /^0+ +(?:8[0-4]30|2d2d) /i,
    "this looks like a dump in words: sed 's/^[^ ]*//' FILE | xxd -r -p | dd conv=swab turns it back",
  ],
  // od, od -b.
  [
    /^0+ +(?:10[0-2][04]60|026455|060 20[0-4]|055 055) /,
    'this looks like a dump in octal: od -A n -t x1 makes one in hex of the original, which xxd -r -p turns back',
  ],
  [/^\s*0x30, ?0x8[0-4],/i, "this looks like an array in C: sed 's/0x//g' FILE | xxd -r -p makes DER of it"],
  [/^\s*2d[\s:]*2d[\s:]*2d[\s:0-9a-f]+$/i, 'this looks like PEM in hex: xxd -r -p makes PEM of it'],
  [/^SPKAC=/, 'this is an SPKAC, which browsers once made in place of a request: csr-gen makes a request'],
  [/^PuTTY-User-Key-File-/, 'this is a key in PuTTY form: puttygen FILE -O private-openssh -o KEY makes PEM of it'],
  [/<RSAKeyValue>/, 'this is a key in XML, as .NET has it: RSA.ExportPkcs8PrivateKeyPem() writes it as PEM'],
  [
    /^(?:ssh-(?:rsa|dss|ed25519)|ecdsa-sha2-\S+) AAAA/,
    'this is a public key in OpenSSH form: ssh-keygen -e -m PKCS8 -f FILE makes PEM of it',
  ],
  [
    /^---- BEGIN SSH2 PUBLIC KEY ----/,
    'this is a public key in SSH2 form: ssh-keygen -i -f FILE makes OpenSSH form of it, ssh-keygen -e -m PKCS8 of that PEM',
  ],
  [
    // JKS and JCEKS.
    /^(?:\xfe\xed\xfe\xed|\xce\xce\xce\xce)/,
    'this is a Java key store of the old kind: keytool -importkeystore with -deststoretype pkcs12 makes PKCS#12 of it',
  ],
];

/** The largest size of an object with this label, in bytes. */
export function sizeLimit(label: string | undefined, maxSize: number | undefined): number {
  if (maxSize !== undefined) return maxSize;
  return label === undefined || isLongKind(pemKind(label)) ? DEFAULT_MAX_LIST_SIZE : DEFAULT_MAX_SIZE;
}

/** Revocation lists and collections of certificates grow with their CA. */
export const isLongKind = (kind: string | undefined): boolean => kind === 'crl' || kind === 'pkcs7';
