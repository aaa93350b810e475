import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid, readSmallInteger, toHex } from '../der/values.js';
import { expect } from '../x509/extension-values.js';
import { readString } from '../x509/strings.js';

/** Statements of qualified certificates (ETSI EN 319 412-5, RFC 3739 3.2.6) by OID. */
const statements: ReadonlyMap<string, string> = new Map([
  ['0.4.0.1862.1.1', 'qualified (EU)'],
  ['0.4.0.1862.1.2', 'limit of transactions'],
  ['0.4.0.1862.1.3', 'years records are kept'],
  ['0.4.0.1862.1.4', 'the key is in a qualified signature creation device'],
  ['0.4.0.1862.1.5', 'disclosure statements'],
  ['0.4.0.1862.1.6', 'type'],
  ['0.4.0.1862.1.7', 'legislation of'],
  ['0.4.0.1862.1.6.1', 'electronic signature'],
  ['0.4.0.1862.1.6.2', 'electronic seal'],
  ['0.4.0.1862.1.6.3', 'website authentication'],
  ['0.4.0.19495.2', 'payment services (PSD2)'],
  ['1.3.6.1.5.5.7.11.1', 'syntax 1'],
  ['1.3.6.1.5.5.7.11.2', 'syntax 2'],
]);

/** qcStatements, one a line. @throws {DerError} */
export function qcStatementLines(element: Element): string[] {
  const cursor = children(expect(element, Tag.sequence, 'QCStatements'));
  const lines: string[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'QCStatement'));
    const oid = readOid(fields.read(Tag.objectIdentifier));
    const name = statements.get(oid) ?? oid;
    lines.push(fields.atEnd ? name : `${name}: ${valueText(fields.next())}`);
  }
  return lines;
}

/** What a statement says besides being there: texts, numbers and types, in their order. */
function valueText(element: Element): string {
  if (element.tag === Tag.sequence || element.tag === Tag.set) {
    const cursor = children(element);
    const parts: string[] = [];
    while (!cursor.atEnd) parts.push(valueText(cursor.next()));
    return parts.join(' ');
  }
  if (element.tag === Tag.objectIdentifier) {
    const oid = readOid(element);
    return statements.get(oid) ?? oid;
  }
  if (element.tag === Tag.integer) return String(readSmallInteger(element));
  return readString(element) ?? toHex(element.encoding());
}
