// Distinct certificates for benchmarks: leaves as web servers have them (EC and RSA keys, SAN, SCTs, policies, URLs) from
// ten CAs, each with its own subject, serial number, key identifier and a real signature. Built once, then cached.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache');

/** The path of a PEM file with `count` certificates. */
export function certificateFile(count) {
  const path = join(cache, `certificates-${count}.pem`);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const temporary = `${path}.part`;
  const descriptor = openSync(temporary, 'w');
  const issuers = Array.from({ length: 10 }, (_, i) => newIssuer(i));
  const keys = Array.from({ length: 64 }, (_, i) => newKey(i));
  for (let i = 0; i < count; ) {
    let text = '';
    for (const end = Math.min(count, i + 1000); i < end; i++) {
      text += pem(newCertificate(i, issuers[i % issuers.length], keys[i % keys.length]));
    }
    writeSync(descriptor, text);
  }
  closeSync(descriptor);
  renameSync(temporary, path);
  return path;
}

const spki = (key) => key.export({ type: 'spki', format: 'der' });

function newKey(i) {
  const pair =
    i % 2 === 0
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return spki(pair.publicKey);
}

function newIssuer(i) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = distinguishedName([
    ['2.5.4.6', 'HU'],
    ['2.5.4.10', 'Bench Kft.'],
    ['2.5.4.3', `Bench CA ${i}`],
  ]);
  return { name, privateKey, keyId: createHash('sha1').update(spki(publicKey)).digest() };
}

function newCertificate(i, issuer, key) {
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
        sequence(oid('1.3.6.1.5.5.7.48.1'), uri('http://ocsp.example.hu')),
        sequence(oid('1.3.6.1.5.5.7.48.2'), uri('http://ca.example.hu/ca.crt')),
      ),
    ),
    extension('2.5.29.17', false, sequence(tlv(0x82, Buffer.from(host)), tlv(0x82, Buffer.from(`www.${host}`)))),
    extension('2.5.29.32', false, sequence(sequence(oid('2.23.140.1.2.1')))),
    extension('2.5.29.31', false, sequence(sequence(tlv(0xa0, tlv(0xa0, uri('http://crl.example.hu/ca.crl')))))),
    extension('1.3.6.1.4.1.11129.2.4.2', false, tlv(0x04, timestamps(i))),
  );
  const tbs = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.concat([Buffer.of(1 + (i & 0x3f)), randomBytes(15)])),
    algorithm,
    issuer.name,
    sequence(tlv(0x17, Buffer.from('260301000000Z')), tlv(0x17, Buffer.from('260901000000Z'))),
    distinguishedName([
      ['2.5.4.6', 'HU'],
      ['2.5.4.7', 'Budapest'],
      ['2.5.4.10', `Szervezet ${i % 5000} Kft.`],
      ['2.5.4.3', host],
    ]),
    key,
    tlv(0xa3, extensions),
  );
  return sequence(tbs, algorithm, tlv(0x03, Buffer.concat([Buffer.of(0), sign('sha256', tbs, issuer.privateKey)])));
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
