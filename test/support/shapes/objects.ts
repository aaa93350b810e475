import { privateKeyForm } from '../../../src/crypto/private-key.js';
import { publicKeyObject } from '../../../src/crypto/public-key.js';
import { readBerElement } from '../../../src/der/ber.js';
import { berToDer } from '../../../src/der/ber-to-der.js';
import { checkWellFormed, readElement } from '../../../src/der/reader.js';
import { context, contextConstructed, Tag } from '../../../src/der/tag.js';
import { decodeOid } from '../../../src/der/values.js';
import { bitString, element, integer, nullValue, objectIdentifier, sequence } from '../../../src/der/writer.js';
import { isPkiError } from '../../../src/errors.js';
import { readPkcs7 } from '../../../src/pkcs/pkcs7.js';
import { readCertificate, readCrl, readRequest } from '../../../src/show/reading.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { Crl } from '../../../src/x509/crl.js';
import { kindOf } from '../../../src/x509/kind.js';
import { CertificationRequest } from '../../../src/x509/request.js';
import { commonName, extension, forgeCertificate, p256Key, utcTime, utf8String } from '../forge.js';
import { type Shape, shape } from './shape.js';
import { hosts, scan } from './texts.js';

/** As many of a piece as have the size together. */
export const many = (size: number, piece: Uint8Array): Buffer =>
  Buffer.alloc(Math.ceil(size / piece.length) * piece.length, piece);
const small = integer(1);
const nested = (depth: number): Uint8Array => (depth === 0 ? small : sequence(nested(depth - 1)));
const indefinite = (size: number) => Buffer.concat([Buffer.from('3080', 'hex'), many(size, small), Buffer.alloc(2)]);

export const attribute = sequence(objectIdentifier('2.5.4.3'), utf8String('a'));
export const rdn = element(Tag.set, attribute);
const uri = element(context(6), Buffer.from('http://a.hu'));
const ecdsa = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const noise = bitString(Buffer.alloc(8));
const dnsName = (text: string) => element(context(2), Buffer.from(text, 'latin1'));
const listOf = (names: readonly string[]) => sequence(...names.map(dnsName));

const withExtension = (oid: string, value: Uint8Array) => forgeCertificate({ extensions: [extension(oid, value)] });
export const requestOf = (subject: Uint8Array, attributes: Uint8Array = Buffer.alloc(0)) =>
  sequence(sequence(integer(0), subject, p256Key, element(contextConstructed(0), attributes)), ecdsa, noise);
/** A request that asks for alternative names. */
export const askFor = (names: readonly string[]) => {
  const extensions = element(Tag.set, sequence(extension('2.5.29.17', listOf(names))));
  return requestOf(commonName('a'), sequence(objectIdentifier('1.2.840.113549.1.9.14'), extensions));
};
const crl = (revoked: Uint8Array) =>
  sequence(sequence(integer(1), ecdsa, commonName('a'), utcTime('261123000000Z'), revoked), ecdsa, noise);
const pkcs7 = (certificates: Uint8Array) => {
  const data = sequence(objectIdentifier('1.2.840.113549.1.7.1'));
  const signed = sequence(
    ...[integer(1), element(Tag.set), data, element(contextConstructed(0), certificates), element(Tag.set)],
  );
  return sequence(objectIdentifier('1.2.840.113549.1.7.2'), element(contextConstructed(0), signed));
};
const rsaKey = (exponent: Uint8Array) => {
  const modulus = element(Tag.integer, Buffer.of(0), Buffer.alloc(256, 0xab));
  return sequence(
    sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()),
    bitString(sequence(modulus, element(Tag.integer, exponent))),
  );
};

/** Every getter of a view: they read lazily. */
function readAll(view: object): void {
  for (let type: object | null = view; type !== null && type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const { get } of Object.values(Object.getOwnPropertyDescriptors(type))) {
      try {
        get?.call(view);
      } catch (error) {
        if (!isPkiError(error)) throw error;
      }
    }
  }
}

/** Reads all there is, and then what is shown of it. */
function readCertificateWhole(input: Uint8Array): unknown {
  const certificate = new Certificate(input);
  readAll(certificate);
  return readCertificate(certificate, []);
}

function readRequestWhole(input: Uint8Array): unknown {
  const request = new CertificationRequest(input);
  readAll(request);
  return readRequest(request, []);
}

function readCrlWhole(input: Uint8Array): unknown {
  const list = new Crl(input);
  readAll(list);
  for (const _ of list.revoked());
  return readCrl(list, []);
}

const readOid = (input: Uint8Array) => decodeOid(input, 0, input.length);
const walk = (input: Uint8Array) => checkWellFormed(readElement(input));

/** BER and DER, and the objects in it, well-formed or not. */
export const objects: readonly Shape[] = [
  shape('der: many objects', (size) => many(size, sequence(small)), scan),
  shape('der: one object', (size) => sequence(Buffer.alloc(size)), scan),
  shape('der: indefinite', indefinite, scan),
  shape('der: many elements', (size) => sequence(many(size, small)), walk),
  shape('der: deep elements', (size) => sequence(many(size, nested(60))), walk),
  shape('der: kind of it', (size) => sequence(many(size, small)), kindOf),
  shape('ber: indefinite', indefinite, readBerElement),
  shape('ber: rewritten', indefinite, berToDer),
  shape(
    'x509: what is no certificate',
    (size) => sequence(many(size, rdn)),
    (input) => new Certificate(input),
  ),
  shape('x509: many RDNs', (size) => forgeCertificate({ subject: sequence(many(size, rdn)) }), readCertificateWhole),
  shape(
    'x509: one RDN of many',
    (size) => forgeCertificate({ subject: sequence(element(Tag.set, many(size, attribute))) }),
    readCertificateWhole,
  ),
  shape(
    'x509: a long name',
    (size) => forgeCertificate({ subject: commonName('a'.repeat(size)) }),
    readCertificateWhole,
  ),
  shape(
    'x509: a long serial number',
    (size) => forgeCertificate({ serial: Buffer.alloc(size, 0x55) }),
    readCertificateWhole,
  ),
  shape(
    'x509: extensions of one kind, up to 10,000',
    (size) => {
      const one = extension('1.2.3', nullValue());
      return forgeCertificate({ extensions: [many(Math.min(size, 10_000 * one.length), one)] });
    },
    readCertificateWhole,
  ),
  shape(
    'x509: alternative names',
    (size) => withExtension('2.5.29.17', sequence(many(size, dnsName('a.valami.hu')))),
    readCertificateWhole,
  ),
  shape(
    'x509: alternative names, URIs',
    (size) => withExtension('2.5.29.17', sequence(many(size, uri))),
    readCertificateWhole,
  ),
  shape(
    'x509: purposes',
    (size) => withExtension('2.5.29.37', sequence(many(size, objectIdentifier('1.2.3.4')))),
    readCertificateWhole,
  ),
  shape(
    'x509: policies',
    (size) => withExtension('2.5.29.32', sequence(many(size, sequence(objectIdentifier('1.2.3.4'))))),
    readCertificateWhole,
  ),
  shape(
    'x509: CRL points',
    (size) => {
      const point = sequence(element(contextConstructed(0), element(contextConstructed(0), uri)));
      return withExtension('2.5.29.31', sequence(many(size, point)));
    },
    readCertificateWhole,
  ),
  shape(
    'x509: access',
    (size) => {
      const access = sequence(objectIdentifier('1.3.6.1.5.5.7.48.1'), uri);
      return withExtension('1.3.6.1.5.5.7.1.1', sequence(many(size, access)));
    },
    readCertificateWhole,
  ),
  shape(
    'x509: key usage of many bits',
    (size) => withExtension('2.5.29.15', element(Tag.bitString, Buffer.alloc(size))),
    readCertificateWhole,
  ),
  shape('x509: an unknown extension', (size) => withExtension('1.2.3', Buffer.alloc(size)), readCertificateWhole),
  shape(
    'x509: alternative names that are none',
    (size) => withExtension('2.5.29.17', listOf(hosts(size, '\xe1#.hu'))),
    readCertificateWhole,
  ),
  shape(
    'x509: addresses that are none',
    (size) => withExtension('2.5.29.17', sequence(many(size, Buffer.from('8703010203', 'hex')))),
    readCertificateWhole,
  ),
  shape(
    'x509: OBJECT IDENTIFIER, a long arc',
    (size) => Buffer.concat([Buffer.of(0x55), Buffer.alloc(size, 0x81), Buffer.of(1)]),
    readOid,
  ),
  shape('x509: OBJECT IDENTIFIER, many arcs', (size) => Buffer.alloc(size, 1), readOid),
  shape(
    'request: attributes',
    (size) => {
      const one = sequence(objectIdentifier('1.2.3.4'), element(Tag.set, nullValue()));
      return requestOf(commonName('a'), many(size, one));
    },
    readRequestWhole,
  ),
  shape('CRL: entries', (size) => crl(sequence(many(size, sequence(small, utcTime('261123000000Z'))))), readCrlWhole),
  shape('PKCS#7: certificates', (size) => pkcs7(many(size, forgeCertificate())), readPkcs7),
  shape('private key: what is none', (size) => sequence(many(size, small)), privateKeyForm),
  shape('key: an RSA exponent', (size) => rsaKey(Buffer.alloc(size, 0x7f)), publicKeyObject),
];
