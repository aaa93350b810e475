import t from 'tap';
import { context, contextConstructed, Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { profiles } from '../../src/rules/profile.js';
import { readCertificate, readRequest } from '../../src/show/reading.js';
import { Certificate } from '../../src/x509/certificate.js';
import { CertificationRequest } from '../../src/x509/request.js';
import {
  commonName,
  extension,
  type Forgery,
  forgeCertificate,
  generalizedTime,
  name,
  p256Key,
} from '../support/forge.js';
import { type Ask, judged } from '../support/judged.js';
import { buildRequest, requestAttribute } from '../support/request-builder.js';

// Faults RFC 5280 or DER forbids, and that can be read all the same: a warning each, once.

const ecdsaSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const boolean = (octet: number) => element(Tag.boolean, Buffer.of(octet));
const key = (oid: string, octets: Uint8Array, ...parameters: readonly Uint8Array[]) =>
  sequence(sequence(objectIdentifier(oid), ...parameters), bitString(octets));
const point = (octets: Uint8Array) => key('1.2.840.10045.2.1', octets, objectIdentifier('1.2.840.10045.3.1.7'));
const rsa = (modulus: Uint8Array, exponent: Uint8Array) =>
  key('1.2.840.113549.1.1.1', sequence(element(Tag.integer, modulus), element(Tag.integer, exponent)), nullValue());
const san = (...names: readonly Uint8Array[]) => extension('2.5.29.17', sequence(...names));
const constraints = (...parts: readonly Uint8Array[]) => extension('2.5.29.19', sequence(...parts));
const dns = (octets: Uint8Array) => element(context(2), octets);
const ip = (...octets: readonly number[]) => element(context(7), Buffer.from(octets));
const modulus = Buffer.concat([Buffer.of(0), Buffer.alloc(128, 0xab)]);
const offCurve = Buffer.from(p256Key.subarray(-65));
offCurve.writeUInt8((offCurve.at(-1) ?? 0) ^ 1, 64);
const compressed = Buffer.concat([Buffer.of(2), Buffer.alloc(32)]);
compressed.writeUInt8(1, 32);
const p1363 = Buffer.from(p256Key.subarray(-64));
const string = (tag: number, octets: Uint8Array) => name([['2.5.4.3', element(tag, octets)]]);
const latin1 = Buffer.from('\xe1', 'latin1');

const certificates: Readonly<Record<string, readonly [Forgery, ...string[]]>> = {
  'a sound certificate': [{}],
  'a point off its curve': [{ publicKey: point(offCurve) }, 'the public key: a point that is not on P-256'],
  'a compressed point off its curve': [
    { publicKey: point(compressed) },
    'the public key: a point that is not on P-256',
  ],
  'the point at infinity': [{ publicKey: point(Buffer.of(0)) }, 'the public key: the point at infinity'],
  'a point without its first octet': [{ publicKey: point(p1363) }, 'the public key: a point in the unknown form 0x6b'],
  'a short Ed25519 key': [
    { publicKey: key('1.3.101.112', Buffer.alloc(31)) },
    'the public key: Ed25519 keys have 32 octets, not 31',
  ],
  'a modulus of zero': [{ publicKey: rsa(Buffer.of(0), Buffer.of(3)) }, 'the public key: the modulus is zero'],
  'an even modulus': [{ publicKey: rsa(Buffer.of(4), Buffer.of(3)) }, 'the public key: the modulus is even'],
  'an exponent of 1': [{ publicKey: rsa(modulus, Buffer.of(1)) }, 'the public key: the exponent is 1'],
  'an even exponent': [{ publicKey: rsa(modulus, Buffer.of(2)) }, 'the public key: the exponent is even'],
  'octets behind the RSA key': [
    {
      publicKey: key(
        '1.2.840.113549.1.1.1',
        Buffer.concat([sequence(element(Tag.integer, modulus), integer(3)), nullValue()]),
        nullValue(),
      ),
    },
    'the public key: unexpected NULL',
  ],
  'an empty relative name': [
    { subject: sequence(element(Tag.set), commonName('a').subarray(2)) },
    'subject: an empty relative name',
  ],
  'a UTF8String that is none': [
    { subject: string(Tag.utf8String, latin1) },
    'subject: CN is a UTF8String that is no UTF-8',
  ],
  'a PrintableString that is none': [
    { issuer: string(Tag.printableString, Buffer.from('a@b')) },
    'issuer: CN is a PrintableString that holds characters it cannot',
  ],
  'a BMPString of half a character': [
    { subject: string(Tag.bmpString, Buffer.of(0xd8, 0)) },
    'subject: CN is a BMPString that is no UTF-16',
  ],
  'an IA5String that is none': [
    { subject: string(Tag.ia5String, latin1) },
    'subject: CN is an IA5String that holds characters it cannot',
  ],
  'an empty relative name in a directory name': [
    { extensions: [san(element(contextConstructed(4), sequence(element(Tag.set))))] },
    'subjectAltName: a directory name: an empty relative name',
  ],
  'UTF-8 for a host name': [
    { extensions: [san(dns(Buffer.from('árvíz.hu')), dns(Buffer.from('*.árvíz.hu')))] },
    'subjectAltName: a dNSName is not ASCII, as an A-label it is xn--rvz-dla6d.hu, and 1 more of the kind',
  ],
  'Latin-1 for a host name': [
    { extensions: [san(dns(Buffer.from('árvíz.hu', 'latin1')))] },
    'subjectAltName: a dNSName is not ASCII, as an A-label it is xn--rvz-dla6d.hu',
  ],
  'addresses of odd lengths': [
    { extensions: [san(ip(1, 2, 3), ip(4, 5, 6))] },
    'subjectAltName: an iPAddress of 3 octets',
  ],
  'an empty subjectAltName': [{ extensions: [san()] }, 'subjectAltName: empty'],
  'an empty extended key usage': [{ extensions: [extension('2.5.29.37', sequence())] }, 'extKeyUsage: empty'],
  'empty name constraints': [{ extensions: [extension('2.5.29.30', sequence())] }, 'nameConstraints: empty'],
  'empty policy constraints': [{ extensions: [extension('2.5.29.36', sequence())] }, 'policyConstraints: empty'],
  'cA FALSE written out': [
    { extensions: [constraints(boolean(0))] },
    'basicConstraints: cA FALSE is written out, its default',
  ],
  'a TRUE that is not FF': [{ extensions: [constraints(boolean(1))] }, 'basicConstraints: cA is a TRUE that is not FF'],
  'a path length without cA': [{ extensions: [constraints(integer(0))] }, 'basicConstraints: a path length without cA'],
  'a negative path length': [
    { extensions: [constraints(boolean(255), element(Tag.integer, Buffer.of(0x80)))] },
    'basicConstraints: the path length is negative',
  ],
  'unused bits of keyUsage that are set': [
    { extensions: [extension('2.5.29.15', element(Tag.bitString, Buffer.of(5, 0x6e)))] },
    'keyUsage: unused bits are set',
  ],
  'version 1 written out': [{ version: integer(0) }, 'version 1 is written out, its default'],
  'an empty subject beside names that are not critical': [
    { subject: sequence(), extensions: [san(dns(Buffer.from('a.hu')))] },
    'the subject is empty and subjectAltName is not critical',
  ],
  'PSS parameters that are none': [
    { algorithm: sequence(objectIdentifier('1.2.840.113549.1.1.10'), nullValue()) },
    'the signature algorithm: the PSS signature has no parameters',
  ],
  'a time after the year 9999': [
    { notAfter: generalizedTime('99991231235959-0100') },
    'not_after is not a time: 99991231235959-0100',
  ],
  'a time before the year 0': [
    { notBefore: generalizedTime('00000101000000+0100') },
    'not_before is not a time: 00000101000000+0100',
  ],
};

const withoutPlace = (warning: string): string => warning.replace(/ at byte \d+$/, '');

t.test('certificates', async (t) => {
  for (const [what, [forgery, ...expected]] of Object.entries(certificates)) {
    const { warnings } = readCertificate(new Certificate(forgeCertificate(forgery)), []);
    t.same(warnings.map(withoutPlace), expected, what);
  }
});

/** Left to the CA, who writes the flag. */
const forTheCa = 'an empty subject beside names that are not critical';

t.test('csr-check finds what can stand in a request', async (t) => {
  for (const [what, [forgery, expected]] of Object.entries(certificates)) {
    const { subject, issuer, publicKey, extensions, algorithm } = forgery;
    const hasPlace = [subject, issuer, publicKey, extensions, algorithm].some((part) => part !== undefined);
    if (expected === undefined || !hasPlace || what === forTheCa) continue;
    const usual = await findings({}, extensions === undefined);
    const found = (await findings(forgery, extensions === undefined)).filter((id) => !usual.includes(id));
    t.not(found.length, 0, what);
  }
});

/** The rules a request with the parts of a forged certificate breaks, but for those about what follows from its key. */
async function findings(forgery: Forgery, hasNames: boolean): Promise<string[]> {
  const { subject, issuer = commonName('mail.valami.hu'), publicKey, extensions = [], algorithm } = forgery;
  const key = publicKey && { spki: publicKey, algorithm: ecdsaSha256, sign: () => Buffer.alloc(8) };
  const parts: Ask = {
    ...{ subject: subject ?? issuer, extensions },
    ...(hasNames ? {} : { names: undefined }),
    ...(key && { key }),
    ...(algorithm && { algorithm }),
  };
  const broken = (await judged(parts, profiles.internal)).findings.filter(({ severity }) => severity !== 'notice');
  return broken.map(({ rule }) => rule).filter((rule) => key === undefined || !rule.startsWith('e_signature'));
}

const EXTENSIONS = '1.2.840.113549.1.9.14';
const MICROSOFT = '1.3.6.1.4.1.311.2.1.14';
const list = (text: string) => sequence(san(dns(Buffer.from(text))));

t.test('requests: the extensions that are read, and those that are not', async (t) => {
  const table: Readonly<Record<string, readonly [attributes: Uint8Array[], names: string[], ...warnings: string[]]>> = {
    'extensionRequest before the attribute of Windows': [
      [requestAttribute(MICROSOFT, list('b.hu')), requestAttribute(EXTENSIONS, list('a.hu'))],
      ['a.hu'],
      'microsoftCertificateExtensions stands beside extensionRequest and is not read',
    ],
    'the attribute of Windows alone': [[requestAttribute(MICROSOFT, list('b.hu'))], ['b.hu']],
    'the first of two values': [
      [requestAttribute(EXTENSIONS, list('a.hu'), list('b.hu'))],
      ['a.hu'],
      'extensionRequest has 2 values, of which the first is read',
    ],
    'a list of something else': [
      [requestAttribute(EXTENSIONS, sequence(san(dns(Buffer.from('a.hu'))), nullValue()))],
      [],
      'extensions: expected Extension (SEQUENCE), found NULL',
    ],
    'a value that is no list': [
      [requestAttribute(EXTENSIONS, element(Tag.set, octetString(Buffer.of(1))))],
      [],
      'extensions: expected Extensions, found SET',
    ],
  };
  for (const [what, [attributes, names, ...expected]] of Object.entries(table)) {
    const request = new CertificationRequest(buildRequest({ names: undefined, attributes }));
    const { warnings } = readRequest(request, []);
    t.same(warnings.map(withoutPlace), expected, what);
    const read = expected.some((each) => each.startsWith('extensions')) ? [] : request.subjectAltNames;
    t.same(
      read.map(({ value }) => value),
      names,
      `${what}: names`,
    );
  }
});
