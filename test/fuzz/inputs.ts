import fc from 'fast-check';
import { bitString, element, nullValue, objectIdentifier, sequence } from '../../src/der/writer.js';

/** Inputs made by structure, so that they get past the first checks. */

const oids = [
  '2.5.4.3',
  '2.5.29.17',
  '2.5.29.15',
  '2.5.29.19',
  '2.5.29.31',
  '2.5.29.32',
  '2.5.29.37',
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.10',
  '1.2.840.10045.2.1',
  '1.2.840.113549.1.7.2',
  '1.2.840.113549.1.5.13',
  '1.3.6.1.4.1.11129.2.4.2',
];
const bytes = fc.uint8Array({ maxLength: 12 });
const leaf = fc.oneof(
  fc.constantFrom(...oids).map(objectIdentifier),
  fc
    .tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 10, 12, 19, 20, 22, 23, 24, 28, 30, 0x80, 0x81, 0x82, 0x86, 0x87), bytes)
    .map(([tag, content]) => element(tag, content)),
  fc.constantFrom('260101000000Z', '20500101000000Z', '991332').map((time) => element(0x17, Buffer.from(time))),
  fc.constant(sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())),
);
const { der } = fc.letrec<{ der: Buffer }>((tie) => ({
  der: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom(0x30, 0x31, 0xa0, 0xa1, 0xa3, 0x04), fc.array(tie('der'), { maxLength: 6 }))
      .map(([tag, parts]) => element(tag, ...parts)),
    fc.array(tie('der'), { maxLength: 3 }).map((parts) => bitString(Buffer.concat(parts))),
  ),
}));
const rdn = fc
  .tuple(fc.constantFrom(...oids), der)
  .map(([oid, value]) => element(0x31, sequence(objectIdentifier(oid), value)));
const extension = fc
  .tuple(fc.constantFrom(...oids), der)
  .map(([oid, value]) => sequence(objectIdentifier(oid), element(4, value)));
const algorithm = fc.oneof(fc.constant(sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue())), der);
const name = fc.array(rdn, { maxLength: 3 }).map((parts) => sequence(...parts));
const times = fc.constantFrom('200101000000Z', '491231235959Z', '9913').map((time) => element(0x17, Buffer.from(time)));
const spki = fc.tuple(algorithm, bytes).map(([each, key]) => sequence(each, bitString(key)));
const certificate = fc
  .tuple(
    fc.constant(element(0xa0, element(2, Buffer.of(2)))),
    bytes,
    algorithm,
    name,
    times,
    name,
    spki,
    fc.array(extension, { maxLength: 4 }),
  )
  .map(([version, serial, each, issuer, time, subject, key, extensions]) =>
    sequence(
      sequence(
        version,
        element(2, serial),
        each,
        issuer,
        sequence(time, time),
        subject,
        key,
        element(0xa3, sequence(...extensions)),
      ),
      each,
      bitString(serial),
    ),
  );
const request = fc
  .tuple(name, spki, algorithm, fc.array(extension, { maxLength: 4 }), bytes)
  .map(([subject, key, each, extensions, signature]) => {
    const values = element(0x31, sequence(...extensions));
    const attribute = sequence(objectIdentifier('1.2.840.113549.1.9.14'), values);
    return sequence(
      sequence(element(2, Buffer.of(0)), subject, key, element(0xa0, attribute)),
      each,
      bitString(signature),
    );
  });
const labels = [
  'CERTIFICATE',
  'CERTIFICATE REQUEST',
  'X509 CRL',
  'PKCS7',
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'X',
  'TRUSTED CERTIFICATE',
];
const pemPieces = fc.oneof(
  fc.constantFrom(...labels).map((label) => `-----BEGIN ${label}-----`),
  fc.constantFrom(...labels).map((label) => `-----END ${label}-----`),
  fc.constantFrom(
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '\ufeff',
    '-----',
    '----',
    'BEGIN ',
    'END ',
    '=',
    '==',
    '...',
    '\0',
    'Proc-Type: 4,ENCRYPTED\n',
    '\\n',
  ),
  fc.oneof(der, certificate).map((value) => value.toString('base64').replace(/.{64}/g, '$&\n')),
  fc.string({ maxLength: 8 }),
);
const words = [
  'CN',
  'O=',
  ',',
  '+',
  '\\',
  '/',
  '"',
  '#',
  '{',
  '}',
  '[',
  ']',
  ':',
  '=',
  '\n',
  ' ',
  'hosts',
  'names',
  'cn',
  'dns_name',
  '*.',
  '.',
  'a.hu',
  'xn--',
  '::',
  '1.2.3.4',
  '%',
  '@',
  'URI:',
  'DNS:',
  'é',
  '\u202e',
  '\0',
  '\\u0000',
  'https://',
  '"a"',
  '1',
  'true',
  'key',
  '-',
];
const inputs = fc.oneof(
  certificate,
  request,
  certificate.map((value) =>
    Buffer.from(`-----BEGIN CERTIFICATE-----\n${value.toString('base64')}\n-----END CERTIFICATE-----\n`),
  ),
  der,
  fc.array(pemPieces, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 20 })
    .map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 64 }).map((octets) => Buffer.from(octets)),
);
/** Certificates, requests, PEM, names, SPECs and noise, damaged in up to three places. */
export const damaged = fc
  .tuple(inputs, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
  .map(([input, damages]) => {
    const copy = Buffer.from(input);
    for (const [at, octet] of damages) if (copy.length > 0) copy[at % copy.length] = octet;
    return copy;
  });
