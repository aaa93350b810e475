import { generateKeyPairSync, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
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
import { MAX_EXTENSIONS } from '../../src/x509/extension.js';
import { commonName, extension, forgeCertificate } from '../support/forge.js';
import { run } from '../support/session.js';
import { some } from '../support/whole.js';

/** The limits of objects, at every command that reads them: octets, nesting, extensions. */

const directory = t.testdir();
const put = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(directory, name), content, { mode: 0o600 });
const pair = generateKeyPairSync('ed25519');
const { privateKey } = pair;
const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
put('a.key', privateKey.export({ type: 'pkcs8', format: 'pem' }));
const made = run(
  'sh',
  [
    '-ec',
    'csr-gen -k a.key --cn CA --ca --self-sign 9 -o ca.pem; csr-gen -k a.key --cn a.hu -o a.csr; echo a.hu > hosts',
  ],
  { cwd: directory },
);
t.equal(made.status, 0, made.stderr);
const ca = '--ca ca.pem --ca-key a.key';

/** Calls by what they read from `@`. */
const readersOf = {
  certificate: [
    'cert-info @',
    'csr-check --renews @ a.csr',
    `csr-sign --ca @ --ca-key a.key a.csr`,
    'csr-gen -k a.key --from @',
    'pem-merge a.key @',
    'pem-merge --check --trust @ a.key ca.pem',
    'pem-merge --check --replaces @ a.key ca.pem',
    'wildcard-match --cert @ hosts',
    'wildcard-match --host a.hu --cert @',
  ],
  request: ['cert-info @', 'csr-check @', 'csr-check --json @', `csr-sign ${ca} @`, 'csr-gen -k a.key --from @'],
  key: [
    'cert-info @',
    'csr-check --key @ a.csr',
    'csr-sign --ca ca.pem --ca-key @ a.csr',
    'csr-gen -k @ --cn a.hu',
    'pem-merge @ ca.pem',
  ],
} as const;

function refuses(t: Test, call: string, file: string, words: RegExp): void {
  const [command = '', ...args] = call.split(' ').map((word) => (word === '@' ? file : word));
  const { status, stdout, stderr } = run(command, args, { cwd: directory });
  // csr-check judges what can be taken apart at all: its answer is no, and the reason stands in the report.
  const isReport = command === 'csr-check' && status === 1;
  t.ok(status === 2 || isReport, `${call}: ${file}`, { status, stderr: stderr.slice(0, 2000) });
  t.match(isReport ? stdout : stderr, words, `${call}: ${file}`);
  t.notMatch(stderr, /internal error/, `${call}: ${file}`);
  t.notMatch(stdout, /BEGIN/, `${call}: ${file}`);
}

/** Shapes that pass for the kind, with octets in them until they are too large. */
const large = Buffer.alloc(16 * 2 ** 20 + 1);
const request = (attributes: Uint8Array, subject = commonName('a.hu')) => {
  const info = sequence(integer(0), subject, publicKey, attributes);
  return sequence(info, sequence(objectIdentifier('1.3.101.112')), bitString(sign(null, info, privateKey)));
};
const objects = {
  certificate: ['CERTIFICATE', forgeCertificate({ publicKey, extensions: [extension('1.2.3', large)] })],
  request: [
    'CERTIFICATE REQUEST',
    request(element(0xa0, sequence(objectIdentifier('1.2.3'), element(0x31, octetString(large))))),
  ],
  key: [
    'PRIVATE KEY',
    sequence(integer(0), sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()), octetString(large)),
  ],
} as const;

for (const [kind, [label, der]] of Object.entries(objects)) {
  t.test(`a ${kind} of more than 16 MiB`, async (t) => {
    put('large.der', der);
    put('large.pem', encodePem(label, der));
    const calls = readersOf[kind as keyof typeof readersOf];
    for (const call of some(calls, 5)) refuses(t, call, 'large.der', /larger than 16777216 bytes$/m);
    for (const call of some(calls, 5, 1)) refuses(t, call, 'large.pem', /larger than 16777216 bytes$/m);
  });
  t.test(`a ${kind} of more than --max-size`, async (t) => {
    const file = { certificate: 'ca.pem', request: 'a.csr', key: 'a.key' }[kind] ?? '';
    for (const call of some(readersOf[kind as keyof typeof readersOf], 5, 2)) {
      refuses(t, `${call} --max-size 40`, file, /larger than 40 bytes$/m);
    }
  });
}

t.test('--max-size raises the limits', async (t) => {
  put('large.pem', encodePem(...objects.certificate));
  put('large.der', objects.certificate[1]);
  for (const file of some(['large.pem', 'large.der'], 2)) {
    const { status, stderr } = run('cert-info', ['--max-size', '20M', file], { cwd: directory });
    t.equal(status, 0, file, { stderr });
  }
});

t.test('revocation lists and PKCS#7 may weigh more', async (t) => {
  const crl = sequence(
    sequence(
      integer(1),
      sequence(objectIdentifier('1.3.101.112')),
      commonName('CA'),
      element(0x17, Buffer.from('261123000000Z')),
      element(0xa0, sequence(extension('1.2.3', large))),
    ),
    sequence(objectIdentifier('1.3.101.112')),
    bitString(Buffer.alloc(64)),
  );
  put('list.der', crl);
  put('list.pem', encodePem('X509 CRL', crl));
  for (const file of some(['list.der', 'list.pem'], 2, 1)) {
    const { status, stderr } = run('cert-info', [file], { cwd: directory });
    t.equal(status, 0, file, { stderr });
    refuses(t, 'cert-info --max-size 16M @', file, /larger than 16777216 bytes$/m);
  }
});

/** A root that no chain leads to is not looked at closely. */
const looksInside = (call: string): boolean => !call.includes('--trust');

/** Distinct extensions, so that none stands there twice. */
const extensions = (count: number) => Array.from({ length: count }, (_, i) => extension(`1.2.3.${i}`, nullValue()));
const requestFor = (...sequences: readonly Uint8Array[]) =>
  element(0xa0, ...sequences.map((each) => sequence(objectIdentifier('1.2.840.113549.1.9.14'), element(0x31, each))));

t.test(`${MAX_EXTENSIONS} extensions and one more`, async (t) => {
  const words = /more than 10000 extensions at byte \d+/;
  put('many.crt', encodePem('CERTIFICATE', forgeCertificate({ publicKey, extensions: extensions(MAX_EXTENSIONS) })));
  put('many.csr', encodePem('CERTIFICATE REQUEST', request(requestFor(sequence(...extensions(MAX_EXTENSIONS))))));
  for (const file of ['many.crt', 'many.csr']) {
    const { status, stderr } = run('cert-info', [file], { cwd: directory });
    t.equal(status, 0, file, { stderr });
  }
  const signed = run('csr-sign', ['-q', ...ca.split(' '), '--san', 'a.hu', 'many.csr'], { cwd: directory });
  t.equal(signed.status, 0, 'csr-sign takes as many', { stderr: signed.stderr.slice(0, 2000) });

  put(
    'more.crt',
    encodePem('CERTIFICATE', forgeCertificate({ publicKey, extensions: extensions(MAX_EXTENSIONS + 1) })),
  );
  for (const call of some(readersOf.certificate.filter(looksInside), 4)) refuses(t, call, 'more.crt', words);
  put('more.csr', encodePem('CERTIFICATE REQUEST', request(requestFor(sequence(...extensions(MAX_EXTENSIONS + 1))))));
  for (const call of some(readersOf.request, 3)) refuses(t, call, 'more.csr', words);
  const half = sequence(...extensions(MAX_EXTENSIONS / 2 + 1));
  put('halves.csr', encodePem('CERTIFICATE REQUEST', request(requestFor(half, half))));
  for (const call of some(readersOf.request, 3, 1)) refuses(t, call, 'halves.csr', words);
});

t.test('nesting of more than 64', async (t) => {
  const nested = (depth: number): Buffer => (depth === 0 ? nullValue() : sequence(nested(depth - 1)));
  const subject = sequence(element(0x31, sequence(objectIdentifier('2.5.4.3'), nested(80))));
  put('deep.crt', encodePem('CERTIFICATE', forgeCertificate({ publicKey, subject })));
  const calls = some(readersOf.certificate.filter(looksInside), 4, 1);
  for (const call of calls) refuses(t, call, 'deep.crt', /nest deeper than 64/);
  put('deep.csr', encodePem('CERTIFICATE REQUEST', request(element(0xa0), subject)));
  for (const call of some(readersOf.request, 3, 2)) refuses(t, call, 'deep.csr', /nest deeper than 64/);
});
