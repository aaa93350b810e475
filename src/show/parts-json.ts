import { Cursor, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isPkiError } from '../errors.js';
import { flat, jsonOf, quote, quoteOrNull } from '../text/json.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { ByteMemo } from '../x509/byte-memo.js';
import { fingerprint } from '../x509/fingerprint.js';
import { type Attribute, type Name, readRelativeName, relativeNameText } from '../x509/name.js';
import type { PublicKey } from '../x509/public-key.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';
import { latin1 } from '../x509/strings.js';
import { JoinMemo } from './join-memo.js';

/** The parts of JSON that certificates, requests, CRLs and keys share. */

/** A name: its text, and its attributes by type. */
export interface NameJson {
  readonly text: string;
  readonly fields: string;
}

/** A relative name, ready to be put together: its text without quotes, its attributes by type. */
interface RelativeNameJson {
  readonly text: string;
  readonly types: readonly string[];
  readonly fields: string;
}

function flatName<T extends NameJson>(name: T): T {
  return { ...name, text: flat(name.text), fields: flat(name.fields) };
}

const relativeNames = new ByteMemo<RelativeNameJson>();

/** @throws {DerError} */
export function nameJson(name: Name): NameJson {
  const { bytes, contentStart, end } = name.element;
  const cursor = new Cursor(bytes, contentStart, end);
  let text = '';
  let fields = '';
  const types: string[] = [];
  let isRepeated = false;
  while (!cursor.atEnd) {
    const rdn = relativeNameJson(cursor.read(Tag.set, 'RelativeDistinguishedName'));
    text = text === '' ? rdn.text : `${rdn.text},${text}`;
    fields = fields === '' ? rdn.fields : `${fields},${rdn.fields}`;
    for (const type of rdn.types) {
      if (types.includes(type)) isRepeated = true;
      types.push(type);
    }
  }
  return { text: `"${text}"`, fields: isRepeated ? jsonOf(name.fields) : `{${fields}}` };
}

/** Countries and organizations come again and again, common names do not: those are not remembered. */
function relativeNameJson(set: Element): RelativeNameJson {
  if (!isCommonName(set)) return relativeNames.get(set, makeRelativeNameJson);
  const plain = plainCommonName(set);
  if (plain === undefined) return makeRelativeNameJson(set);
  return { text: `CN=${plain}`, types: commonNameAlone, fields: `"CN":["${plain}"]` };
}

const commonNameAlone = ['CN'];

/** True for a relative name whose first attribute is a common name. */
export function isCommonName({ bytes, contentStart: at }: Element): boolean {
  return bytes[at + 3] === 3 && bytes[at + 4] === 0x55 && bytes[at + 5] === 0x04 && bytes[at + 6] === 0x03;
}

/**
 * The value of a common name ({@link isCommonName}) that stands alone and is written as most are: short, and without
 * anything to escape.
 */
export function plainCommonName({ bytes, contentStart: at, end }: Element): string | undefined {
  const start = at + 9;
  const isAlone =
    bytes[at] === Tag.sequence &&
    bytes[at + 1] === end - at - 2 &&
    bytes[at + 2] === Tag.objectIdentifier &&
    bytes[at + 8] === end - start;
  return isAlone ? plainText(bytes[at + 7], bytes, start, end) : undefined;
}

function makeRelativeNameJson(set: Element): RelativeNameJson {
  const rdn = readRelativeName(set);
  if (rdn.length === 1) {
    const attribute = rdn[0] as Attribute;
    const { type, element } = attribute;
    // A value without anything to escape is the same in both places.
    const { tag, bytes, contentStart, end } = element;
    const plain = isNamed(type) ? plainText(tag, bytes, contentStart, end) : undefined;
    const text = plain === undefined ? quote(attribute.toString()).slice(1, -1) : `${type}=${plain}`;
    return {
      text,
      types: [type],
      fields: `"${type}":[${plain === undefined ? quote(attribute.value) : `"${plain}"`}]`,
    };
  }
  const text = quote(relativeNameText(rdn)).slice(1, -1);
  const fields = rdn.map(({ type, value }) => `${quote(type)}:[${quote(value)}]`);
  return { text, types: rdn.map(({ type }) => type), fields: fields.join(',') };
}

/** ASCII that neither RFC 4514 nor JSON wants escaped, by octet: 1 where it is. */
const plainOctets = Uint8Array.from({ length: 128 }, (_, octet) =>
  octet >= 0x20 && octet < 0x7f && !'"#+,;<>\\'.includes(String.fromCharCode(octet)) ? 1 : 0,
);

/** The text of a string that needs no escaping anywhere; undefined for any other. */
function plainText(tag: number | undefined, bytes: Uint8Array, start: number, end: number): string | undefined {
  if (tag !== Tag.utf8String && tag !== Tag.printableString) return undefined;
  if (start === end || bytes[start] === SPACE || bytes[end - 1] === SPACE) return undefined;
  for (let i = start; i < end; i++) if (plainOctets[bytes[i] as number] !== 1) return undefined;
  return latin1(bytes, start, end);
}

const SPACE = 0x20;

/** True for a short name; values of types known by OID alone are written in hex. */
const isNamed = (type: string): boolean => (type.charCodeAt(0) ^ 0x30) > 9;

const issuers = new ByteMemo<NameJson>({ keep: flatName });

/** {@link nameJson} for issuers, which certificates share. */
export function issuerJson(name: Name): NameJson {
  return issuers.get(name.element, () => nameJson(name));
}

const signatures = new ByteMemo<string | null>({ keep: (json) => (json === null ? null : flat(json)) });

/** The `signature` property; null, and a warning, where its parameters cannot be read. @throws {DerError} */
export function signatureJson(algorithm: Element, warnings: string[]): string {
  const json = signatures.get(algorithm, (element) => {
    const identifier = new AlgorithmIdentifier(element);
    return attempt(() => signatureAlgorithmJson(identifier), undefined, []);
  });
  if (json !== null) return json;
  attempt(() => signatureAlgorithm(new AlgorithmIdentifier(algorithm)), 'the signature algorithm', warnings);
  return 'null';
}

function signatureAlgorithmJson(identifier: AlgorithmIdentifier): string {
  const { algorithm, hash, pss } = signatureAlgorithm(identifier);
  const start = `{"algorithm":${quote(algorithm)},"hash":${quoteOrNull(hash)}`;
  if (pss === undefined) return `${start}}`;
  return `${start},"mgf_hash":${quote(pss.mgfHash)},"salt_length":${pss.saltLength}}`;
}

/** The `key` property. @throws {DerError} the frame of the key is broken */
export function keyJson(key: PublicKey, warnings: string[]): string {
  const bits = attempt(() => key.bits, 'the public key', warnings);
  const exponent = attempt(() => key.exponent, undefined, warnings);
  const facts = keyFactsJson({ type: key.type, bits, curve: key.curve, exponent });
  return `{${facts},"spki_sha256":"${fingerprint('sha256', key.der)}"}`;
}

/** What is known of a key without its fingerprint. */
export interface KeyFacts {
  readonly type: string;
  readonly bits: number | null;
  readonly curve: string | null;
  readonly exponent: string | null;
}

export function keyFactsJson({ type, bits, curve, exponent }: KeyFacts): string {
  return keyFacts.get([type, String(bits), curve ?? '', exponent ?? '']);
}

/** Most keys of a bundle are of a handful of kinds. What a kind has no part in is empty here. */
const keyFacts = new JoinMemo(
  ([type = '', bits, curve, exponent]) =>
    `"type":${quote(type)},"bits":${bits},"curve":${quoteOrNull(curve || null)},"exponent":${quoteOrNull(exponent || null)}`,
);

/**
 * What a lazy field gives, or null and a warning when it cannot be read.
 *
 * @param what names the field in the warning; undefined when another warning says it already
 */
export function attempt<T>(read: () => T, what: string | undefined, warnings: string[]): T | null {
  try {
    return read();
  } catch (error) {
    if (!isPkiError(error)) throw error;
    if (what !== undefined) warnings.push(`${what}: ${error.message}`);
    return null;
  }
}

/** The `fingerprints` property. */
export function fingerprintsJson(der: Uint8Array): string {
  return `{"sha1":"${fingerprint('sha1', der)}","sha256":"${fingerprint('sha256', der)}"}`;
}
