import { type Element, sameEncoding } from '../der/reader.js';
import { isPaddedInteger, unusedBits } from '../der/values.js';
import type { Certificate } from './certificate.js';
import type { Extension } from './extension.js';
import { timeProblem } from './time.js';

/**
 * The faults that RFC 5280 or DER forbids and we read all the same, but for extensions: a line each, lower case.
 *
 * @throws {DerError} a field cannot be read at all
 */
export function frameWarnings(certificate: Certificate): string[] {
  const warnings: string[] = [];
  const { elements, version, trailing } = certificate;
  if (trailing > 0) warnings.push(trailingText(trailing));
  if (version < 1 || version > 3) warnings.push(`version ${version} does not exist`);
  else if (elements.version !== undefined && version === 1) warnings.push('version 1 is written out, its default');
  if (elements.extensions !== undefined && version !== 3)
    warnings.push(`extensions in a version ${version} certificate`);
  if (!isUsualSerial(elements.serial)) warnings.push(...serialProblems(elements.serial.content()));
  if (!sameEncoding(elements.innerAlgorithm, elements.algorithm)) {
    warnings.push(twoAlgorithmsText);
  }
  addTimeWarnings(certificate, warnings);
  if (unusedBits(elements.signature) !== 0) warnings.push(unusedBitsText);
  return warnings;
}

/** `3 trailing bytes`. */
export const trailingText = (count: number): string => `${count} trailing ${count === 1 ? 'byte' : 'bytes'}`;

const noProblems: readonly string[] = [];

/** True for what nearly all are: positive, at most 20 octets, the first of them not zero. */
const isUsualSerial = ({ bytes, contentStart, length }: Element): boolean => {
  const first = bytes[contentStart] as number;
  return first > 0 && first < 0x80 && length <= 20;
};

/** Serial numbers are positive and at most 20 octets (RFC 5280 4.1.2.2). */
export function serialProblems(serial: Uint8Array): readonly string[] {
  const first = serial[0];
  if (first === undefined) return ['the serial number is empty'];
  if (first > 0 && first < 0x80 && serial.length <= 20) return noProblems;
  const problems: string[] = [];
  if (isPaddedInteger(serial)) problems.push('the serial number is padded');
  if (first >= 0x80) problems.push('the serial number is negative');
  else if (serial.every((octet) => octet === 0)) problems.push('the serial number is zero');
  if (serial.length > 20) problems.push(`the serial number has ${serial.length} octets, at most 20 are allowed`);
  return problems;
}

export const twoAlgorithmsText = 'the signature algorithm inside the signed part differs from the one outside';
export const unusedBitsText = 'the signature has unused bits';

function addTimeWarnings({ elements, start, expiry }: Certificate, warnings: string[]): void {
  const before = timeProblem(elements.notBefore, start, 'not_before');
  const after = timeProblem(elements.notAfter, expiry, 'not_after');
  if (before !== undefined) warnings.push(before);
  if (after !== undefined) warnings.push(after);
  if (start !== null && expiry !== null && expiry < start) warnings.push('not_after is before not_before');
}

/** An extension may be there once (RFC 5280 4.2). */
export const duplicateText = (oid: string): string => `extension ${oid} is there twice`;

/** The fault in how a critical flag is written: FALSE written out, TRUE as another octet than FF. */
export function flagProblem({ oid, critical, element, valueElement }: Extension): string | undefined {
  const { bytes, start } = valueElement;
  const oidEnd = element.contentStart + 2 + (bytes[element.contentStart + 1] as number);
  if (oidEnd === start) return undefined;
  if (!critical) return `extension ${oid} writes critical FALSE out, its default`;
  return bytes[start - 1] === 0xff ? undefined : `extension ${oid} has a critical flag that is not FF`;
}
