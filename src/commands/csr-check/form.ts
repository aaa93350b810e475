import { Tag } from '../../der/tag.js';
import { attempt } from '../../errors.js';
import { microsoftAttributes } from '../../rules/encoding.js';
import { fieldName } from '../../rules/subject-field.js';
import { signatureText } from '../../show/words.js';
import { keyKindByType } from '../../x509/algorithms.js';
import type { ExtensionValues } from '../../x509/extended.js';
import { fingerprint } from '../../x509/fingerprint.js';
import { bareNameText, type GeneralName } from '../../x509/general-name.js';
import type { Attribute } from '../../x509/name.js';
import type { KeyFacts } from '../../x509/public-key.js';
import { AttributeOid, type RequestAttribute } from '../../x509/request.js';
import { readString } from '../../x509/strings.js';
import type { JudgedRequest } from './judged-request.js';

/** A line of the form a CA shows for confirmation: what it is called, and its value. */
type FormLine = readonly [label: string, value: string];

/** The form a CA would show of a request. */
export function formLines(judged: JudgedRequest): FormLine[] {
  const { request, subject, key, extensions } = judged.values;
  const fields = subject === undefined ? [] : request.subject.attributes;
  const attributes = attempt(() => request.attributes) ?? [];
  return [
    ...(fields.length === 0 ? [['subject', 'empty'] as const] : fields.map(subjectLine)),
    ['names', nameList(extensions.subjectAltNames)],
    ['key', keyText(key)],
    ['key SHA-256', fingerprint('sha256', request.publicKey.der)],
    ['signature', signedText(judged)],
    ...requestedLines(extensions),
    ...attributes.flatMap(ciscoLines),
    ...attributes.flatMap(microsoftLines),
  ];
}

const subjectLine = ({ type, value }: Attribute): FormLine => [fieldName(type), value];

const nameList = (names: readonly GeneralName[]): string =>
  names.length === 0 ? 'none' : names.map((name) => bareNameText(name, ['dns', 'ip'])).join(', ');

/** `RSA 2048 bits, exponent 65537`, `EC P-256`. */
function keyText({ type, bits, curve, exponent }: KeyFacts): string {
  const name = keyKindByType(type)?.name ?? type;
  if (type === 'ec') return `${name} ${curve ?? 'with a curve spelt out'}`;
  if (bits === null || type.startsWith('ed')) return name;
  const isShort = exponent !== null && Number(exponent) < 2 ** 48;
  return `${name} ${bits} bits${isShort ? `, exponent ${exponent}` : ''}`;
}

function signedText({ values: { signature: algorithm }, signature }: JudgedRequest): string {
  const words = algorithm === null ? 'unreadable algorithm' : signatureText(algorithm);
  return `${words}, ${signature === 'good' || signature === 'bad' ? signature : 'not checked'}`;
}

/** Extensions asked for besides the names. */
function requestedLines({
  keyUsage = [],
  extendedKeyUsage,
  basicConstraints,
  mustStaple,
}: ExtensionValues): FormLine[] {
  const lines: FormLine[] = [];
  if (keyUsage.length > 0) lines.push(['key usage', keyUsage.join(', ')]);
  if (extendedKeyUsage !== undefined) lines.push(['purposes', extendedKeyUsage.join(', ')]);
  if (basicConstraints?.isCa) lines.push(['CA', 'yes']);
  if (mustStaple) lines.push(['must-staple', 'yes']);
  return lines;
}

/** Names that routers put beside the extensions (RFC 2985 5.4.3, 5.4.4). */
function ciscoLines({ oid, name, values }: RequestAttribute): FormLine[] {
  if (name === null || !unstructuredAttributes.includes(oid)) return [];
  return values.map((value): FormLine => [name, readString(value) ?? 'there']);
}

const unstructuredAttributes: readonly string[] = [AttributeOid.unstructuredName, AttributeOid.unstructuredAddress];

/** The facts certreq adds about the machine it ran on. */
function microsoftLines({ oid, values: [value] }: RequestAttribute): FormLine[] {
  const label = microsoftAttributes.get(oid);
  if (label === undefined || value === undefined) return [];
  return [[`certreq ${label}`, value.tag === Tag.sequence ? 'there' : (readString(value) ?? 'there')]];
}
