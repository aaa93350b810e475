import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
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
import { forgeCertificate, p256Key } from '../support/forge.js';
import { run, session } from '../support/session.js';

/** The forms cert-info reads, and what it says of how they came. */

/** An elliptic curve spelled out instead of named: only its order matters here. */
const explicitParameters = sequence(
  integer(1),
  sequence(objectIdentifier('1.2.840.10045.1.1'), integer(Buffer.alloc(32, 0xff))),
  sequence(octetString(Buffer.alloc(32)), octetString(Buffer.alloc(32))),
  octetString(Buffer.alloc(33, 2)),
  integer(Buffer.alloc(32, 0xfe)),
);
const explicitCurve = sequence(objectIdentifier('1.2.840.10045.2.1'), explicitParameters);

const rsaKey = sequence(integer(Buffer.alloc(256, 0xc1)), integer(65537));
const rsaInfo = sequence(sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()), bitString(rsaKey));
const explicitInfo = sequence(explicitCurve, bitString(Buffer.alloc(33, 2)));
const explicitKey = sequence(
  integer(0),
  explicitCurve,
  octetString(sequence(integer(1), octetString(Buffer.alloc(32, 1)))),
);
const encryptedKey = sequence(
  sequence(objectIdentifier('1.2.840.113549.1.12.1.3'), sequence()),
  octetString(Buffer.alloc(8)),
);

/** A PKCS#7 SignedData that holds certificates and nothing else. */
const bundle = (...certificates: readonly Uint8Array[]) =>
  sequence(
    objectIdentifier('1.2.840.113549.1.7.2'),
    element(
      0xa0,
      sequence(
        integer(1),
        element(Tag.set),
        sequence(objectIdentifier('1.2.840.113549.1.7.1')),
        element(0xa0, ...certificates),
        element(Tag.set),
      ),
    ),
  );

t.test('octets that follow an object are counted, whatever it is', async (t) => {
  const table: readonly (readonly [label: string, der: Uint8Array, type: string])[] = [
    ['CERTIFICATE', forgeCertificate(), 'certificate'],
    ['PUBLIC KEY', p256Key, 'public_key'],
    ['RSA PUBLIC KEY', rsaKey, 'public_key'],
    ['PRIVATE KEY', explicitKey, 'private_key'],
    ['ENCRYPTED PRIVATE KEY', encryptedKey, 'encrypted_private_key'],
    ['PKCS7', bundle(forgeCertificate()), 'certificate'],
  ];
  const cwd = t.testdir();
  const expected: { source: string; type: string; warnings: string[] }[] = [];
  for (const [label, der, type] of table) {
    for (const trailing of [1, 3]) {
      const bytes = Buffer.concat([der, Buffer.alloc(trailing, 7)]);
      const prefix = label === 'PKCS7' ? 'PKCS#7: ' : '';
      const warnings = [`${prefix}${trailing} trailing ${trailing === 1 ? 'byte' : 'bytes'}`];
      for (const [form, content] of [
        ['der', bytes],
        ['pem', encodePem(label, bytes)],
      ] as const) {
        const source = `${label.replaceAll(' ', '-')}.${trailing}.${form}`;
        writeFileSync(join(cwd, source), content, { mode: 0o600 });
        expected.push({ source, type, warnings });
      }
    }
  }
  const { stdout, stderr, status } = run('cert-info', ['--json', ...expected.map(({ source }) => source)], { cwd });
  t.equal(stderr + status, '0');
  const lines = stdout.trimEnd().split('\n');
  t.equal(lines.length, expected.length, 'a line each');
  for (const [i, each] of expected.entries()) t.match(JSON.parse(lines[i] ?? '{}'), each, each.source);
});

t.test('DER, text and PEM in one input', async (t) => {
  const cwd = t.testdir();
  const der = forgeCertificate();
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(3), Buffer.of(0, 0)]);
  const block = encodePem('CERTIFICATE', der);
  writeFileSync(join(cwd, 'both'), Buffer.concat([der, Buffer.from(`\n\nSubject: x\n${block}`)]));
  writeFileSync(join(cwd, 'cut'), Buffer.concat([der, der.subarray(0, 100)]));
  writeFileSync(join(cwd, 'ber'), Buffer.concat([ber, Buffer.of(1, 2)]));
  session(
    t,
    cwd,
    `
      $ cert-info -f index,subject,warnings both
      1	CN=subject	
      2	CN=subject	
      $ cert-info -f index,subject,warnings cut
      1	CN=subject	
      2> /^cert-info: cut: byte \\d+: DER of \\d+ bytes ends \\d+ bytes early$/
      ? 2
      $ cert-info -f index,subject,warnings ber
      1	CN=subject	"BER, not DER: SEQUENCE has an indefinite length at byte 0", 2 trailing bytes
    `,
  );
});

t.test('a curve that is spelled out is flagged in every kind of key', async (t) => {
  const table: readonly (readonly [what: string, der: Uint8Array])[] = [
    ['a certificate', forgeCertificate({ publicKey: explicitInfo })],
    ['a public key', explicitInfo],
    ['PKCS#8', explicitKey],
    ['SEC1', sequence(integer(1), octetString(Buffer.alloc(32, 1)), element(0xa0, explicitParameters))],
  ];
  for (const [what, stdin] of table) {
    const { stdout } = run('cert-info', ['--json'], { stdin });
    const warnings = ['the key spells its curve out instead of naming it'];
    t.match(JSON.parse(stdout), { key: { type: 'ec', bits: 256, curve: null }, warnings }, what);
    for (const args of [[], ['-l']]) t.match(run('cert-info', args, { stdin }).stdout, `warning   ${warnings[0]}`);
  }
});

t.test('parameters in front of a key are nothing of their own', async (t) => {
  const stdin = ['EC PARAMETERS', 'DH PARAMETERS', 'DSA PARAMETERS'].map((label) => encodePem(label, rsaKey)).join('');
  const { stdout, stderr, status } = run('cert-info', ['-f', 'index,type'], {
    stdin: stdin + encodePem('PUBLIC KEY', rsaInfo),
  });
  t.strictSame([stdout, stderr, status], ['1\tpublic_key\n', '', 0]);
});

t.test('labels that say one thing over another', async (t) => {
  const certificate = forgeCertificate();
  const table: readonly (readonly [label: string, der: Uint8Array, type: string, warning: string])[] = [
    // Windows' certificate service writes its chains so.
    ['CERTIFICATE', bundle(certificate), 'certificate', 'labelled as certificate, holds a PKCS#7'],
    ['PKCS7', certificate, 'certificate', 'labelled as PKCS#7, holds a certificate'],
    ['PRIVATE KEY', certificate, 'certificate', 'labelled as PKCS#8 private key, holds a certificate'],
    ['CERTIFICATE', explicitKey, 'private_key', 'labelled as certificate, holds a PKCS#8 private key'],
    ['EC PRIVATE KEY', explicitKey, 'private_key', 'labelled as EC private key, holds a PKCS#8 private key'],
    ['PUBLIC KEY', rsaKey, 'public_key', 'labelled as public key, holds an RSA public key'],
    ['CERTIFICATE REQUEST', certificate, 'certificate', 'labelled as request, holds a certificate'],
  ];
  const stdin = table.map(([label, der]) => encodePem(label, der)).join('');
  const { stdout, stderr, status } = run('cert-info', ['--json'], { stdin });
  t.strictSame([stderr, status], ['', 0]);
  const read = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  table.forEach(([label, , type, warning], i) => {
    t.match(read[i], { type, index: i + 1 }, label);
    t.equal(read[i].warnings[0], warning);
  });
});
