import * as asn1js from 'asn1js';
import { AlgorithmIdentifier, PublicKeyInfo } from 'pkijs';
import { children, readElement } from '../der/reader.js';
import { Tag } from '../der/tag.js';

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

/** A SubjectPublicKeyInfo as PKI.js takes it. Handed over in its two fields, the key inside is not parsed. */
export function pkiPublicKey(spki: Uint8Array): PublicKeyInfo {
  const fields = children(readElement(spki));
  const algorithm = new AlgorithmIdentifier({ schema: objectOf(fields.read(Tag.sequence).encoding()) });
  const bits = fields.read(Tag.bitString).content().subarray(1);
  return new PublicKeyInfo({ algorithm, subjectPublicKey: new asn1js.BitString({ valueHex: arrayBuffer(bits) }) });
}
