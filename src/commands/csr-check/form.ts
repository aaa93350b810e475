import { Tag } from '../../der/tag.js';
import { attempt } from '../../errors.js';
import { microsoftAttributes } from '../../rules/encoding.js';
import type { ExaminedRequest } from '../../rules/examined-request.js';
import { fieldName } from '../../rules/subject.js';
import { signatureText } from '../../show/words.js';
import { keyKindByType } from '../../x509/algorithms.js';
import { bareNameText } from '../../x509/general-name.js';
import type { KeyFacts } from '../../x509/public-key.js';
import { AttributeOid } from '../../x509/request.js';
import { readString } from '../../x509/strings.js';

/** A line of the form a CA shows for confirmation: what it is called, and its value. */
type FormLine = readonly [label: string, value: string];

/** The form a CA would show of a request. */
export function formLines(examined: ExaminedRequest): FormLine[] {
  const subject = examined.subject.map(({ type, value }): FormLine => [fieldName(type), value]);
  return [
    ...(subject.length === 0 ? [['subject', 'empty'] as const] : subject),
    ['names', nameList(examined)],
    ['key', keyText(examined.key)],
    ['key SHA-256', examined.keyFingerprint],
    ['signature', signedText(examined)],
    ...requestedLines(examined),
    ...ciscoLines(examined),
    ...microsoftLines(examined),
  ];
}

const nameList = ({ sans }: ExaminedRequest): string =>
  sans.length === 0 ? 'none' : sans.map((name) => bareNameText(name, ['dns', 'ip'])).join(', ');

/** `RSA 2048 bits, exponent 65537`, `EC P-256`. */
function keyText({ type, bits, curve, exponent }: KeyFacts): string {
  const name = keyKindByType(type)?.name ?? type;
  if (type === 'ec') return `${name} ${curve ?? 'with a curve spelt out'}`;
  if (bits === null || type.startsWith('ed')) return name;
  const isShort = exponent !== null && Number(exponent) < 2 ** 48;
  return `${name} ${bits} bits${isShort ? `, exponent ${exponent}` : ''}`;
}

function signedText({ signatureAlgorithm: algorithm, signature }: ExaminedRequest): string {
  const words = algorithm === undefined ? 'unreadable algorithm' : signatureText(algorithm);
  return `${words}, ${signature === 'good' || signature === 'bad' ? signature : 'not checked'}`;
}

/** Extensions asked for besides the names. */
function requestedLines({ requested, keyUsage, extendedKeyUsage }: ExaminedRequest): FormLine[] {
  const lines: FormLine[] = [];
  if (keyUsage.length > 0) lines.push(['key usage', keyUsage.join(', ')]);
  if (extendedKeyUsage !== undefined) lines.push(['purposes', extendedKeyUsage.join(', ')]);
  const constraints = attempt(() => requested.basicConstraints);
  if (constraints?.isCa) lines.push(['CA', 'yes']);
  if (attempt(() => requested.mustStaple)) lines.push(['must-staple', 'yes']);
  return lines;
}

/** Names that routers put beside the extensions (RFC 2985 5.4.3, 5.4.4). */
function ciscoLines({ request }: ExaminedRequest): FormLine[] {
  return (attempt(() => request.attributes) ?? []).flatMap(({ oid, name, values }): FormLine[] =>
    name !== null && unstructuredAttributes.includes(oid)
      ? values.map((value): FormLine => [name, readString(value) ?? 'there'])
      : [],
  );
}

const unstructuredAttributes: readonly string[] = [AttributeOid.unstructuredName, AttributeOid.unstructuredAddress];

/** The facts certreq adds about the machine it ran on. */
function microsoftLines({ request }: ExaminedRequest): FormLine[] {
  return (attempt(() => request.attributes) ?? []).flatMap(({ oid, values }): FormLine[] => {
    const label = microsoftAttributes.get(oid);
    const [value] = values;
    if (label === undefined || value === undefined) return [];
    return [[`certreq ${label}`, value.tag === Tag.sequence ? 'there' : (readString(value) ?? 'there')]];
  });
}
