import { contextConstructed, Tag } from '../../src/der/tag.js';
import { bitString, element, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import {
  commonName,
  extension,
  type Forgery,
  forgeCertificate,
  generalizedTime,
  name,
  utf8String,
} from '../support/forge.js';

/** Certificates neither openssl 3.0 nor certtool can make: post-quantum keys, old kinds of names and strings, timestamps of logs. */

const postQuantumKeys: readonly (readonly [oid: string, octets: number])[] = [
  ['2.16.840.1.101.3.4.4.1', 800],
  ['2.16.840.1.101.3.4.4.2', 1184],
  ['2.16.840.1.101.3.4.4.3', 1568],
  ['2.16.840.1.101.3.4.3.17', 1312],
  ['2.16.840.1.101.3.4.3.18', 1952],
  ['2.16.840.1.101.3.4.3.19', 2592],
  ...[32, 32, 48, 48, 64, 64, 32, 32, 48, 48, 64, 64].map(
    (octets, i) => [`2.16.840.1.101.3.4.3.${20 + i}`, octets] as const,
  ),
];

/** A timestamp of a log (RFC 6962 3.2): version, log, time, no extensions, ecdsa with sha256 and a signature. */
function timestamp(firstOctet: number, time: number): Buffer {
  const log = Buffer.from(Array.from({ length: 32 }, (_, i) => (i === 0 ? firstOctet : i)));
  const milliseconds = Buffer.alloc(8);
  milliseconds.writeBigUInt64BE(BigInt(time));
  const signature = sequence(element(Tag.integer, Buffer.of(1)), element(Tag.integer, Buffer.of(2)));
  const content = [Buffer.of(0), log, milliseconds, Buffer.of(0, 0, 4, 3, 0, signature.length), signature];
  return withLength(Buffer.concat(content));
}

const withLength = (content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(content.length >> 8, content.length & 0xff), content]);

const timestamps = withLength(
  Buffer.concat([
    timestamp(0x3e, Date.UTC(2026, 2, 5, 10, 0, 0, 123)),
    timestamp(0x96, Date.UTC(2026, 2, 5, 10, 0, 1)),
  ]),
);

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const utf32 = (text: string): Buffer =>
  Buffer.concat(
    Array.from(text, (character) => {
      const octets = Buffer.alloc(4);
      octets.writeUInt32BE(character.codePointAt(0) as number);
      return octets;
    }),
  );

/** Values of common names, of every type openssl takes there. */
const strings: readonly Uint8Array[] = [
  element(Tag.universalString, utf32('Őrség 😀')),
  element(Tag.bmpString, utf16('Őrség, kőszén+"')),
  element(Tag.teletexString, Buffer.from('\u00e1rv\u00edz', 'latin1')),
  element(Tag.printableString, Buffer.from('printable')),
  element(Tag.ia5String, Buffer.from('ia5@#')),
  element(Tag.numericString, Buffer.from('12 3')),
  utf8String('control \u0000\u0001\u001b[2J\u007f\u0085'),
  utf8String('\u202eevil'),
  utf8String(' '),
  utf8String('  two  '),
  utf8String('#'),
];

const forgeries: readonly Forgery[] = [
  ...postQuantumKeys.map(([oid, octets]) => ({
    subject: commonName(oid),
    publicKey: sequence(sequence(objectIdentifier(oid)), bitString(Buffer.alloc(octets, 7))),
    algorithm: sequence(objectIdentifier('2.16.840.1.101.3.4.3.18')),
  })),
  ...strings.map((value) => ({ subject: name([['2.5.4.3', value]]), issuer: name([['2.5.4.10', value]]) })),
  {
    subject: name(
      [
        ['2.5.4.3', utf8String('b')],
        ['2.5.4.3', utf8String('a')],
        ['1.2.3.4', utf8String('x')],
      ],
      [['2.5.4.3', utf8String('c')]],
    ),
  },
  { extensions: [extension('1.3.6.1.4.1.11129.2.4.2', octetString(timestamps))] },
  {
    extensions: [
      extension(
        '2.5.29.17',
        sequence(
          element(contextConstructed(3), Buffer.from('3003020101', 'hex')),
          element(contextConstructed(5), Buffer.from('a103130161', 'hex')),
        ),
      ),
    ],
  },
  { notBefore: generalizedTime('20500101000000Z'), notAfter: generalizedTime('99991231235959Z') },
];

export const forgedCertificates = (): Buffer[] => forgeries.map((forgery) => forgeCertificate(forgery));
