import * as asn1js from 'asn1js';
import { RelativeDistinguishedNames } from 'pkijs';
import { Tag } from '../der/tag.js';
import { derOf, objectOf } from './asn1.js';
import type { DistinguishedName, NameAttribute } from './distinguished-name.js';
import { attributeType } from './subject-types.js';

/**
 * A name as PKI.js takes it, but encoded by us: PKI.js puts all attributes it is given into a single relative name, which
 * would make `C=HU+O=Valami+CN=…` of every subject.
 *
 * @param name the DER of a name that exists, or one to be written
 */
export const pkiName = (name: DistinguishedName | Uint8Array): RelativeDistinguishedNames =>
  new WrittenName(name instanceof Uint8Array ? sequenceOf(name) : nameObject(name));

function sequenceOf(der: Uint8Array): asn1js.Sequence {
  const object = objectOf(der);
  if (object instanceof asn1js.Sequence) return object;
  throw new RangeError('a name is a SEQUENCE');
}

class WrittenName extends RelativeDistinguishedNames {
  readonly #object: asn1js.Sequence;

  constructor(object: asn1js.Sequence) {
    super();
    this.#object = object;
  }

  override toSchema(): asn1js.Sequence {
    return this.#object;
  }
}

/** The DER of a name. */
export const encodeName = (name: DistinguishedName): Buffer => derOf(nameObject(name));

/** The attributes of each relative name are sorted as a SET OF is (X.690 11.6). */
function nameObject(name: DistinguishedName): asn1js.Sequence {
  const relativeName = (attributes: readonly NameAttribute[]) => {
    const value = attributes.map(attribute);
    return new asn1js.Set({ value: value.length === 1 ? value : value.sort(byEncoding) });
  };
  return new asn1js.Sequence({ value: name.map(relativeName) });
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
