import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isPkiError, PkiError } from '../../errors.js';
import { readSmallFile } from '../../input/source.js';
import { requireText, textOf } from '../../input/text.js';
import { builtInProfiles, type Profile, profiles } from '../../rules/profile.js';
import type { Severity } from '../../rules/rule.js';
import { systemErrorText } from '../../system/error.js';
import {
  asFields,
  asList,
  asText,
  asWholeNumber,
  type JsonField,
  type JsonNode,
  jsonFault,
  parseJson,
} from '../../text/json-reader.js';
import { nearest, nearestHint } from '../../text/nearest.js';
import { keyKinds } from '../../x509/algorithms.js';
import { attributeShortNames } from '../../x509/attribute-types.js';
import { usualCurves } from '../../x509/curves.js';

/**
 * A profile in a file, as JSON:
 *
 *     { "extends": "netlock", "rules": { "e_subject_unit": "off" }, "required": ["ST"], "forbidden": ["emailAddress"],
 *       "keys": ["rsa:3072+", "ec:P-256"], "names": ["**.valami.hu"], "max_names": 10 }
 *
 * Fields it asks for and fields it forbids add to those of the profile it extends; everything else takes their place.
 *
 * @param ruleIds the rules there are
 * @throws {PkiError} what cannot be read, with file, line and the nearest valid name
 */
export function readProfileFile(path: string, ruleIds: readonly string[], extending: readonly string[] = []): Profile {
  const place = resolve(path);
  try {
    const fields = asFields(parseJson(readText(path)), 'a profile');
    return withFields(fields, path, ruleIds, [...extending, place]);
  } catch (error) {
    if (!isPkiError(error) || error.message.startsWith(`${path}: `)) throw error;
    throw new PkiError('PROFILE', `${path}: ${error.message}`, { hint: error.hint });
  }
}

function readText(path: string): string {
  try {
    return requireText(textOf(readSmallFile(path)));
  } catch (cause) {
    if (isPkiError(cause)) throw cause;
    throw new PkiError('PROFILE', systemErrorText(cause) ?? String(cause), { cause });
  }
}

type Draft = { -readonly [K in keyof Profile]: Profile[K] };
type Taker = (draft: Draft, value: JsonNode, ruleIds: readonly string[]) => void;

const takers: Readonly<Record<string, Taker>> = {
  // Done first, whatever its place.
  extends: () => {},
  name: (draft, value) => {
    draft.name = text(value, 'name');
  },
  title: (draft, value) => {
    draft.title = text(value, 'title');
  },
  rules: (draft, value, ruleIds) => {
    const severities = new Map(draft.severities);
    for (const field of asFields(value, 'rules'))
      severities.set(known(field, field.name, ruleIds, 'rule'), severity(field.value));
    draft.severities = severities;
  },
  required: (draft, value) => {
    draft.required = [...new Set([...draft.required, ...texts(value, 'required').map(fieldNameAt)])];
  },
  forbidden: (draft, value) => {
    draft.forbidden = [...new Set([...draft.forbidden, ...texts(value, 'forbidden').map(fieldNameAt)])];
  },
  keys: (draft, value) => {
    draft.keys = texts(value, 'keys').map(keyAt);
  },
  names: (draft, value) => {
    draft.names = texts(value, 'names').map(patternAt);
  },
  max_names: (draft, value) => {
    draft.maxNames = count(value, 'max_names');
  },
  many_names: (draft, value) => {
    draft.manyNames = count(value, 'many_names');
  },
  max_labels: (draft, value) => {
    draft.maxLabels = count(value, 'max_labels');
  },
};

function withFields(
  fields: readonly JsonField[],
  path: string,
  ruleIds: readonly string[],
  extending: readonly string[],
): Profile {
  const parent = fields.find(({ name }) => name === 'extends');
  const base = parent === undefined ? profiles.webpki : extended(parent, path, ruleIds, extending);
  const draft: Draft = { ...base, name: path, title: `${path}, which extends ${base.name}` };
  for (const field of fields)
    takers[known(field, field.name, Object.keys(takers), 'field')]?.(draft, field.value, ruleIds);
  const both = draft.required.find((name) => draft.forbidden.includes(name));
  if (both !== undefined) throw new PkiError('PROFILE', `${both} is both required and forbidden`);
  return draft;
}

/** The profile `extends` names: a built-in profile, or a file found from where this one is. */
function extended(
  { value }: JsonField,
  path: string,
  ruleIds: readonly string[],
  extending: readonly string[],
): Profile {
  const name = text(value, 'extends');
  const builtIn = builtInProfiles.find((each) => each === name);
  if (builtIn !== undefined) return profiles[builtIn];
  if (!/[./]/.test(name)) throw unknown(value, name, builtInProfiles, 'profile');
  const file = resolve(dirname(path), name);
  if (extending.includes(file)) throw jsonFault(value, `${name} extends itself`);
  if (!existsSync(file)) throw jsonFault(value, `${name}: no such file`, `it is looked for beside ${path}`);
  return readProfileFile(file, ruleIds, extending);
}

function unknown(node: { readonly line: number }, name: string, names: readonly string[], what: string): PkiError {
  return jsonFault(node, `${JSON.stringify(name)} is no ${what}`, nearestHint(name, names) ?? shortList(names));
}

const shortList = (names: readonly string[]): string | undefined =>
  names.length <= 12 ? `one of ${names.join(', ')}` : 'csr-check --list-rules lists them';

function known(node: { readonly line: number }, name: string, names: readonly string[], what: string): string {
  if (names.includes(name)) return name;
  throw unknown(node, name, names, what);
}

function text(value: JsonNode, name: string): string {
  const found = asText(value, name);
  if (found === '') throw jsonFault(value, `${name} is empty`);
  return found;
}

interface TextAt {
  readonly line: number;
  readonly value: string;
}

const texts = (value: JsonNode, name: string): TextAt[] =>
  asList(value, name).map((item) => ({ line: item.line, value: text(item, name) }));

function count(value: JsonNode, name: string): number {
  const found = asWholeNumber(value, name);
  if (found === 0) throw jsonFault(value, `${name} is 0`);
  return found;
}

function severity(value: JsonNode): Severity | 'off' {
  const names = ['error', 'warning', 'notice', 'off'] as const;
  const given = asText(value, 'a severity');
  const found = names.find((name) => name === given);
  if (found === undefined) throw unknown(value, given, names, 'severity');
  return found;
}

/** The fields of a name as people call them. */
const fieldsByWord: Readonly<Record<string, string>> = {
  country: 'C',
  state: 'ST',
  city: 'L',
  locality: 'L',
  org: 'O',
  organization: 'O',
  unit: 'OU',
  commonname: 'CN',
  email: 'emailAddress',
};

function fieldNameAt(item: TextAt): string {
  if (/^\d+(\.\d+)+$/.test(item.value) || attributeShortNames().includes(item.value)) return item.value;
  const word = nearest(item.value, Object.keys(fieldsByWord));
  const close = nearest(item.value, attributeShortNames()) ?? (word === undefined ? undefined : fieldsByWord[word]);
  const hint = close === undefined ? 'for example C, ST, L, O, OU, CN, emailAddress' : `did you mean ${close}?`;
  throw jsonFault(item, `${JSON.stringify(item.value)} is no field of a name`, hint);
}

/** Kinds of key a profile can list; RSA with its size, or with `+` behind it at least that. */
const keyNames = (): string[] => [
  ...keyKinds().map(({ type }) => type),
  ...usualCurves.map(({ name }) => `ec:${name}`),
];

function keyAt(item: TextAt): string {
  if (/^rsa(-pss)?:\d{3,5}\+?$/.test(item.value) || /^ec:brainpoolP\d{3}[rt]1$/.test(item.value)) return item.value;
  return known(item, item.value, keyNames(), 'kind of key');
}

function patternAt(item: TextAt): string {
  if (/^(\*\*?\.)?([\w-]+|\*)(\.([\w-]+|\*))*$/.test(item.value)) return item.value;
  throw jsonFault(
    item,
    `${JSON.stringify(item.value)} is no pattern`,
    '* stands for one label, ** in front for any number',
  );
}
