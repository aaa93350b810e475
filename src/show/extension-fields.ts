import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { flat } from '../text/json.js';
import { duplicateText } from '../x509/certificate-warnings.js';
import { MAX_EXTENSIONS, tooManyExtensions } from '../x509/extension.js';
import { noNames } from './names-json.js';

/**
 * What the extensions of one object come to, as JSON. Most of a certificate's extensions are those of its neighbours, in
 * the same order: what such a combination of them gives is put together once.
 */
export interface ExtensionFields {
  readonly shared: Readonly<SharedFields>;
  readonly own: Readonly<OwnFields>;
}

/** What is the same in many certificates of a CA, a property each. */
export class SharedFields {
  isCa = 'false';
  pathLength = 'null';
  keyUsage = 'null';
  extendedKeyUsage = 'null';
  authorityKeyId = 'null';
  crlUrls = '[]';
  ocspUrls = '[]';
  issuerUrls = '[]';
  policies = '[]';
  mustStaple = 'false';
  /** The `extensions` array. */
  list = '[]';
  #usages: string | undefined;
  #services: string | undefined;

  /** What a certificate may be used for, as members of its object. */
  get usages(): string {
    this.#usages ??= flat(
      `,"is_ca":${this.isCa},"path_length":${this.pathLength}` +
        `,"key_usage":${this.keyUsage},"extended_key_usage":${this.extendedKeyUsage}`,
    );
    return this.#usages;
  }

  /** With which key it was issued, where that CA's lists are, and by what policies it works. */
  get services(): string {
    this.#services ??= flat(
      `,"authority_key_id":${this.authorityKeyId},"crl_urls":${this.crlUrls},"ocsp_urls":${this.ocspUrls}` +
        `,"issuer_urls":${this.issuerUrls},"policies":${this.policies},"must_staple":${this.mustStaple}`,
    );
    return this.#services;
  }
}

/** What every certificate has of its own, a property each. */
export class OwnFields {
  names = noNames;
  subjectKeyId = 'null';
  scts = '[]';
}

/** What an extension says that others say too. */
export class Part {
  static #count = 0;
  /** Tells parts apart. */
  readonly id = ++Part.#count;
  readonly oid: string;
  /** Its entry of `extensions`. */
  readonly entry: string;
  readonly fill: (fields: SharedFields) => void;

  constructor(oid: string, entry: string, fill: (fields: SharedFields) => void) {
    this.oid = oid;
    this.entry = entry;
    this.fill = fill;
  }
}

/** What was read of an extension. */
export interface Reading {
  readonly part: Part;
  /** Undefined where it says nothing of its own. */
  readonly fillOwn: ((fields: OwnFields) => void) | undefined;
  readonly warnings: readonly string[];
}

/**
 * Reads all extensions of one object; what is wrong with them is added to `warnings`.
 *
 * @param sequences the SEQUENCEs they stand in
 * @throws {DerError} the frame of an extension is broken, or there are more than {@link MAX_EXTENSIONS}
 */
export function readAll(
  sequences: readonly Element[],
  warnings: string[],
  read: (element: Element) => Reading,
): ExtensionFields {
  const readings: Reading[] = [];
  let hash = 0;
  let isSound = true;
  for (const sequence of sequences) {
    const cursor = children(sequence);
    while (!cursor.atEnd) {
      if (readings.length === MAX_EXTENSIONS) throw tooManyExtensions(sequence);
      const reading = read(cursor.read(Tag.sequence, 'Extension'));
      readings.push(reading);
      hash = (Math.imul(hash, 31) + reading.part.id) | 0;
      if (reading.warnings.length > 0) isSound = false;
    }
  }
  const shared = isSound ? combination(readings, hash) : undefined;
  if (shared === undefined) return oneByOne(readings, warnings);
  const own = new OwnFields();
  for (const { fillOwn } of readings) fillOwn?.(own);
  return { shared, own };
}

interface Combination {
  readonly parts: readonly Part[];
  readonly shared: SharedFields;
}

/** The last of each hash. */
const combinations: (Combination | undefined)[] = new Array(256);
/** Longer lists come once, and would only be kept from being freed. */
const LONGEST = 4096;

/** What these parts give together; undefined where two are of one kind. */
function combination(readings: readonly Reading[], hash: number): SharedFields | undefined {
  const slot = (hash ^ (hash >>> 16)) & (combinations.length - 1);
  const known = combinations[slot];
  if (known !== undefined && isMadeOf(known.parts, readings)) return known.shared;
  const parts = readings.map(({ part }) => part);
  if (new Set(parts.map(({ oid }) => oid)).size < parts.length) return undefined;
  const shared = new SharedFields();
  for (const part of parts) part.fill(shared);
  shared.list = listOf(parts);
  if (shared.list.length <= LONGEST) combinations[slot] = { parts, shared };
  return shared;
}

function isMadeOf(parts: readonly Part[], readings: readonly Reading[]): boolean {
  if (parts.length !== readings.length) return false;
  for (let i = 0; i < parts.length; i++) if (parts[i] !== readings[i]?.part) return false;
  return true;
}

function oneByOne(readings: readonly Reading[], warnings: string[]): ExtensionFields {
  const shared = new SharedFields();
  const own = new OwnFields();
  const seen = new Set<string>();
  for (const { part, fillOwn, warnings: found } of readings) {
    warnings.push(...found);
    // Of two with one OID the first counts.
    if (seen.has(part.oid)) warnings.push(duplicateText(part.oid));
    else {
      part.fill(shared);
      fillOwn?.(own);
    }
    seen.add(part.oid);
  }
  shared.list = listOf(readings.map(({ part }) => part));
  return { shared, own };
}

const listOf = (parts: readonly Part[]): string => flat(`[${parts.map(({ entry }) => entry).join(',')}]`);
