import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { context, Tag } from '../../src/der/tag.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import {
  commonName,
  dnsNames,
  extension,
  type Forgery,
  forgeCertificate,
  forgeCrl,
  generalizedTime,
  name,
  p256Key,
  utcTime,
  utf8String,
} from '../support/forge.js';
import { findProgram, run, session } from '../support/session.js';
import { isWhole, some } from '../support/whole.js';

const pem = (der: Uint8Array): string => encodePem('CERTIFICATE', der);
const printable = (text: string) => element(Tag.printableString, Buffer.from(text, 'latin1'));
const boolean = (octet: number) => element(Tag.boolean, Buffer.of(octet));

interface Read {
  readonly warnings: readonly string[];
  readonly [property: string]: unknown;
}

function read(...certificates: readonly Uint8Array[]): Read[] {
  const { stdout, stderr, status } = run('cert-info', ['--json', '--at', '2026-06-01'], {
    stdin: certificates.map(pem).join(''),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

t.test('what DER or RFC 5280 forbids is read and listed under warnings', async (t) => {
  const keyUsage = Buffer.from('03020780', 'hex');
  const table: readonly (readonly [what: string, forgery: Forgery, ...warnings: string[]])[] = [
    ['nothing odd', {}],
    ['a padded serial number', { serial: Buffer.from('0001', 'hex') }, 'the serial number is padded'],
    ['a negative serial number', { serial: Buffer.of(0x80) }, 'the serial number is negative'],
    ['serial number zero', { serial: Buffer.of(0) }, 'the serial number is zero'],
    [
      'a long serial number',
      { serial: Buffer.alloc(21, 1) },
      'the serial number has 21 octets, at most 20 are allowed',
    ],
    [
      'UTCTime without seconds',
      { notAfter: utcTime('3601010000Z') },
      'not_after is a UTCTime without seconds: 3601010000Z',
    ],
    [
      'UTCTime with an offset',
      { notBefore: utcTime('260101000000+0100') },
      'not_before is a UTCTime with an offset from UTC: 260101000000+0100',
    ],
    [
      'GeneralizedTime with fractions',
      { notAfter: generalizedTime('20510101000000.5Z') },
      'not_after is a GeneralizedTime with fractions of a second: 20510101000000.5Z',
    ],
    ['the last UTCTime', { notAfter: utcTime('491231235959Z') }],
    ['the first GeneralizedTime', { notAfter: generalizedTime('20500101000000Z') }],
    [
      'GeneralizedTime too early',
      { notAfter: generalizedTime('20491231235959Z') },
      'not_after is a GeneralizedTime before 2050: 20491231235959Z',
    ],
    ['no expiry', { notAfter: generalizedTime('99991231235959Z') }, 'not_after is 99991231235959Z: no expiry date'],
    ['a time that is none', { notBefore: utcTime('261301000000Z') }, 'not_before is not a time: 261301000000Z'],
    ['the end before the start', { notAfter: utcTime('250101000000Z') }, 'not_after is before not_before'],
    [
      'an extension twice',
      { extensions: [extension('2.5.29.15', keyUsage), extension('2.5.29.15', keyUsage)] },
      'extension 2.5.29.15 is there twice',
    ],
    [
      'critical FALSE written out',
      { extensions: [extension('2.5.29.15', keyUsage, boolean(0))] },
      'extension 2.5.29.15 writes critical FALSE out, its default',
    ],
    [
      'critical as 01',
      { extensions: [extension('2.5.29.15', keyUsage, boolean(1))] },
      'extension 2.5.29.15 has a critical flag that is not FF',
    ],
    [
      'trailing octets in an extension',
      { extensions: [extension('2.5.29.15', Buffer.concat([keyUsage, Buffer.of(0, 0)]))] },
      'keyUsage: 2 trailing bytes',
    ],
    ['version 4', { version: integer(3) }, 'version 4 does not exist'],
    ['version 1 written out', { version: integer(0) }, 'version 1 is written out, its default'],
    [
      'extensions in version 1',
      { version: null, extensions: [extension('2.5.29.15', keyUsage)] },
      'extensions in a version 1 certificate',
    ],
    [
      'two algorithms',
      { outerAlgorithm: sequence(objectIdentifier('1.2.840.10045.4.3.3')) },
      'the signature algorithm inside the signed part differs from the one outside',
    ],
    ['unused bits', { signature: element(Tag.bitString, Buffer.from('0130', 'hex')) }, 'the signature has unused bits'],
  ];
  const results = read(...table.map(([, forgery]) => forgeCertificate(forgery)));
  table.forEach(([what, , ...warnings], i) => {
    t.strictSame(results[i]?.warnings, warnings, what);
  });
  const trailing = read(Buffer.concat([forgeCertificate(), Buffer.of(1, 2, 3)]));
  t.strictSame(trailing[0]?.warnings, ['3 trailing bytes'], 'trailing octets');
});

t.test('times that cannot be read are null', async (t) => {
  const [unread] = read(forgeCertificate({ notAfter: utcTime('never') }));
  t.match(unread, { not_after: null, days_left: null, status: null, not_before: '2026-01-01T00:00:00Z' });
});

t.test('an extension that is not what it should be is shown in hex', async (t) => {
  const [odd] = read(forgeCertificate({ extensions: [extension('2.5.29.19', octetString(Buffer.of(1)))] }));
  t.match(odd, {
    is_ca: false,
    extensions: [{ oid: '2.5.29.19', name: 'basicConstraints', critical: false, value: '040101' }],
  });
  t.match(odd?.warnings, [/^basicConstraints: expected BasicConstraints, found OCTET STRING at byte \d+$/]);
});

t.test('serial numbers, status, names', async (t) => {
  const san = sequence(
    element(context(2), Buffer.from('a.hu')),
    element(context(7), Buffer.from([192, 0, 2, 1])),
    element(context(7), Buffer.from('20010db8000000000000000000000001', 'hex')),
    element(context(7), Buffer.of(1, 2, 3)),
    element(context(1), Buffer.from('a@a.hu')),
    element(context(6), Buffer.from('https://a.hu/')),
    element(context(8), objectIdentifier('1.2.3.4').subarray(2)),
    element(0xa4, commonName('dir')),
    element(0xa0, objectIdentifier('1.3.6.1.4.1.311.20.2.3'), element(0xa0, utf8String('u@a.hu'))),
  );
  const [first, second, third] = read(
    forgeCertificate({ serial: Buffer.from('00ff', 'hex'), extensions: [extension('2.5.29.17', san)] }),
    forgeCertificate({ serial: Buffer.of(0xff), notAfter: utcTime('260531235959Z') }),
    forgeCertificate({ serial: Buffer.of(0xff, 0x00), notBefore: utcTime('270101000000Z') }),
  );
  t.match(first, {
    warnings: ['subjectAltName: an iPAddress of 3 octets'],
    serial: 'ff',
    status: 'valid',
    days_left: 3501,
    names: {
      dns: ['a.hu'],
      ip: ['192.0.2.1', '2001:db8::1'],
      email: ['a@a.hu'],
      uri: ['https://a.hu/'],
      other: ['RID:1.2.3.4', 'DN:CN=dir', 'UPN:u@a.hu'],
    },
  });
  t.match(second, { serial: '-01', status: 'expired', days_left: -1 });
  t.match(third, { serial: '-0100', status: 'not_yet_valid' });
});

t.test('names of every string type', async (t) => {
  const values: readonly (readonly [what: string, value: Uint8Array, text: string, field: string])[] = [
    ['UTF8String', utf8String('őű'), 'őű', 'őű'],
    ['PrintableString', printable('plain'), 'plain', 'plain'],
    ['TeletexString', element(Tag.teletexString, Buffer.from('\u00e1r', 'latin1')), 'ár', 'ár'],
    ['BMPString', element(Tag.bmpString, Buffer.from('őű', 'utf16le').swap16()), 'őű', 'őű'],
    ['UniversalString', element(Tag.universalString, Buffer.from('000001510001f600', 'hex')), 'ő😀', 'ő😀'],
    ['an INTEGER', integer(5), '#020105', '#020105'],
    ['blanks at both ends', utf8String(' a '), '\\ a\\ ', ' a '],
    [
      'special characters',
      utf8String('#a,b+c"d\\e<f>g;h=i'),
      '\\#a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h=i',
      '#a,b+c"d\\e<f>g;h=i',
    ],
    ['controls', utf8String('a\x1b[31m\n\x7f'), 'a\\1B[31m\\0A\\7F', 'a\x1b[31m\n\x7f'],
    ['one hash', utf8String('#'), '#', '#'],
    ['nothing', utf8String(''), '', ''],
  ];
  const results = read(
    ...values.map(([, value]) => forgeCertificate({ subject: name([['2.5.4.3', value]]) })),
    forgeCertificate({
      subject: name(
        [['2.5.4.6', printable('HU')]],
        [
          ['2.5.4.3', utf8String('a')],
          ['2.5.4.5', printable('7')],
        ],
      ),
    }),
    forgeCertificate({ subject: name([['2.5.4.11', utf8String('a')]], [['2.5.4.11', utf8String('b')]]) }),
    forgeCertificate({ subject: name([['1.2.3.4', utf8String('x')]]) }),
    forgeCertificate({ subject: sequence() }),
  );
  values.forEach(([what, , text, field], i) => {
    t.match(results[i], { subject: `CN=${text}`, subject_fields: { CN: [field] } }, what);
  });
  const [multi, repeated, unknown, empty] = results.slice(values.length);
  t.match(multi, {
    subject: 'serialNumber=7+CN=a,C=HU',
    subject_fields: { C: ['HU'], CN: ['a'], serialNumber: ['7'] },
  });
  t.match(repeated, { subject: 'OU=b,OU=a', subject_fields: { OU: ['a', 'b'] } });
  t.match(unknown, { subject: '1.2.3.4=#0C0178', subject_fields: { '1.2.3.4': ['x'] } });
  t.match(empty, { subject: '', subject_fields: {} });
});

t.test('nothing in a certificate can talk to the terminal', async (t) => {
  const evil = 'a\x1b]0;pwned\x07\u202eb\nserial   00';
  const certificate = forgeCertificate({
    subject: commonName(evil),
    issuer: commonName(evil),
    extensions: [
      extension('2.5.29.17', dnsNames('\x1b[2J.hu')),
      extension('1.2.3.4.5', Buffer.from('\x1b[2J')),
      extension('2.16.840.1.113730.1.13', element(Tag.ia5String, Buffer.from('\x1b[2Jcomment'))),
    ],
  });
  for (const args of [[], ['-l'], ['--names'], ['--timeline']]) {
    const { stdout } = run('cert-info', [...args, '--color=never'], { stdin: pem(certificate) });
    t.notMatch(stdout, /[\x00-\x09\x0b-\x1f\x7f\u202e]/, `cert-info ${args.join(' ')}`);
    t.notMatch(stdout, /^serial/m, 'and forges no line');
  }
});

t.test('keys of every kind', async (t) => {
  const key = (algorithm: Uint8Array, octets: Uint8Array) => sequence(algorithm, bitString(octets));
  const oid = (dotted: string, ...parameters: readonly Uint8Array[]) =>
    sequence(objectIdentifier(dotted), ...parameters);
  const rsa = sequence(integer(Buffer.alloc(256, 0xc1)), integer(Buffer.from('010001', 'hex')));
  const explicit = sequence(
    integer(1),
    sequence(objectIdentifier('1.2.840.10045.1.1'), integer(Buffer.alloc(32, 0xff))),
    sequence(octetString(Buffer.alloc(32)), octetString(Buffer.alloc(32))),
    octetString(Buffer.alloc(33, 2)),
    integer(Buffer.alloc(32, 0xfe)),
  );
  const prime = sequence(integer(Buffer.alloc(256, 0xb7)), integer(7), integer(2));
  const table: readonly (readonly [publicKey: Uint8Array, facts: object])[] = [
    [p256Key, { type: 'ec', bits: 256, curve: 'P-256', exponent: null }],
    [key(oid('1.2.840.113549.1.1.1', nullValue()), rsa), { type: 'rsa', bits: 2048, curve: null, exponent: '65537' }],
    [key(oid('1.2.840.113549.1.1.10'), rsa), { type: 'rsa-pss', bits: 2048, exponent: '65537' }],
    [key(oid('1.2.840.10045.2.1', explicit), Buffer.alloc(33)), { type: 'ec', bits: 256, curve: null }],
    [
      key(oid('1.2.840.10045.2.1', objectIdentifier('1.2.3.4')), Buffer.alloc(33)),
      { type: 'ec', bits: null, curve: '1.2.3.4' },
    ],
    [key(oid('1.2.840.10040.4.1', prime), integer(5)), { type: 'dsa', bits: 2048 }],
    [key(oid('1.3.101.112'), Buffer.alloc(32)), { type: 'ed25519', bits: 256 }],
    [key(oid('1.3.101.113'), Buffer.alloc(57)), { type: 'ed448', bits: 456 }],
    [key(oid('1.3.101.110'), Buffer.alloc(32)), { type: 'x25519', bits: 256 }],
    [key(oid('1.3.101.111'), Buffer.alloc(56)), { type: 'x448', bits: 448 }],
    [key(oid('2.16.840.1.101.3.4.3.18'), Buffer.alloc(1952)), { type: 'ml-dsa-65', bits: null }],
    [key(oid('2.16.840.1.101.3.4.3.20'), Buffer.alloc(32)), { type: 'slh-dsa-sha2-128s', bits: null }],
    [key(oid('2.16.840.1.101.3.4.4.2'), Buffer.alloc(1184)), { type: 'ml-kem-768', bits: null }],
    [key(oid('1.2.643.7.1.1.1.1'), octetString(Buffer.alloc(64))), { type: 'gost2012-256', bits: 256 }],
    [key(oid('1.2.3.4'), Buffer.alloc(8)), { type: '1.2.3.4', bits: null }],
  ];
  const results = read(...table.map(([publicKey]) => forgeCertificate({ publicKey })));
  table.forEach(([, facts], i) => {
    t.match(results[i]?.['key'], facts, JSON.stringify(facts));
  });
  t.strictSame(results[3]?.warnings, ['the key spells its curve out instead of naming it']);
  const broken = read(forgeCertificate({ publicKey: key(oid('1.2.840.113549.1.1.1', nullValue()), Buffer.of(1)) }))[0];
  t.match(broken, { key: { type: 'rsa', bits: null, exponent: null }, warnings: [/^the public key: /] });
});

t.test('BER is read, and said to be', async (t) => {
  const der = forgeCertificate();
  const content = der.subarray((der[1] as number) > 0x80 ? 2 + ((der[1] as number) & 0x7f) : 2);
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), content, Buffer.of(0, 0)]);
  const long = Buffer.concat([Buffer.of(0x30, 0x84, 0, 0, content.length >> 8, content.length & 0xff), content]);
  const [first, second, plain] = read(ber, long, der);
  t.match(first?.warnings, [/^BER, not DER: SEQUENCE has an indefinite length at byte 0$/]);
  t.match(second?.warnings, [/^BER, not DER: SEQUENCE has a length longer than needed at byte 0$/]);
  t.equal(first?.['subject'], plain?.['subject']);
  const bare = JSON.parse(run('cert-info', ['--json'], { stdin: ber }).stdout) as Read;
  t.match(bare, { subject: 'CN=subject', warnings: [/^BER, not DER: SEQUENCE has an indefinite length at byte 0$/] });
});

t.test('what cannot be read is named with its place, and the rest goes on', async (t) => {
  const good = forgeCertificate();
  const emptySerial = forgeCertificate({ serial: Buffer.alloc(0) });
  const deep = Buffer.concat([...Array.from({ length: 80 }, () => Buffer.of(0x30, 0x80))]);
  const huge = Buffer.from('3084ffffffff00', 'hex');
  const wrongTag = Buffer.from(good);
  wrongTag[good.indexOf(Buffer.from('0201', 'hex'), 8)] = 0x05;
  const directory = t.testdir();
  const blocks = [good, good.subarray(0, 100), emptySerial, huge, deep, wrongTag, good].map(pem);
  writeFileSync(join(directory, 'mixed.pem'), blocks.join(''));
  session(
    t,
    directory,
    `
      $ cert-info -f index,subject.cn mixed.pem
      1	subject
      7	subject
      2> cert-info: mixed.pem: certificate 2 at line 8: SEQUENCE of 207 bytes ends 110 bytes early at byte 0
      2> cert-info: mixed.pem: certificate 3 at line 13: empty INTEGER at byte 11
      2> cert-info: mixed.pem: certificate 4 at line 20: SEQUENCE of 4294967295 bytes ends 4294967294 bytes early at byte 0
      2> /^cert-info: mixed.pem: certificate 5 at line 23: SEQUENCE has an indefinite length at byte 0$/
      2> /^cert-info: mixed.pem: certificate 6 at line 29: expected .*, found NULL at byte \\d+$/
      ? 2
      $ cert-info -q mixed.pem 2> /dev/null
      ? 2
    `,
  );
});

t.test('keys: public facts, no question', async (t) => {
  const directory = t.testdir();
  writeFileSync(join(directory, 'pass'), 'secret\n');
  session(
    t,
    directory,
    `
      $ csr-gen -n ec:P-384 -K ec.key --key-only
      $ csr-gen -n rsa:2048 -K rsa.key --key-only --key-format pkcs1
      $ csr-gen -n ed25519 -K enc.key --key-only --passout file:pass
      $ cert-info -f type,format,key.type,key.bits,key.curve,key.exponent,encryption ec.key rsa.key enc.key
      private_key	pkcs8	ec	384	P-384		
      private_key	pkcs1	rsa	2048		65537	
      encrypted_private_key	pkcs8					PBES2 aes-256-cbc
      $ cert-info --pem ec.key enc.key
      2> cert-info: ec.key: a private key is left out: key-conv writes private keys
      2> cert-info: enc.key: a private key is left out: key-conv writes private keys
      $ csr-gen --cn a.hu -k ec.key -o a.csr
      $ test "$(cert-info --fingerprint=spki a.csr)" = "$(cert-info --fingerprint=spki ec.key)"
      $ cert-info --fingerprint=spki enc.key
      2> cert-info: enc.key: no spki fingerprint of encrypted private key
    `,
  );
  for (const args of [['--json'], ['-l'], []]) {
    const key = join(directory, 'ec.key');
    const { d = '' } = createPrivateKey(readFileSync(key)).export({ format: 'jwk' });
    const secret = Buffer.from(d, 'base64url').toString('hex');
    t.notMatch(run('cert-info', [...args, key]).stdout, secret, `no secret with ${args.join(' ')}`);
  }
});

t.test('threads give the same as one', async (t) => {
  const directory = t.testdir();
  const many: string[] = [];
  // Several segments of 4 MiB.
  for (let i = 0; i < (isWhole ? 14_000 : 7000); i++) {
    many.push(pem(forgeCertificate({ serial: Buffer.from([1, i >> 8, i & 0xff]), extensions: bulk })));
    if (i % 3000 === 1500) many.push('-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n');
    if (i % 3000 === 2500) many.push(pem(Buffer.from('3003020100', 'hex')), 'text between blocks\n');
    if (i % 3000 === 2000) many.push(encodePem('SOMETHING', Buffer.of(1)), encodePem('ENCRYPTED PRIVATE KEY', sealed));
  }
  writeFileSync(join(directory, 'many.pem'), many.join(''));
  const modes = [
    ['--json'],
    [],
    ['-f', 'index,serial'],
    ['--fingerprint'],
    ['--fingerprint=spki'],
    ['-l'],
    ['--names'],
    ['--pem'],
    ['--expires-within', '1d', '--json'],
  ];
  for (const [i, args] of some(modes, 4).entries()) {
    const one = run('cert-info', [...args, '--jobs=1', 'many.pem'], { cwd: directory });
    const jobs = `--jobs=${2 + (i % 2)}`;
    const more = run('cert-info', [...args, jobs, 'many.pem'], { cwd: directory });
    const what = `cert-info ${args.join(' ')} ${jobs}`;
    t.equal(more.status, one.status, what);
    t.ok(more.bytes.equals(one.bytes), `${what}: standard output`);
    t.equal(more.stderr, one.stderr, `${what}: standard error`);
  }
  session(
    t,
    directory,
    `
    $ cert-info --json --jobs=2 many.pem 2> /dev/null | head -1 | cut -c1-22
    {"type":"certificate",
  `,
  );
});

/** An encrypted key: some ways of showing say that they pass it over. */
const sealed = sequence(sequence(objectIdentifier('1.2.840.113549.1.12.1.3')), octetString(Buffer.alloc(8)));

/** Enough to make a file of several segments from few certificates. */
const bulk = [extension('1.2.3.4', Buffer.alloc(600))];

/** The files the man pages speak of. */
function exampleFiles(cwd: string): void {
  const san = (...names: readonly string[]) => [extension('2.5.29.17', dnsNames(...names))];
  const months = { notBefore: utcTime('261101000000Z'), notAfter: utcTime('270130000000Z') };
  const mail = forgeCertificate({
    serial: Buffer.from('11f0', 'hex'),
    subject: commonName('mail.valami.hu'),
    issuer: commonName('Valami CA'),
    extensions: san('mail.valami.hu', '*.valami.hu'),
    publicKey: createPublicKey(createPrivateKey(exampleKey)).export({ type: 'spki', format: 'der' }),
    ...months,
  });
  const old = forgeCertificate({
    subject: commonName('old.valami.hu'),
    extensions: san('old.valami.hu'),
    publicKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' }),
    notAfter: utcTime('261201000000Z'),
  });
  writeFileSync(join(cwd, 'mail.pem'), pem(mail));
  writeFileSync(join(cwd, 'mail.key'), exampleKey);
  writeFileSync(join(cwd, 'old.pem'), pem(old));
  writeFileSync(join(cwd, 'paste.txt'), `Hello,\n${exampleKey}${pem(mail)}`);
  writeFileSync(join(cwd, 'ca.crl'), forgeCrl());
}

/** A key of no value, so that fingerprints in the examples stay the same: its number is 7. */
const exampleKey = createPrivateKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: Buffer.alloc(32, 0).fill(7, 31).toString('base64url'),
    x: 'jlM7b6C_e0YluzBmfAH7YH75-LioD-9bMAYocDGHsqM',
    y: 'c-sdveAzGDZtBp-DpvWQAFPHNjPLBBshxV4ahsH0ALQ',
  },
  format: 'jwk',
}).export({ type: 'pkcs8', format: 'pem' });

t.test('the examples of the man pages', { skip: findProgram('jq') ? false : 'jq is not installed' }, async (t) => {
  const cwd = t.testdir();
  exampleFiles(cwd);
  for (const page of ['cert-info.1', 'pkiutils-json.5']) {
    const text = readFileSync(fileURLToPath(new URL(`../../man/${page}`, import.meta.url)), 'utf8');
    const examples = text.slice(text.indexOf('.Sh EXAMPLES'), text.indexOf('.Sh SEE ALSO'));
    for (const [, block = ''] of examples.matchAll(/^\.Bd .*\n([\s\S]*?)^\.Ed$/gm)) {
      const status = block.includes('--expires-within') ? '? 1' : '';
      const words = block.includes('--pem')
        ? '2> cert-info: paste.txt: a private key is left out: key-conv writes private keys\n'
        : '';
      // The day the pages were written.
      const step = block
        .replaceAll('\\e', '\\')
        .replaceAll(/\bcert-info (?=-|mail\.pem)/g, 'cert-info --at 2026-11-23 ');
      // A transcript's own indentation is taken off; that of the output is to stay.
      session(t, cwd, `${step}${words}${status}`.replaceAll(/^/gm, '      '));
    }
  }
});
