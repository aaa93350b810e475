import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { bitString, element, nullValue, objectIdentifier, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { type RunResult, run } from '../support/session.js';
import { some } from '../support/whole.js';

/**
 * Texts out of certificates, requests, lists and file names cannot forge a line or move the cursor: every command, in
 * every mode, is given names that try.
 */

const forged = 'a.hu: everything is fine';
const hostile = [
  `\x1b[2J\x1b[1;31m${forged}`,
  `x\n${forged}`,
  `x\r${forged}`,
  `x\r\n${forged}`,
  'x\0y',
  'x\x07\x08\x08\x08y',
  'x\x9b2Jy',
  'moc.live\u202e\u2066gnp',
  'x\u2028y\u2029z\u0085w',
  'x\u200b\u2060\ufeffy',
  'x\ty\\nz',
  '\u{e0041}\u{e0042}',
  'x\x7fy',
];

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
const rsaWithSha256 = sequence(objectIdentifier('1.2.840.113549.1.1.11'), nullValue());
const integer = (...octets: number[]) => element(0x02, Buffer.from(octets));
const text = (tag: number, value: string) => element(tag, Buffer.from(value, tag === 0x0c ? 'utf8' : 'latin1'));
const attribute = (oid: string, value: Uint8Array) => element(0x31, sequence(objectIdentifier(oid), value));
const spki = publicKey.export({ type: 'spki', format: 'der' });
const signed = (content: Uint8Array) =>
  sequence(content, rsaWithSha256, bitString(sign('sha256', content, privateKey)));

function nameOf(value: string): Buffer {
  return sequence(
    attribute('2.5.4.3', text(0x0c, value)),
    attribute('2.5.4.10', text(0x13, value)),
    attribute('1.2.3.4', text(0x0c, value)),
  );
}

function extensionsOf(value: string): Buffer {
  const names = sequence(text(0x82, value), text(0x81, value), text(0x86, `http://${value}`), text(0x82, 'b.hu'));
  const point = sequence(element(0xa0, element(0xa0, text(0x86, value))));
  return sequence(
    sequence(objectIdentifier('2.5.29.17'), element(0x04, names)),
    sequence(objectIdentifier('2.5.29.31'), element(0x04, sequence(point))),
    sequence(objectIdentifier('1.2.3.5'), element(0x04, text(0x0c, value))),
  );
}

function certificateOf(value: string): string {
  const time = (year: number) => text(0x17, `${year}0101000000Z`);
  const name = nameOf(value);
  const version = element(0xa0, integer(2));
  const content = [version, integer(1), rsaWithSha256, name, sequence(time(20), time(49)), name, spki];
  return encodePem('CERTIFICATE', signed(sequence(...content, element(0xa3, extensionsOf(value)))));
}

function requestOf(value: string): string {
  const wanted = sequence(objectIdentifier('1.2.840.113549.1.9.14'), element(0x31, extensionsOf(value)));
  const challenge = sequence(objectIdentifier('1.2.840.113549.1.9.7'), element(0x31, text(0x0c, value)));
  const content = sequence(integer(0), nameOf(value), spki, element(0xa0, Buffer.concat([wanted, challenge])));
  return encodePem('CERTIFICATE REQUEST', signed(content));
}

/** Characters that a terminal obeys, that break a line, that hide or turn text. */
const dangerous =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** For the names of tests, which are lines, too. */
const ascii = (value: string): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

function check(t: Test, what: string, { stdout, stderr }: RunResult): void {
  for (const [stream, said] of Object.entries({ stdout, stderr })) {
    const [found] = dangerous.exec(said) ?? [];
    t.equal(found, undefined, `${what}: ${stream} is safe to show`, { said });
    const forgery = said.split('\n').find((line) => line.startsWith(forged));
    t.equal(forgery, undefined, `${what}: no line of ${stream} is forged`, { said });
  }
  t.notMatch(stderr, /internal error/, what);
  for (const line of stderr.split('\n').slice(0, -1))
    t.match(line, /^(?:[a-z]+-[a-z]+: |hint: )/, `${what}: whose line`);
}

const directory = t.testdir();
writeFileSync(join(directory, 'cert.pem'), hostile.map(certificateOf).join(''));
writeFileSync(join(directory, 'one.pem'), certificateOf(hostile[1] ?? ''));
writeFileSync(join(directory, 'csr.pem'), hostile.map(requestOf).join(''));
writeFileSync(join(directory, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
// A line of a list is a line: those that would be two are none of its names.
const listed = hostile.filter((value) => !/[\r\n]/.test(value));
writeFileSync(join(directory, 'list'), listed.join('\n'));
writeFileSync(join(directory, 'spec.json'), JSON.stringify({ CN: hostile[0], hosts: hostile }));
writeFileSync(join(directory, 'template'), hostile.map((value) => `${value} = "${value}"`).join('\n'));
writeFileSync(join(directory, 'label.pem'), hostile.map((value) => `-----BEGIN ${value}-----\n${value}\n`).join(''));

t.test('names inside of files', async (t) => {
  const calls = [
    ...[[], ['-l'], ['--names'], ['--timeline'], ['--fingerprint'], ['--json'], ['-f', 'subject,names,extensions']].map(
      (mode) => ['cert-info', ...mode, 'cert.pem', 'csr.pem', 'label.pem', 'list'],
    ),
    ['csr-check', 'csr.pem', 'cert.pem', 'label.pem'],
    ['csr-check', '--json', '--profile', 'netlock', 'csr.pem'],
    ['csr-check', '--profile', 'spec.json', 'csr.pem'],
    ['csr-check', '--renews', 'one.pem', 'csr.pem'],
    ['csr-sign', '--ca', 'one.pem', '--ca-key', 'key.pem', '-o', 'issued.pem', 'csr.pem', 'label.pem'],
    ['pem-merge', '-o', 'merged.pem', 'key.pem', 'one.pem'],
    ['pem-merge', '-o', 'merged.pem', 'key.pem', 'cert.pem', 'label.pem'],
    ['pem-merge', '--covers', 'c.hu', '--trust', 'cert.pem', '-o', 'merged.pem', 'key.pem', 'one.pem'],
    ['csr-gen', '-k', 'key.pem', '--from', 'one.pem', '-o', 'renewed.csr'],
    ['csr-gen', '-k', 'key.pem', '-o', 'x.csr', 'spec.json'],
    ['csr-gen', '-k', 'key.pem', '-o', 'x.csr', 'template'],
    ['csr-gen', '-k', 'key.pem', '-o', 'x.csr', '--cn', 'a.hu', '--san-file', 'list'],
    ['wildcard-match', '--explain', '-f', 'list', 'list'],
    ['wildcard-match', '--explain', '--cert', 'cert.pem', 'list'],
    ['wildcard-match', '--json', '--cert', 'cert.pem', 'list'],
    ['wildcard-match', '--host', 'b.hu', '--cert', 'cert.pem'],
  ];
  for (const [command = '', ...args] of calls) {
    const result = run(command, args, { cwd: directory });
    const what = [command, ...args].join(' ');
    check(t, what, result);
    if (!args.includes('--json')) continue;
    const lines = result.stdout.split('\n').slice(0, -1);
    t.ok(lines.length > 0, `${what}: says something`);
    for (const line of lines) t.equal(typeof JSON.parse(line), 'object', `${what}: a line is an object`);
  }
});

t.test('names in arguments', async (t) => {
  const values = hostile.filter((each, i) => !each.includes('\0') && i % 2 === 0);
  for (const [turn, value] of values.entries()) {
    const shown = ascii(value);
    const calls = [
      ['cert-info', value],
      ['csr-check', '--profile', value, '--expect', value, 'csr.pem'],
      ['csr-gen', '--cn', value, '-a', value, '-K', '/dev/null'],
      ['csr-gen', '-s', `CN=${value}`, '-n', value, '-K', value],
      ['csr-sign', '--ca', value, '--profile', value],
      ['pem-merge', '--for', value, '--covers', value, value],
      ['wildcard-match', '--host', value, value],
      ['wildcard-match', `--${value}`],
      ['cert-info', '-f', value, 'one.pem'],
      ['cert-info', '--passin', value, 'one.pem'],
    ];
    for (const [command = '', ...args] of some(calls, 10, turn)) {
      check(t, `${command} with ${shown}`, run(command, args, { cwd: directory, stdin: 'a.hu\n' }));
    }
  }
});

t.test('names of files', async (t) => {
  const values = hostile.filter((each) => !each.includes('\0') && !each.includes('/')).slice(0, 4);
  for (const [turn, value] of values.entries()) {
    mkdirSync(join(directory, `${value}d`));
    writeFileSync(join(directory, value), `${certificateOf('a.hu')}-----BEGIN X-----\n!\n-----END X-----\n`);
    const calls = [
      ['cert-info', '-l', value, `${value}d`],
      ['cert-info', '--json', value],
      ['csr-check', value],
      ['pem-merge', '-o', `${value}d`, 'key.pem', value],
      ['wildcard-match', '--explain', '--cert', value, value],
    ];
    for (const [command = '', ...args] of some(calls, 4, turn)) {
      check(t, `${command} on ${ascii(value)}`, run(command, args, { cwd: directory }));
    }
  }
});
