import * as asn1js from 'asn1js';
import { RelativeDistinguishedNames } from 'pkijs';
import { Tag } from '../der/tag.js';
import { arrayBuffer, derOf, objectOf } from './asn1.js';
import type { DistinguishedName, NameAttribute } from './distinguished-name.js';
import { attributeType } from './subject-types.js';

/**
 * A name as PKI.js takes it. It is handed over encoded: PKI.js puts all attributes it is given one by one into a single
 * relative name, which would make `C=HU+O=Valami+CN=…` of every subject.
 *
 * @param name the DER of a name that exists, or one to be written
 */
export function pkiName(name: DistinguishedName | Uint8Array): RelativeDistinguishedNames {
  const der = name instanceof Uint8Array ? name : encodeName(name);
  return new RelativeDistinguishedNames({ valueBeforeDecode: arrayBuffer(der) });
}

/** The DER of a name; the attributes of each relative name sorted as a SET OF is (X.690 11.6). */
export function encodeName(name: DistinguishedName): Buffer {
  const relativeName = (attributes: readonly NameAttribute[]) => {
    const value = attributes.map(attribute);
    return new asn1js.Set({ value: value.length === 1 ? value : value.sort(byEncoding) });
  };
  return derOf(new asn1js.Sequence({ value: name.map(relativeName) }));
}

const byEncoding = (a: asn1js.Sequence, b: asn1js.Sequence): number => Buffer.compare(derOf(a), derOf(b));

/** AttributeTypeAndValue, without PKI.js, whose class takes a few string types only. */
function attribute({ oid, value }: NameAttribute): asn1js.Sequence {
  const type = new asn1js.ObjectIdentifier({ value: oid });
  return new asn1js.Sequence({ value: [type, typeof value === 'string' ? text(oid, value) : objectOf(value)] });
}

function text(oid: string, value: string): asn1js.AsnType {
  switch (attributeType(oid)?.encoding) {
    case Tag.printableString:
      return new asn1js.PrintableString({ value });
    case Tag.ia5String:
      return new asn1js.IA5String({ value });
    default:
      return new asn1js.Utf8String({ value });
  }
}
