import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readBigInteger, readOid, readSmallInteger, toHex } from '../der/values.js';
import { expect } from '../x509/extension-values.js';
import { readString } from '../x509/strings.js';

/** Statements of qualified certificates (ETSI EN 319 412-5, TS 119 495, RFC 3739 3.2.6) by OID. */
const statements: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.1', 'qualified (EU)'],
  ['0.4.0.1862.1.2', 'limit of transactions'],
  ['0.4.0.1862.1.3', 'years records are kept'],
  ['0.4.0.1862.1.4', 'the key is in a qualified signature creation device'],
  ['0.4.0.1862.1.5', 'disclosure statements'],
  ['0.4.0.1862.1.6', 'type'],
  ['0.4.0.1862.1.7', 'legislation of'],
  ['0.4.0.19495.2', 'payment services (PSD2)'],
  ['1.3.6.1.5.5.7.11.1', 'syntax 1'],
  ['1.3.6.1.5.5.7.11.2', 'syntax 2'],
]);

/** What statements name by OID: types of certificates, whose names mean what (EN 319 412-1), roles of payment services. */
const meanings: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.6.1', 'electronic signature'],
  ['0.4.0.1862.1.6.2', 'electronic seal'],
  ['0.4.0.1862.1.6.3', 'website authentication'],
  ['0.4.0.194121.1.1', 'semantics of natural persons'],
  ['0.4.0.194121.1.2', 'semantics of legal persons'],
  ['0.4.0.194121.1.3', 'semantics of natural persons (eIDAS)'],
  ['0.4.0.194121.1.4', 'semantics of legal persons (eIDAS)'],
]);

/** qcStatements, one a line. @throws {DerError} */
export function qcStatementLines(element: Element): string[] {
  const cursor = children(expect(element, Tag.sequence, 'QCStatements'));
  const lines: string[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'QCStatement'));
    const oid = readOid(fields.read(Tag.objectIdentifier, 'statement'));
    const name = statements.get(oid) ?? oid;
    lines.push(fields.atEnd ? name : `${name}: ${(valueReaders.get(oid) ?? valueText)(fields.next())}`);
  }
  return lines;
}

const valueReaders: ReadonlyMap<string, (element: Element) => string> = new Map([
  ['0.4.0.1862.1.2', moneyText],
  ['0.4.0.1862.1.5', disclosuresText],
  ['0.4.0.19495.2', paymentText],
]);

/** A currency, an amount, and the power of ten that goes with it. */
function moneyText(element: Element): string {
  const fields = children(expect(element, Tag.sequence, 'MonetaryValue'));
  const currency = valueText(fields.next());
  const amount = readSmallInteger(fields.read(Tag.integer, 'amount'));
  const exponent = readSmallInteger(fields.read(Tag.integer, 'exponent'));
  const isPlain = exponent >= 0 && exponent <= 12;
  return `${currency} ${isPlain ? amount * 10 ** exponent : `${amount}e${exponent}`}`;
}

/** Places of disclosure statements, each with its language. */
function disclosuresText(element: Element): string {
  return listOf(element, (place) => listOf(place, valueText).join(' ')).join(', ');
}

/** Roles, each an OID and its name, and the authority that gave them. */
function paymentText(element: Element): string {
  const fields = children(expect(element, Tag.sequence, 'PSD2QcType'));
  const roles = listOf(fields.read(Tag.sequence, 'roles'), (role) => listOf(role, valueText).at(-1) ?? '');
  const authority: string[] = [];
  while (!fields.atEnd) authority.push(valueText(fields.next()));
  return [...roles, ...authority].join(', ');
}

/** What a statement says besides being there: texts, numbers and types, in their order. */
function valueText(element: Element): string {
  switch (element.tag) {
    case Tag.sequence:
    case Tag.set:
      return listOf(element, valueText).join(', ');
    case Tag.objectIdentifier: {
      const oid = readOid(element);
      return meanings.get(oid) ?? oid;
    }
    case Tag.integer:
      return String(readBigInteger(element));
    default:
      return readString(element) ?? toHex(element.encoding());
  }
}

function listOf<T>(element: Element, read: (element: Element) => T): T[] {
  const cursor = children(element);
  const list: T[] = [];
  while (!cursor.atEnd) list.push(read(cursor.next()));
  return list;
}
