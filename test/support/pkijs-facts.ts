import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/** What PKI.js reads in a certificate, in the words of our JSON. */
export function pkijsFacts(der: Uint8Array) {
  const certificate = pkijs.Certificate.fromBER(der);
  const hex = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('hex');
  const serial = hex(certificate.serialNumber.valueBlock.valueHexView).replace(/^(00)+(?=.)/, '');
  const parsed = <T>(oid: string): T | undefined =>
    certificate.extensions?.find(({ extnID }) => extnID === oid)?.parsedValue as T | undefined;
  const basic = parsed<pkijs.BasicConstraints>('2.5.29.19');
  const keyId = parsed<asn1js.OctetString>('2.5.29.14');
  const authority = parsed<pkijs.AuthorityKeyIdentifier>('2.5.29.35')?.keyIdentifier;
  const names = parsed<pkijs.AltName>('2.5.29.17')?.altNames ?? [];
  return {
    version: certificate.version + 1,
    serial,
    subject: namesOf(certificate.subject),
    issuer: namesOf(certificate.issuer),
    not_before: certificate.notBefore.value.getTime(),
    not_after: certificate.notAfter.value.getTime(),
    algorithm: certificate.signatureAlgorithm.algorithmId,
    spki: hex(certificate.subjectPublicKeyInfo.toSchema().toBER()),
    is_ca: basic?.cA ?? false,
    path_length: typeof basic?.pathLenConstraint === 'number' ? basic.pathLenConstraint : null,
    subject_key_id: keyId === undefined ? null : hex(keyId.valueBlock.valueHexView),
    authority_key_id: authority === undefined ? null : hex(authority.valueBlock.valueHexView),
    dns: names.filter(({ type }) => type === 2).map(({ value }) => String(value)),
    extensions: (certificate.extensions ?? []).map(({ extnID, critical }) => [extnID, critical]),
    signature: hex(certificate.signatureValue.valueBlock.valueHexView),
  };
}

function namesOf(name: pkijs.RelativeDistinguishedNames): string[][] {
  return name.typesAndValues.map(({ type, value }) => [type, String(value.valueBlock.value)]);
}
