import { Tag } from '../../der/tag.js';
import { attempt } from '../../errors.js';
import { microsoftAttributes } from '../../rules/encoding.js';
import { canonicalName, type Facts } from '../../rules/facts.js';
import { fieldName } from '../../rules/subject.js';
import { keyKindByType } from '../../x509/algorithms.js';
import { generalNameText, readableValue } from '../../x509/general-name.js';
import { AttributeOid } from '../../x509/request.js';
import { readString } from '../../x509/strings.js';

/** A line of the form a CA shows for confirmation: what it is called, and its value. */
export type FormLine = readonly [label: string, value: string];

/** The form a CA would show of a request. */
export function formLines(facts: Facts): FormLine[] {
  const subject = facts.subject.map(({ type, value }): FormLine => [fieldName(type), value]);
  return [
    ...(subject.length === 0 ? [['subject', 'empty'] as const] : subject),
    ['names', nameList(facts)],
    ['key', keyText(facts)],
    ['key SHA-256', facts.keyFingerprint],
    ['signature', signatureText(facts)],
    ...requestedLines(facts),
    ...ciscoLines(facts),
    ...microsoftLines(facts),
  ];
}

function nameList({ sans }: Facts): string {
  if (sans.length === 0) return 'none';
  return sans.map((name) => (name.type === 'dns' ? readableValue(name) : nameText(name))).join(', ');
}

const nameText = (name: Facts['sans'][number]): string =>
  name.type === 'ip' ? canonicalName(name) : generalNameText(name);

/** `RSA 2048 bits, exponent 65537`, `EC P-256`. */
function keyText({ keyType, keyBits, curve, rsa }: Facts): string {
  const name = keyKindByType(keyType)?.name ?? keyType;
  if (keyType === 'ec') return `${name} ${curve ?? 'with a curve spelt out'}`;
  if (keyBits === null || keyType.startsWith('ed')) return name;
  const exponent = rsa === undefined || rsa.exponent > 0xffff_ffff_ffffn ? '' : `, exponent ${rsa.exponent}`;
  return `${name} ${keyBits} bits${exponent}`;
}

function signatureText(facts: Facts): string {
  const { signatureAlgorithm: algorithm, signature } = facts;
  const state = signature === 'good' || signature === 'bad' ? signature : 'not checked';
  if (algorithm === undefined) return `unreadable algorithm, ${state}`;
  const hash = algorithm.hash === null ? '' : ` with ${algorithm.hash}`;
  return `${algorithm.algorithm}${hash}, ${state}`;
}

/** Extensions asked for besides the names. */
function requestedLines({ requested, keyUsage, extendedKeyUsage }: Facts): FormLine[] {
  const lines: FormLine[] = [];
  if (keyUsage.length > 0) lines.push(['key usage', keyUsage.join(', ')]);
  if (extendedKeyUsage !== undefined) lines.push(['purposes', extendedKeyUsage.join(', ')]);
  const constraints = attempt(() => requested.basicConstraints);
  if (constraints?.isCa) lines.push(['CA', 'yes']);
  if (attempt(() => requested.mustStaple)) lines.push(['must-staple', 'yes']);
  return lines;
}

/** Names that routers put beside the extensions (RFC 2985 5.4.3, 5.4.4). */
function ciscoLines({ request }: Facts): FormLine[] {
  return (attempt(() => request.attributes) ?? []).flatMap(({ oid, name, values }): FormLine[] =>
    name !== null && unstructuredAttributes.includes(oid)
      ? values.map((value): FormLine => [name, readString(value) ?? 'there'])
      : [],
  );
}

const unstructuredAttributes: readonly string[] = [AttributeOid.unstructuredName, AttributeOid.unstructuredAddress];

/** The facts certreq adds about the machine it ran on. */
function microsoftLines({ request }: Facts): FormLine[] {
  return (attempt(() => request.attributes) ?? []).flatMap(({ oid, values }): FormLine[] => {
    const label = microsoftAttributes.get(oid);
    const [value] = values;
    if (label === undefined || value === undefined) return [];
    return [[`certreq ${label}`, value.tag === Tag.sequence ? 'there' : (readString(value) ?? 'there')]];
  });
}
