import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { curveByOid } from './curves.js';
import { unsignedBits, unsignedContent } from './integers.js';

/** The parameters of an EC key (RFC 5480 2.1.1): the OID of a curve, or a curve spelled out, which is forbidden. */

/** The name of the curve (`P-256`, `secp256k1`), its OID where we have no name, null for explicit parameters. */
export function curveName(parameters: Element | undefined): string | null {
  const oid = curveOid(parameters);
  return oid === undefined ? null : (curveByOid(oid)?.name ?? oid);
}

/** The bits of the order of the curve's group, null where we do not know the curve. @throws {DerError} */
export function curveBits(parameters: Element | undefined): number | null {
  const oid = curveOid(parameters);
  if (oid !== undefined) return curveByOid(oid)?.bits ?? null;
  if (parameters === undefined || !isExplicitCurve(parameters)) return null;
  return unsignedBits(explicitOrder(parameters));
}

/** The order of the group of a curve that is spelt out, without leading zeros. @throws {DerError} */
export function explicitOrder(parameters: Element): Uint8Array {
  // ECParameters (X9.62): version, fieldID, curve, base, order.
  const fields = children(parameters);
  fields.read(Tag.integer, 'version');
  fields.read(Tag.sequence, 'fieldID');
  fields.read(Tag.sequence, 'curve');
  fields.read(Tag.octetString, 'base');
  return unsignedContent(fields.read(Tag.integer, 'order'));
}

export function isExplicitCurve(parameters: Element | undefined): boolean {
  return parameters?.tag === Tag.sequence;
}

export const explicitCurveWarning = 'the key spells its curve out instead of naming it';

function curveOid(parameters: Element | undefined): string | undefined {
  return parameters?.tag === Tag.objectIdentifier ? readOid(parameters) : undefined;
}
