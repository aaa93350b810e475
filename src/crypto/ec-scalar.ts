import { createECDH } from 'node:crypto';
import type { Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { opensslCurve, usualCurves } from '../x509/curves.js';
import { explicitOrder, isExplicitCurve } from '../x509/ec-parameters.js';

/**
 * True for a private number of a curve (SEC 1 3.2.1): above zero and below the order of the group. Of a curve that nothing
 * here knows every number is one.
 *
 * @param parameters of the key's algorithm
 * @throws {DerError} a curve that is spelt out, and cannot be read
 */
export function isScalarOf(scalar: Uint8Array, parameters: Element): boolean {
  if (isExplicitCurve(parameters)) return isBelow(scalar, explicitOrder(parameters));
  if (parameters.tag !== Tag.objectIdentifier) return true;
  const oid = readOid(parameters);
  const usual = usualCurves.find((curve) => curve.oid === oid);
  if (usual !== undefined) return isBelow(scalar, withoutZeros(Buffer.from(usual.order, 'hex')));
  const openssl = opensslCurve(oid);
  return openssl === undefined || opensslTakes(scalar, openssl);
}

function withoutZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex((octet) => octet !== 0);
  return first === -1 ? number.subarray(number.length) : number.subarray(first);
}

/** 0 < number < order. */
function isBelow(number: Uint8Array, order: Uint8Array): boolean {
  const digits = withoutZeros(number);
  if (digits.length !== order.length) return digits.length > 0 && digits.length < order.length;
  return Buffer.compare(digits, order) < 0;
}

function opensslTakes(scalar: Uint8Array, openssl: string): boolean {
  let curve: ReturnType<typeof createECDH>;
  try {
    curve = createECDH(openssl);
  } catch {
    // It does not know the curve, and will refuse the key for that.
    return true;
  }
  try {
    curve.setPrivateKey(scalar);
    return true;
  } catch {
    return false;
  }
}
