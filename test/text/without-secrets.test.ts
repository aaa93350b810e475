import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { withoutLongWords, withoutRuns, withoutSecrets } from '../../src/text/without-secrets.js';

const der = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'der' });
const lines = der.toString('base64').match(/.{1,64}/g) ?? [];

/** Ways a line of a key may stand in a list, or in the message about it. */
const spellings: Readonly<Record<string, (line: string) => string>> = {
  base64: (line) => line,
  'base64 in groups of four': (line) => (line.match(/.{1,4}/g) ?? []).join(' '),
  'base64 in groups of eight, with commas': (line) => (line.match(/.{1,8}/g) ?? []).join(', '),
  hexadecimal: (line) => Buffer.from(line, 'base64').toString('hex'),
  'hexadecimal, capitals': (line) => Buffer.from(line, 'base64').toString('hex').toUpperCase(),
  'hexadecimal, octet by octet': (line) => (Buffer.from(line, 'base64').toString('hex').match(/../g) ?? []).join(':'),
  'UTF-16': (line) => Buffer.from(line, 'utf16le').toString('utf8'),
};

/** Nine octets of a key in a row are none of its neighbours' head. */
const letters = (text: string): string => text.replace(/[^A-Za-z0-9+/=]/g, '');

t.test('no spelling of a key passes', async (t) => {
  for (const [name, spell] of Object.entries(spellings)) {
    const leaks = lines.filter((line) => {
      const spelt = spell(line);
      const shown = letters(withoutSecrets(`list: line 3: ${spelt} is no host name`));
      const tail = letters(spelt).slice(16, 38);
      return tail.length === 22 && shown.includes(tail);
    });
    t.same(leaks, [], name);
  }
});

/** The last lines of keys on P-521, which have few octets, and many slashes. */
const shortLines = [
  'HKpB2FF/AjU/kKTq0hMbYlL',
  '9Udc/1NCeGETI8jAFxCB/LX',
  'SFQfe4f//PAQUql/v+Q5Nx2',
  'i/B4yTyyLXlPZuZn/W6RlYk',
  '4moWwUg/Fa9ZxYiFDLmdCxe',
];

t.test('a short line with many slashes', async (t) => {
  for (const line of shortLines) {
    t.equal(withoutSecrets(`line 3: ${line} is`), `line 3: ${line.slice(0, 8)}... (${line.length} characters) is`);
  }
});

t.test('DER read as text', async (t) => {
  t.equal(withoutSecrets('"valami.hu\0.evil.hu" matches'), '"valami.hu\0.evil.hu" matches', 'a name with a zero octet');
  const word = '\x02@Xi\x1d*Yg\ufffd\u0e38aqpxX"bv\u06c4D\ufffd';
  t.equal(withoutSecrets(`line 3: ${word} is`), `line 3: \x02@Xi\x1d*Yg... (${word.length} characters) is`);
  t.equal(withoutRuns(`${word} ${word}`), `\x02@Xi\x1d*Yg... (${2 * word.length + 1} characters)`);
});

t.test('what is no name and no path', async (t) => {
  for (const line of [
    ...shortLines,
    'ltm0J/JMJIdnej3a/PQWWKu',
    'mail/certificates/current/of',
    'Mailserver/Certificates',
  ]) {
    t.equal(withoutRuns(line), `${line.slice(0, 8)}... (${line.length} characters)`);
  }
  t.equal(withoutRuns('https://mail.valami.hu/'), 'https://mail.valami.hu/');
});

t.test('paths, names and numbers of ours stay', async (t) => {
  for (const text of [
    'srv/ssl/Private2026/MailServer01.key holds a private key',
    '/tmp/tmp.Xy7Ab3Qz1K/old-certificates/mail.key exists',
    '/home/Anna/Documents/Certs2026/Q1/web.pem is a directory',
    'serial 4fa3b07c118e26d95be0277c31a5d9e4 becomes 0b5e9c2d7f1a4836925bd07e6a1c3f48',
    'the certificate lacks names of the old one: alma.valami.hu, barack.valami.hu, jonatan.alma.valami.hu',
    'the issuer of mail.valami.hu is missing: CN=Local-CA Root R1,O=Valami Kft.,L=Budapest,C=HU',
    'extensions left out: 1.3.6.1.4.1.311.20.2, 2.5.29.32, 1.3.6.1.5.5.7.1.24',
  ]) {
    t.equal(withoutSecrets(text), text);
  }
});

t.test('words', async (t) => {
  t.equal(withoutLongWords(`a ${'x'.repeat(80)} b`), `a ${'x'.repeat(80)} b`);
  t.equal(withoutLongWords(`a ${'x'.repeat(300)} b`), `a ${'x'.repeat(80)}... (300 characters) b`);
  const path = `/srv/${'x'.repeat(120)}/mail.key`;
  t.equal(withoutLongWords(path), path);
});
