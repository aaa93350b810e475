import { children, type Element } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readBigInteger, readOid, readSmallInteger, toHex } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { readString } from '../strings.js';
import { expect, listOf, sequencesOf } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/** A statement of a qualified certificate (RFC 3739 3.2.6), by its OID, and what is said with it. */
interface QcStatement {
  readonly oid: string;
  readonly info: QcInfo | null;
}

type QcInfo =
  /** The limit of transactions: an amount times a power of ten (EN 319 412-5 4.3.2). */
  | { readonly kind: 'limit'; readonly currency: string; readonly amount: number; readonly exponent: number }
  /** Places of disclosure statements, each with its language (EN 319 412-5 4.3.4). */
  | { readonly kind: 'disclosures'; readonly places: readonly (readonly QcValue[])[] }
  /** Roles of a payment service, and the authority that gave them (TS 119 495 5.1). */
  | { readonly kind: 'payment'; readonly roles: readonly QcValue[]; readonly authority: readonly QcValue[] }
  | { readonly kind: 'value'; readonly value: QcValue };

/** A value of a syntax of its own: texts, numbers and OIDs, in lists. */
type QcValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly number: bigint }
  | { readonly kind: 'oid'; readonly oid: string }
  | { readonly kind: 'list'; readonly values: readonly QcValue[] };

const LIMIT = '0.4.0.1862.1.2';
const DISCLOSURES = '0.4.0.1862.1.5';
const PAYMENT = '0.4.0.19495.2';

/** Statements (ETSI EN 319 412-5, TS 119 495, RFC 3739 3.2.6) by OID. */
const statementNames: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.1', 'qualified (EU)'],
  [LIMIT, 'limit of transactions'],
  ['0.4.0.1862.1.3', 'years records are kept'],
  ['0.4.0.1862.1.4', 'the key is in a qualified signature creation device'],
  [DISCLOSURES, 'disclosure statements'],
  ['0.4.0.1862.1.6', 'type'],
  ['0.4.0.1862.1.7', 'legislation of'],
  [PAYMENT, 'payment services (PSD2)'],
  ['1.3.6.1.5.5.7.11.1', 'syntax 1'],
  ['1.3.6.1.5.5.7.11.2', 'syntax 2'],
]);

/** Types of certificates, and whose names mean what (EN 319 412-1), by OID. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.6.1', 'electronic signature'],
  ['0.4.0.1862.1.6.2', 'electronic seal'],
  ['0.4.0.1862.1.6.3', 'website authentication'],
  ['0.4.0.194121.1.1', 'semantics of natural persons'],
  ['0.4.0.194121.1.2', 'semantics of legal persons'],
  ['0.4.0.194121.1.3', 'semantics of natural persons (eIDAS)'],
  ['0.4.0.194121.1.4', 'semantics of legal persons (eIDAS)'],
]);

export const qcStatements: ExtensionType<readonly QcStatement[]> = {
  oid: ExtensionOid.qcStatements,
  name: 'qcStatements',
  read: (content) =>
    sequencesOf(expect(content, Tag.sequence, 'QCStatements'), 'QCStatement', (element) => {
      const fields = children(element);
      const oid = readOid(fields.read(Tag.objectIdentifier, 'statement'));
      const info = fields.atEnd ? null : readInfo(oid, fields.next());
      fields.end();
      return { oid, info };
    }),
  lines: (statements) =>
    statements.map(({ oid, info }) => {
      const name = statementNames.get(oid) ?? oid;
      return info === null ? name : `${name}: ${infoText(info)}`;
    }),
};

function readInfo(oid: string, element: Element): QcInfo {
  switch (oid) {
    case LIMIT:
      return readLimit(element);
    case DISCLOSURES:
      return { kind: 'disclosures', places: listOf(element, (place) => listOf(place, readValue)) };
    case PAYMENT:
      return readPayment(element);
    default:
      return { kind: 'value', value: readValue(element) };
  }
}

function readLimit(element: Element): QcInfo {
  const fields = children(expect(element, Tag.sequence, 'MonetaryValue'));
  const currency = valueText(readValue(fields.next()));
  const amount = readSmallInteger(fields.read(Tag.integer, 'amount'));
  const exponent = readSmallInteger(fields.read(Tag.integer, 'exponent'));
  fields.end();
  return { kind: 'limit', currency, amount, exponent };
}

function readPayment(element: Element): QcInfo {
  const fields = children(expect(element, Tag.sequence, 'PSD2QcType'));
  // A role is an OID and its name.
  const roles = listOf(fields.read(Tag.sequence, 'roles'), (role) => listOf(role, readValue).at(-1)).filter(
    (role) => role !== undefined,
  );
  const authority: QcValue[] = [];
  while (!fields.atEnd) authority.push(readValue(fields.next()));
  return { kind: 'payment', roles, authority };
}

function readValue(element: Element): QcValue {
  switch (element.tag) {
    case Tag.sequence:
    case Tag.set:
      return { kind: 'list', values: listOf(element, readValue) };
    case Tag.objectIdentifier:
      return { kind: 'oid', oid: readOid(element) };
    case Tag.integer:
      return { kind: 'number', number: readBigInteger(element) };
    default:
      return { kind: 'text', text: readString(element) ?? toHex(element.encoding()) };
  }
}

function infoText(info: QcInfo): string {
  switch (info.kind) {
    case 'limit': {
      const { currency, amount, exponent } = info;
      const isPlain = exponent >= 0 && exponent <= 12;
      return `${currency} ${isPlain ? amount * 10 ** exponent : `${amount}e${exponent}`}`;
    }
    case 'disclosures':
      return info.places.map((place) => place.map(valueText).join(' ')).join(', ');
    case 'payment':
      return [...info.roles, ...info.authority].map(valueText).join(', ');
    case 'value':
      return valueText(info.value);
  }
}

function valueText(value: QcValue): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return String(value.number);
    case 'oid':
      return meanings.get(value.oid) ?? value.oid;
    case 'list':
      return value.values.map(valueText).join(', ');
  }
}
