import type { OptionTable, OptionValues } from '../../cli/options.js';
import { UsageError } from '../../errors.js';
import {
  type DistinguishedName,
  type NameAttribute,
  nameAttribute,
  parseDistinguishedName,
} from '../../spec/distinguished-name.js';
import { purposeNames, purposeOid } from '../../spec/request-spec.js';
import { subjectRank } from '../../spec/subject-types.js';
import { nearestHint } from '../../text/nearest.js';
import { type KeyUsage, keyUsageNames } from '../../x509/extensions/key-usage.js';

/** The options that say who a request is for. */
export const subjectOptions = {
  cn: { value: 'NAME', help: 'common name: the host name; it joins the alternative names' },
  org: { value: 'NAME', help: 'organization' },
  unit: { value: 'NAME', repeatable: true, help: 'organizational unit' },
  city: { value: 'NAME', help: 'city (locality)' },
  state: { value: 'NAME', help: 'state or county' },
  country: { value: 'CC', help: 'country, two letters' },
  email: { value: 'ADDRESS', help: 'e-mail address in the subject' },
  subject: { short: 's', value: 'DN', help: 'the whole subject: CN=a.hu,O=Valami,C=HU or /C=HU/O=Valami/CN=a.hu' },
} as const satisfies OptionTable;

type SubjectValues = OptionValues<typeof subjectOptions>;

/** In the order subjects are written in: the largest first. */
const fieldOptions = [
  ['country', 'C'],
  ['state', 'ST'],
  ['city', 'L'],
  ['org', 'O'],
  ['unit', 'OU'],
  ['cn', 'CN'],
  ['email', 'emailAddress'],
] as const;

/**
 * The subject the options give.
 *
 * @param base the subject they override: same types are replaced where they stand
 * @throws {PkiError} a value that cannot be
 */
export function subjectOf(values: SubjectValues, base: DistinguishedName = []): DistinguishedName {
  const fields = fieldOptions.flatMap(([option, type]) =>
    [values[option] ?? []].flat().map((value) => nameAttribute(type, value)),
  );
  if (values.subject === undefined) return fields.length === 0 ? base : overridden(base, fields);
  if (fields.length > 0) throw new UsageError('--subject is the whole subject: no other option can add to it');
  return parseDistinguishedName(values.subject);
}

/** True when any option of the subject is given. */
export const givesSubject = (values: SubjectValues): boolean =>
  values.subject !== undefined || fieldOptions.some(([option]) => [values[option] ?? []].flat().length > 0);

const rank = ({ oid }: NameAttribute): number => subjectRank(oid);

function overridden(base: DistinguishedName, fields: readonly NameAttribute[]): DistinguishedName {
  const result = base.map((rdn) => [...rdn]);
  for (const oid of new Set(fields.map((field) => field.oid))) {
    const values = fields.filter((field) => field.oid === oid).map((field) => [field]);
    const first = result.findIndex((rdn) => rdn.some((attribute) => attribute.oid === oid));
    const later = result.findIndex(
      ([attribute]) => attribute !== undefined && rank(attribute) > rank(values[0]?.[0] as NameAttribute),
    );
    const others = (rdn: readonly NameAttribute[]) => rdn.filter((attribute) => attribute.oid !== oid);
    const place = first !== -1 ? first : later !== -1 ? later : result.length;
    const before = result.slice(0, place).map(others);
    const after = result.slice(place).map(others);
    result.splice(0, result.length, ...[...before, ...values, ...after].filter((rdn) => rdn.length > 0));
  }
  return result;
}

/**
 * The names in `--key-usage digitalSignature,keyEncipherment`.
 *
 * @throws {UsageError}
 */
export function parseKeyUsages(text: string): KeyUsage[] {
  return listOf(text).map((name) => {
    const found = keyUsageNames.find((each) => each.toLowerCase() === name.toLowerCase());
    if (found === undefined) throw unknownName('--key-usage', name, keyUsageNames);
    return found;
  });
}

/**
 * The OIDs of the names in `--eku serverAuth,1.3.6.1.5.5.7.3.17`.
 *
 * @throws {UsageError}
 */
export function parsePurposes(text: string): string[] {
  return listOf(text).map((name) => {
    const oid = purposeOid(name);
    if (oid === undefined) throw unknownName('--eku', name, purposeNames);
    return oid;
  });
}

const listOf = (text: string): string[] => [...new Set(text.split(',').map((name) => name.trim()))];

function unknownName(option: string, name: string, known: readonly string[]): UsageError {
  const hint = nearestHint(name, known) ?? `known are ${known.join(', ')}`;
  return new UsageError(`${option}: ${name === '' ? 'an empty name' : `${name} is not known`}`, hint);
}
