import { UsageError } from '../errors.js';
import { Hex, isList, type Json, Place } from '../text/json.js';
import { nearest } from '../text/nearest.js';
import { listed, printable } from '../text/printable.js';
import { attributeShortName } from '../x509/attribute-types.js';
import type { Show, ShowSink } from './inspector.js';
import { withNames } from './oid-names.js';
import { propertiesOf, propertyNames } from './properties.js';

/** Below these stand the types of attributes, which may be any. */
const distinguishedNames: Readonly<Record<string, string>> = {
  subject: 'subject_fields',
  issuer: 'issuer_fields',
  subject_fields: 'subject_fields',
  issuer_fields: 'issuer_fields',
};

/**
 * `--field`: one line an object, tab-separated.
 *
 * @param list JSON paths, comma-separated, and `subject.CN`, `issuer.o` for attributes of names
 * @throws {UsageError} a path no object has
 */
export function showFields(list: string, now: number): Show {
  const paths = list.split(',').map((path) => parsePath(path.trim()));
  return (shown, sink) =>
    withNames(
      (oidName) => propertiesOf(shown, { now, oidName }),
      (properties) => {
        paths.forEach((path, i) => {
          if (i > 0) sink.write('\t');
          writeField(properties, path, sink);
        });
        sink.write('\n');
      },
    );
}

/** The names people know from other tools. */
const aliases: ReadonlyMap<string, string> = new Map([
  ...['enddate', 'notafter', 'expires', 'expiry', 'expiration', 'end'].map((name) => [name, 'not_after'] as const),
  ...['startdate', 'notbefore', 'start', 'issued'].map((name) => [name, 'not_before'] as const),
  ...['san', 'sans', 'dns', 'altnames', 'subjectaltname'].map((name) => [name, 'names.dns'] as const),
  ...['fingerprint', 'sha256'].map((name) => [name, 'fingerprints.sha256'] as const),
  ...['cn', 'commonname', 'name'].map((name) => [name, 'subject.CN'] as const),
  ['sha1', 'fingerprints.sha1'],
  ['ip', 'names.ip'],
  ['email', 'names.email'],
  ['serialnumber', 'serial'],
  ['days', 'days_left'],
  ['eku', 'extended_key_usage'],
  ['extendedkeyusage', 'extended_key_usage'],
  ['keyusage', 'key_usage'],
  ['ski', 'subject_key_id'],
  ['aki', 'authority_key_id'],
  ['spki', 'key.spki_sha256'],
  ['ocsp', 'ocsp_urls'],
  ['file', 'source'],
  ['filename', 'source'],
]);

const aliasOf = (text: string): string | undefined => aliases.get(text.toLowerCase().replaceAll(/[_-]/g, ''));

function parsePath(given: string): readonly string[] {
  const known = propertyNames();
  const text = known.has(given) ? given : (aliasOf(given) ?? given);
  const [first = '', ...rest] = text.split('.');
  const below = known.get(first);
  if (text === '' || rest.includes('')) throw noSuchField(text === '' ? 'an empty field' : text);
  if (below === undefined) throw noSuchField(text, nearest(first, [...known.keys()]));
  const fields = Object.hasOwn(distinguishedNames, first) ? distinguishedNames[first] : undefined;
  if (fields !== undefined && rest.length > 0) {
    if (!isIndex(rest[0] as string)) return [fields, ...rest];
    // The dots of an OID are its own.
    const oid = rest.join('.');
    return [fields, attributeShortName(oid) ?? oid];
  }
  const [second, ...others] = rest.filter((each) => !isIndex(each));
  if (second !== undefined && (!below.includes(second) || others.length > 0)) {
    const close = nearest(second, below);
    throw noSuchField(text, close && `${first}.${close}`);
  }
  return [first, ...rest];
}

const isIndex = (text: string): boolean => /^\d+$/.test(text);

function noSuchField(what: string, close?: string): UsageError {
  const hint = close === undefined ? 'pkiutils-json(5) lists the fields' : `did you mean ${close}?`;
  return new UsageError(`--field: no object has ${what}`, hint);
}

function writeField(properties: Json, path: readonly string[], sink: ShowSink): void {
  let isFirst = true;
  for (const { value, isListed } of valuesAt(properties, path)) {
    if (!isFirst) sink.write(', ');
    isFirst = false;
    if (value instanceof Place) sink.index();
    else {
      const text = escaped(valueText(value));
      sink.write(isListed ? listed(text) : text);
    }
  }
}

interface FieldValue {
  readonly value: Json;
  /** True for one of a list, which others may stand beside. */
  readonly isListed: boolean;
}

/**
 * The values a path leads to; in a list a number goes on in one element (from 0), anything else in every one. Attributes of
 * names are found in any case.
 */
function* valuesAt(value: Json, path: readonly string[], isListed = false): Generator<FieldValue, void> {
  const [key, ...rest] = path;
  if (value === null) return;
  const isPlain = typeof value !== 'object' || value instanceof Hex || value instanceof Place;
  if (!isPlain && isList(value)) {
    if (key === undefined || !isIndex(key)) for (const each of value) yield* valuesAt(each, path, true);
    else yield* valuesAt([...value][Number(key)] ?? null, rest);
  } else if (key === undefined) yield { value, isListed };
  else if (!isPlain) {
    const name = Object.keys(value).find((each) => each === key || each.toLowerCase() === key.toLowerCase());
    if (name !== undefined) yield* valuesAt(value[name] ?? null, rest, isListed);
  }
}

const valueText = (value: Json): string =>
  typeof value === 'object' && !(value instanceof Hex) ? JSON.stringify(value) : String(value);

const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\\': '\\\\' };

function escaped(text: string): string {
  return printable(text.replace(/[\t\n\\]/g, (character) => escapes[character] as string));
}
