// Certificates for benchmarks, of which a cache can know no more than of real ones. Generated: leaves as web servers have them
// (SAN, SCTs, policies, URLs), each with a key, a subject, a serial number and a real signature of its own, from 300 CAs of which
// a few issue most, with 1 to 100 names and subjects of five shapes. Real: the roots of Debian and Node.js, shuffled and repeated.
// Built once, then cached.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache');

const ISSUERS = 300;

/** The path of a PEM file with `count` generated certificates. */
export function certificateFile(count) {
  const path = join(cache, `generated-${count}.pem`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const temporary = `${path}.part`;
  const descriptor = openSync(temporary, 'w');
  const random = randomNumbers(20_261_130);
  const issuers = Array.from({ length: ISSUERS }, (_, i) => newIssuer(i));
  const rsaKey = spki(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
  for (let i = 0; i < count; ) {
    let text = '';
    for (const end = Math.min(count, i + 1000); i < end; i++) {
      // As on the web, the first few CAs issue most: the share of each falls with its rank.
      const issuer = issuers[Math.floor(ISSUERS ** random()) - 1];
      text += pem(newCertificate(i, issuer, i % 3 === 0 ? ownRsaKey(rsaKey) : newEcKey(), random));
    }
    writeSync(descriptor, text);
  }
  closeSync(descriptor);
  renameSync(temporary, path);
  return path;
}

/** The path of a PEM file with `count` certificates of Debian's and Node's roots, in rounds, each in an order of its own. */
export function rootsFile(count) {
  const path = join(cache, `roots-${count}.pem`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const bundle = '/etc/ssl/certs/ca-certificates.crt';
  const text = existsSync(bundle) ? readFileSync(bundle, 'latin1') : '';
  const found = `${rootCertificates.join('\n')}\n${text}`;
  const roots = [...new Set(found.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g))];
  const random = randomNumbers(7);
  const all = [];
  while (all.length < count) {
    for (let i = roots.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [roots[i], roots[j]] = [roots[j], roots[i]];
    }
    all.push(...roots);
  }
  writeFileSync(path, `${all.slice(0, count).join('\n')}\n`);
  return path;
}

/** xorshift32, from 0 to 1: the same file in every run. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const spki = (key) => key.export({ type: 'spki', format: 'der' });

const newEcKey = () => spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);

/** The key with other octets for its modulus: as good to look at, and made in no time. */
function ownRsaKey(key) {
  const own = Buffer.from(key);
  randomBytes(200).copy(own, key.length - 250);
  return own;
}

function newIssuer(i) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName([
    ['2.5.4.6', 'HU'],
    ['2.5.4.10', `Bench ${i % 60} Kft.`],
    ['2.5.4.3', `Bench CA ${i}`],
  ]);
  return { name, privateKey, host: `ca-${i}.example.hu`, keyId: createHash('sha1').update(spki(publicKey)).digest() };
}

function newCertificate(i, issuer, key, random) {
  const host = `host-${i}.${i % 997}.example.hu`;
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const uri = (text) => tlv(0x86, Buffer.from(text));
  const extensions = sequence(
    extension('2.5.29.15', true, Buffer.from('03020780', 'hex')),
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', true, sequence()),
    extension('2.5.29.14', false, tlv(0x04, randomBytes(20))),
    extension('2.5.29.35', false, sequence(tlv(0x80, issuer.keyId))),
    extension(
      '1.3.6.1.5.5.7.1.1',
      false,
      sequence(
        sequence(oid('1.3.6.1.5.5.7.48.1'), uri(`http://ocsp.${issuer.host}`)),
        sequence(oid('1.3.6.1.5.5.7.48.2'), uri(`http://ca.${issuer.host}/ca.crt`)),
      ),
    ),
    extension('2.5.29.17', false, sequence(...hostNames(host, random).map((name) => tlv(0x82, Buffer.from(name))))),
    extension('2.5.29.32', false, sequence(sequence(oid('2.23.140.1.2.1')))),
    extension('2.5.29.31', false, sequence(sequence(tlv(0xa0, tlv(0xa0, uri(`http://crl.${issuer.host}/ca.crl`)))))),
    extension('1.3.6.1.4.1.11129.2.4.2', false, tlv(0x04, timestamps(i))),
  );
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.concat([Buffer.of(1 + (i & 0x3f)), randomBytes(15)])),
    algorithm,
    issuer.name,
    sequence(tlv(0x17, Buffer.from('260301000000Z')), tlv(0x17, Buffer.from('260901000000Z'))),
    distinguishedName(subjectOf(i, host)),
    key,
    tlv(0xa3, extensions),
  );
  return sequence(tbs, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), sign('sha256', tbs, issuer.privateKey)])));
}

/** One to a hundred names, mostly few. */
const hostNames = (host, random) => [
  host,
  ...Array.from({ length: Math.floor(100 ** random()) - 1 }, (_, i) => `alt-${i}.${host}`),
];

/** Subjects of five shapes, from a bare host name to an organization with its register's number. */
function subjectOf(i, host) {
  const organization = ['2.5.4.10', `Szervezet ${i % 5000} Kft.`];
  const place = [
    ['2.5.4.6', 'HU'],
    ['2.5.4.7', `Város ${i % 300}`],
  ];
  const name = ['2.5.4.3', host];
  const register = ['2.5.4.5', String(10_000_000 + i)];
  const shapes = [
    [name],
    [...place, organization, name],
    [['2.5.4.6', 'HU'], ['2.5.4.8', 'Pest'], place[1], organization, name],
    [['1.3.6.1.4.1.311.60.2.1.3', 'HU'], ['2.5.4.15', 'Private Organization'], register, ...place, organization, name],
    [...place, organization, ['2.5.4.11', `Osztály ${i % 50}`], name],
  ];
  return shapes[i % shapes.length];
}

/** A list of two signed certificate timestamps (RFC 6962 3.3). */
function timestamps(i) {
  const entries = [0, 1].map((log) => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(1_772_000_000_000 + i));
    const tail = Buffer.concat([Buffer.from('0000040300470', 'hex'), Buffer.of(0x47), randomBytes(71)]);
    const logId = createHash('sha256').update(String(log)).digest();
    return withLength(Buffer.concat([Buffer.of(0), logId, time, tail]));
  });
  return withLength(Buffer.concat(entries));
}

const withLength = (bytes) => Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);

function tlv(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  const octets = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...octets), content]);
}

const sequence = (...parts) => tlv(0x30, ...parts);

function oid(dotted) {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const octets = rest.flatMap((arc) => {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tlv(0x06, Buffer.of(first * 40 + second, ...octets));
}

const distinguishedName = (attributes) =>
  sequence(...attributes.map(([type, value]) => tlv(0x31, sequence(oid(type), tlv(0x0c, Buffer.from(value))))));

const extension = (type, isCritical, value) =>
  sequence(oid(type), ...(isCritical ? [Buffer.from('0101ff', 'hex')] : []), tlv(0x04, value));

function pem(der) {
  const lines = der.toString('base64').match(/.{1,64}/g);
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
