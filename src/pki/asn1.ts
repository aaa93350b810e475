import * as asn1js from 'asn1js';

/** The little glue between our bytes and asn1js's objects. Imported by what builds with PKI.js, never by a command. */

/** Our view of the same octets as an ArrayBuffer of their own, which is what PKI.js takes. */
export function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(bytes.length);
  new Uint8Array(copy).set(bytes);
  return copy;
}

/** The DER of an object. */
export const derOf = (object: { toBER(): ArrayBuffer }): Buffer => Buffer.from(object.toBER());

/** The object that DER made or checked by us stands for. */
export function objectOf(der: Uint8Array): asn1js.AsnType {
  const { offset, result } = asn1js.fromBER(arrayBuffer(der));
  if (offset === -1) throw new RangeError(`asn1js cannot read what was checked: ${result.error}`);
  return result;
}
