import { type BerCursor, berChildren, berElementAt } from '../der/ber.js';
import { contextConstructed, Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { PkiError } from '../errors.js';
import { NETSCAPE_SEQUENCE } from '../x509/kind.js';

/** The certificates and CRLs in a PKCS#7 bundle: views into its bytes. */
interface Pkcs7Contents {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

const SIGNED_DATA = '1.2.840.113549.1.7.2';

const otherContents: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.7.1': 'data',
  '1.2.840.113549.1.7.3': 'enveloped (encrypted) data',
  '1.2.840.113549.1.7.5': 'digested data',
  '1.2.840.113549.1.7.6': 'encrypted data',
};

/**
 * The certificates and CRLs in a PKCS#7 SignedData (RFC 2315 9, RFC 5652 5), as CAs send chains: in DER or BER, in any
 * order, its signatures not looked at. Netscape's certificate sequence is read too. Attribute certificates and other
 * formats beside X.509 are passed over.
 *
 * Not by PKI.js: it takes every certificate apart, stops at 10,000 elements (Debian's 142 roots have more) and loses
 * the whole for one odd member.
 *
 * @throws {PkiError} it is something else; {@link DerError}
 */
export function readPkcs7(bytes: Uint8Array): Pkcs7Contents {
  const info = berChildren(berElementAt(bytes, 0, bytes.length));
  const oid = readOid(info.read(Tag.objectIdentifier, 'content type'));
  const content = () => berChildren(berChildren(info.read(contextConstructed(0), 'content')).read(Tag.sequence));
  if (oid === NETSCAPE_SEQUENCE) return { certificates: sequences(content()), crls: [] };
  if (oid !== SIGNED_DATA) {
    throw new PkiError('PKCS7_CONTENT', `this PKCS#7 holds ${otherContents[oid] ?? `content of type ${oid}`}`, {
      hint: 'certificates come in signed data',
    });
  }
  const fields = content();
  fields.read(Tag.integer, 'version');
  fields.read(Tag.set, 'digest algorithms');
  fields.read(Tag.sequence, 'signed content');
  const certificates = fields.optional(contextConstructed(0));
  const crls = fields.optional(contextConstructed(1));
  return {
    certificates: certificates === undefined ? [] : sequences(berChildren(certificates)),
    crls: crls === undefined ? [] : sequences(berChildren(crls)),
  };
}

/** X.509's own types are SEQUENCEs; the alternatives of CertificateChoices and RevocationInfoChoice are tagged. */
function sequences(cursor: BerCursor): Uint8Array[] {
  const found: Uint8Array[] = [];
  while (!cursor.atEnd) {
    const element = cursor.next();
    if (element.tag === Tag.sequence) found.push(element.encoding());
  }
  return found;
}
