import { X509Certificate } from 'node:crypto';
import t from 'tap';
import { Report } from '../../src/cli/report.js';
import { collect } from '../../src/commands/pem-merge/bundle-input.js';
import { isPlainlySound } from '../../src/commands/pem-merge/plainly-sound.js';
import { checkWellFormed, readElement } from '../../src/der/reader.js';
import {
  bitString,
  element,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/der/writer.js';
import { ObjectScanner } from '../../src/input/objects.js';
import { DEFAULT_MAX_LIST_SIZE, DEFAULT_MAX_SIZE } from '../../src/input/source.js';
import { encodePem } from '../../src/pem/encode.js';
import { encryptedPkcs8Decryptor } from '../../src/pkcs/pbe.js';
import { parseAltName } from '../../src/spec/alt-name.js';
import { mailboxOf } from '../../src/trust/mailbox.js';
import { Certificate } from '../../src/x509/certificate.js';
import { forgeCertificate } from '../support/forge.js';
import { judged } from '../support/judged.js';
import { attribute } from '../support/request-builder.js';
import { isWhole } from '../support/whole.js';

/** The choices a file does not have: how long we work, how much memory we take. */

const cipher = sequence(objectIdentifier('2.16.840.1.101.3.4.1.42'), octetString(Buffer.alloc(16)));

function encryptedKey(derivation: Uint8Array): Buffer {
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.5.13'), sequence(derivation, cipher));
  return sequence(algorithm, octetString(Buffer.alloc(32)));
}

const pbkdf2 = (iterations: number) =>
  sequence(objectIdentifier('1.2.840.113549.1.5.12'), sequence(octetString(Buffer.alloc(8)), integer(iterations)));
const scrypt = (...parameters: readonly number[]) =>
  sequence(
    objectIdentifier('1.3.6.1.4.1.11591.4.11'),
    sequence(octetString(Buffer.alloc(8)), ...parameters.map((parameter) => integer(parameter))),
  );

t.test('key derivation is bounded', async (t) => {
  const table: readonly (readonly [what: string, derivation: Uint8Array, message: RegExp | undefined])[] = [
    ['PBKDF2 at the limit', pbkdf2(10_000_000), undefined],
    ['PBKDF2 over it', pbkdf2(10_000_001), /10000001 iterations; the limit is 10000000/],
    ['PBKDF2 with none', pbkdf2(0), /0 iterations is not possible/],
    ['scrypt at the limit', scrypt(2 ** 18, 8, 1), undefined],
    ['scrypt over it', scrypt(2 ** 19, 8, 1), /asks for 512 MiB; the limit is 256 MiB/],
    ['scrypt, block size', scrypt(2, 2 ** 30, 1), /the limit is 256 MiB/],
    ['scrypt, parallelization', scrypt(2 ** 14, 8, 65), /p 64/],
  ];
  for (const [what, derivation, message] of table) {
    if (message === undefined) t.type(encryptedPkcs8Decryptor(encryptedKey(derivation)), 'function', what);
    else t.throws(() => encryptedPkcs8Decryptor(encryptedKey(derivation)), { message }, what);
  }
});

t.test('of a key that OpenSSL computes with for minutes, it is not asked', async (t) => {
  let asked = 0;
  const original = Object.getOwnPropertyDescriptor(X509Certificate.prototype, 'publicKey') ?? {};
  t.teardown(() => Object.defineProperty(X509Certificate.prototype, 'publicKey', original));
  Object.defineProperty(X509Certificate.prototype, 'publicKey', { get: () => void asked++ });
  const numbers = sequence(integer(Buffer.alloc(256, 0x7f)), integer(Buffer.alloc(4096, 0x7f)));
  const publicKey = sequence(sequence(objectIdentifier('1.2.840.113549.1.1.1'), nullValue()), bitString(numbers));
  const leaf = new Certificate(forgeCertificate({ publicKey }));
  const contents = { key: undefined, leaf, chain: [], droppedRoot: undefined, parameters: [] };
  const layout = {
    order: ['leaf'],
    chainBehindLeaf: false,
    parameters: [],
    keepsRoot: false,
    isForOpenssl: true,
  } as const;
  t.equal(isPlainlySound(contents, { ...layout, keyFormat: () => 'keep' }), false);
  t.equal(asked, 0);
});

t.test('a name of megabytes is judged', async (t) => {
  const address = `${'a.'.repeat(4_000_000)}a@valami.hu`;
  t.equal(mailboxOf(address), undefined);
  t.throws(() => parseAltName(address), { message: /is not an e-mail address/ });
  const { findings } = await judged({ subject: [attribute('2.5.4.3', 'a '.repeat(4_000_000))] });
  t.not(findings.length, 0);
});

t.test('elements nest 64 deep and no deeper', async (t) => {
  const nested = (depth: number): Buffer => (depth === 0 ? element(0x05) : sequence(nested(depth - 1)));
  t.doesNotThrow(() => checkWellFormed(readElement(nested(64))));
  t.throws(() => checkWellFormed(readElement(nested(65))), { message: 'elements nest deeper than 64' });
});

t.test('a line without end is not kept', async (t) => {
  const scanner = new ObjectScanner();
  const chunk = Buffer.alloc(1 << 20, 'a');
  const before = process.memoryUsage().rss;
  const MIB = isWhole ? 1024 : 128;
  for (let i = 0; i < MIB; i++) for (const _ of scanner.push(chunk)) t.fail('nothing is found');
  t.same(
    [...scanner.end()].map(({ kind }) => kind),
    ['fault'],
  );
  const grown = (process.memoryUsage().rss - before) / 2 ** 20;
  t.ok(grown < 64, `a line of ${MIB} MiB took ${Math.round(grown)} MiB`);
});

t.test('an object that does not end is given up at the limit', async (t) => {
  const limits = [
    ['CERTIFICATE', DEFAULT_MAX_SIZE],
    ['X509 CRL', DEFAULT_MAX_LIST_SIZE],
  ] as const;
  // A list of a quarter of a gibibyte takes its time.
  for (const [label, limit] of isWhole ? limits : limits.slice(0, 1)) {
    const scanner = new ObjectScanner();
    const found = [...scanner.push(Buffer.from(`-----BEGIN ${label}-----\n`))];
    const chunk = Buffer.alloc(1 << 20, `${'QUJD'.repeat(16).slice(1)}\n`);
    let size = 0;
    for (; found.length === 0 && size < 4 * limit; size += chunk.length) found.push(...scanner.push(chunk));
    t.match(found, [{ kind: 'fault', message: new RegExp(`line 1: ${label} is larger than ${limit} bytes`) }]);
    t.ok(size <= 2 * limit + 2 * chunk.length, `${label}: after ${size} bytes`);
  }
});

// A quarter of a gibibyte of tiny blocks takes its time.
if (isWhole) {
  t.test('what pem-merge keeps of a pipe without end is bounded', async (t) => {
    let given = 0;
    const endless = {
      name: '-',
      async *chunks() {
        for (let i = 0; ; i++) {
          const chunk = Buffer.from(encodePem('EC PARAMETERS', sequence(integer(i))).repeat(2));
          given += chunk.length;
          yield chunk;
        }
      },
    };
    const said: string[] = [];
    const report = new Report('pem-merge', true);
    report.error = (source, error) => void said.push(`${source}: ${error instanceof Error ? error.message : error}`);
    const passphrases = async function* () {};
    await collect([endless], { report, passphrases, maxSize: undefined });
    t.match(said, [/^-: line \d+: more than 268435456 bytes of keys and certificates$/]);
    t.ok(given < DEFAULT_MAX_LIST_SIZE, `given up after ${given} bytes`);
  });
}
