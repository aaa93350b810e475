import { Tag } from '../der/tag.js';
import { attributeOid, attributeShortName } from '../x509/attribute-types.js';
import { COMMON_NAME } from '../x509/name.js';

/** The attribute types a subject is written with: what they are called, and how their values are encoded and bounded. */
export interface AttributeType {
  readonly oid: string;
  /** The name messages use, as openssl prints it. */
  readonly name: string;
  readonly encoding: StringEncoding;
  /** The most characters a value has (RFC 5280 A.1, X.520). */
  readonly maxLength: number;
}

/** RFC 5280 4.1.2.4: PrintableString where the type asks for it, IA5String for addresses, UTF8String for all else. */
type StringEncoding = typeof Tag.printableString | typeof Tag.ia5String | typeof Tag.utf8String;

const printable = Tag.printableString;
const ia5 = Tag.ia5String;
const utf8 = Tag.utf8String;

/** The bound of types that have none of their own: X.520's for a name. */
const UNBOUNDED = 32_768;

/** OID, encoding, bound, the name, and what else people and tools call it; in the order subjects are written in. */
const table: readonly (readonly [string, StringEncoding, number, ...string[]])[] = [
  ['0.9.2342.19200300.100.1.25', ia5, 255, 'DC', 'domainComponent'],
  ['2.5.4.6', printable, 2, 'C', 'countryName', 'country'],
  ['2.5.4.8', utf8, 128, 'ST', 'S', 'stateOrProvinceName', 'state'],
  ['2.5.4.7', utf8, 128, 'L', 'localityName', 'locality', 'city'],
  ['2.5.4.9', utf8, 128, 'street', 'streetAddress'],
  ['2.5.4.17', utf8, 40, 'postalCode'],
  ['2.5.4.18', utf8, 40, 'postOfficeBox'],
  ['2.5.4.10', utf8, 64, 'O', 'organizationName', 'organization', 'org'],
  ['2.5.4.97', utf8, UNBOUNDED, 'organizationIdentifier'],
  ['2.5.4.11', utf8, 64, 'OU', 'organizationalUnitName', 'organizationalUnit', 'unit'],
  ['2.5.4.12', utf8, 64, 'title'],
  ['2.5.4.4', utf8, 40, 'SN', 'surname'],
  ['2.5.4.42', utf8, 16, 'GN', 'G', 'givenName'],
  ['2.5.4.43', utf8, 5, 'initials'],
  ['2.5.4.44', utf8, 3, 'generationQualifier'],
  ['2.5.4.41', utf8, UNBOUNDED, 'name'],
  ['2.5.4.65', utf8, 128, 'pseudonym'],
  ['2.5.4.13', utf8, 1024, 'description'],
  ['2.5.4.15', utf8, 128, 'businessCategory'],
  ['2.5.4.20', printable, 32, 'telephoneNumber'],
  ['2.5.4.5', printable, 64, 'serialNumber'],
  ['2.5.4.46', printable, 64, 'dnQualifier'],
  ['2.5.4.3', utf8, 64, 'CN', 'commonName'],
  ['0.9.2342.19200300.100.1.1', utf8, 256, 'UID', 'userId'],
  ['1.2.840.113549.1.9.1', ia5, 255, 'emailAddress', 'E', 'email', 'pkcs9_email'],
  ['1.2.840.113549.1.9.2', utf8, 255, 'unstructuredName'],
  ['1.3.6.1.4.1.311.60.2.1.1', utf8, 128, 'jurisdictionL', 'jurisdictionOfIncorporationLocalityName'],
  ['1.3.6.1.4.1.311.60.2.1.2', utf8, 128, 'jurisdictionST', 'jurisdictionOfIncorporationStateOrProvinceName'],
  ['1.3.6.1.4.1.311.60.2.1.3', printable, 2, 'jurisdictionC', 'jurisdictionOfIncorporationCountryName'],
  ['1.3.6.1.5.5.7.9.2', utf8, 128, 'placeOfBirth'],
  ['1.3.6.1.5.5.7.9.3', printable, 1, 'gender'],
  ['1.3.6.1.5.5.7.9.4', printable, 2, 'countryOfCitizenship'],
  ['1.3.6.1.5.5.7.9.5', printable, 2, 'countryOfResidence'],
  ['1.3.6.1.5.5.7.8.5', utf8, UNBOUNDED, 'XmppAddr'],
];

const byName = new Map<string, AttributeType>();
const byOid = new Map<string, AttributeType>();
for (const [oid, encoding, maxLength, ...names] of table) {
  const type = { oid, name: names[0] as string, encoding, maxLength };
  byOid.set(oid, type);
  for (const name of names) byName.set(name.toLowerCase(), type);
}

/** Every name a type can be asked for by, for finding the nearest one to a slip. */
export const attributeTypeNames: readonly string[] = table.flatMap(([, , , ...names]) => names);

/** A type by any of its names (case does not matter) or its OID; an OID without a name holds UTF8String. */
export function attributeType(nameOrOid: string): AttributeType | undefined {
  const oid = /^(?:oid\.)?((?:[01]\.(?:[0-9]|[1-3][0-9])|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))+)$/i.exec(
    nameOrOid,
  )?.[1];
  if (oid === undefined) return byName.get(nameOrOid.toLowerCase()) ?? unusualType(nameOrOid);
  return byOid.get(oid) ?? { oid, name: oid, encoding: utf8, maxLength: UNBOUNDED };
}

/** A type that has a name in openssl, and is rarely in a subject. */
function unusualType(name: string): AttributeType | undefined {
  const oid = attributeOid(name);
  if (oid === undefined) return undefined;
  return byOid.get(oid) ?? { oid, name: attributeShortName(oid) ?? oid, encoding: utf8, maxLength: UNBOUNDED };
}

/** Where an attribute stands in a subject made of single fields: the largest first, unknown ones before the name. */
export function subjectRank(oid: string): number {
  const rank = table.findIndex(([each]) => each === oid);
  return rank === -1 ? table.findIndex(([each]) => each === COMMON_NAME) - 0.5 : rank;
}
