import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ObjectScanner } from '../../src/input/objects.js';
import { encodePem } from '../../src/pem/encode.js';
import { forgeCertificate } from '../support/forge.js';
import { findProgram, run } from '../support/session.js';

// Dumps of octets are named, with the command that turns them back, and that does so.

const skip = findProgram('xxd') === undefined && 'xxd is not installed';
const directory = t.testdir();
const certificate = forgeCertificate();
// Swapping words leaves an odd octet at the end alone.
const der = certificate.length % 2 === 0 ? certificate : forgeCertificate({ serial: Buffer.of(1, 1) });
const pem = Buffer.from(encodePem('CERTIFICATE', der));
const even = pem.length % 2 === 0 ? pem : Buffer.concat([pem, Buffer.from('\n')]);

/** Lines of sixteen octets, each behind its offset. */
function dump(octets: Buffer, offset: (at: number) => string, show: (line: Buffer) => string): string {
  const starts = Array.from({ length: Math.ceil(octets.length / 16) }, (_, i) => 16 * i);
  return starts.map((at) => `${offset(at)}${show(octets.subarray(at, at + 16))}\n`).join('');
}
const hex = (line: Buffer) => [...line].map((octet) => octet.toString(16).padStart(2, '0'));
const octal = (line: Buffer) => [...line].map((octet) => octet.toString(8).padStart(3, '0'));
const words = (line: Buffer) =>
  hex(line).flatMap((octet, i, all) => (i % 2 === 0 ? [`${all[i + 1] ?? '00'}${octet}`] : []));
const text = (line: Buffer) => line.toString('latin1').replaceAll(/[^ -~]/g, '.');
const at = (base: number, length: number, end: string) => (offset: number) =>
  `${offset.toString(base).padStart(length, '0')}${end}`;

const dumps: Readonly<Record<string, (octets: Buffer) => string>> = {
  'od -t x1': (octets) => dump(octets, at(8, 7, ' '), (line) => hex(line).join(' ')),
  'od -A x -t x1z': (octets) => dump(octets, at(16, 6, ' '), (line) => `${hex(line).join(' ')}  >${text(line)}<`),
  'od -A n -t x1': (octets) =>
    dump(
      octets,
      () => ' ',
      (line) => hex(line).join(' '),
    ),
  'hexdump -C': (octets) => dump(octets, at(16, 8, '  '), (line) => `${hex(line).join(' ')}  |${text(line)}|`),
  hexdump: (octets) => dump(octets, at(16, 7, ' '), (line) => words(line).join(' ')),
  'od -x': (octets) => dump(octets, at(8, 7, ' '), (line) => words(line).join(' ')),
  xxd: (octets) =>
    dump(octets, at(16, 8, ': '), (line) => `${hex(line).join('').replaceAll(/.{4}/g, '$& ')} ${text(line)}`),
  'xxd -p': (octets) => octets.toString('hex').replaceAll(/.{60}/g, '$&\n'),
};

function hintFor(dumped: string): string {
  const scanner = new ObjectScanner();
  const [fault] = [...scanner.push(Buffer.from(dumped)), ...scanner.end()];
  return fault?.kind === 'fault' ? (fault.hint ?? '') : '';
}

t.test('in hex', { skip }, async (t) => {
  for (const [program, make] of Object.entries(dumps)) {
    for (const octets of [der, even]) {
      const dumped = make(octets);
      const hint = hintFor(dumped);
      const [, command = ''] = /: (\S.*) (?:makes \S+ of it|turns it back)$/.exec(hint) ?? [];
      writeFileSync(join(directory, 'FILE'), dumped);
      const { bytes, stderr } = run('sh', ['-c', command.includes('FILE') ? command : `${command} FILE`], {
        cwd: directory,
      });
      t.ok(bytes.equals(octets), `${program}: ${hint}`, { stderr });
    }
  }
});

t.test('in octal, in C', async (t) => {
  t.match(hintFor(dump(der, at(8, 7, ' '), (line) => octal(line).join(' '))), /^this looks like a dump in octal: od/);
  t.match(hintFor('0000000 101060 046401 006042 161750\n'), /^this looks like a dump in octal: od/);
  t.match(hintFor('0000000 026455 026455 041055 042505\n'), /^this looks like a dump in octal: od/);
  t.match(hintFor('  0x30, 0x82, 0x01, 0x4d,\n  0x22\n'), /^this looks like an array in C: sed/);
});
