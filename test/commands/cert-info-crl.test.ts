import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element, integer, objectIdentifier, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import {
  commonName,
  crlEntry,
  extension,
  type ForgedCrl,
  forgeCrl,
  generalizedTime,
  utcTime,
} from '../support/forge.js';
import { run } from '../support/session.js';

/** Revocation lists. */

t.test('a CRL: entries, reasons, suspension', async (t) => {
  const crl = forgeCrl();
  const json = JSON.parse(run('cert-info', ['--json'], { stdin: encodePem('X509 CRL', crl) }).stdout);
  const time = '2026-05-01T12:00:00Z';
  t.match(json, {
    type: 'crl',
    version: 2,
    issuer: 'CN=issuer',
    this_update: '2026-05-01T00:00:00Z',
    next_update: '2026-05-08T00:00:00Z',
    number: '012c',
    warnings: ['a certificate is suspended (certificateHold), which BR 4.9.13 forbids for TLS'],
    revoked: [
      { serial: '01', time, reason: null },
      { serial: '02', time, reason: 'keyCompromise' },
      { serial: '03', time, reason: 'certificateHold' },
      { serial: '04', time, reason: 'privilegeWithdrawn' },
    ],
  });
  const { stdout } = run('cert-info', ['-l'], { stdin: crl });
  t.match(stdout, '03 2026-05-01T12:00:00Z suspended (certificateHold)');
  t.match(run('cert-info', [], { stdin: crl }).stdout, / revoked {3}3, and 1 suspended\n/);
});

t.test('what is odd about a CRL is read and listed under warnings, alike everywhere', async (t) => {
  const good = crlEntry(Buffer.of(5));
  const table: readonly (readonly [what: string, forgery: ForgedCrl, facts: object, ...warnings: string[]])[] = [
    ['nothing odd', { entries: [good] }, { version: 2 }],
    ['no entries', { entries: [] }, { revoked: [] }],
    ['no next update', { entries: [good], nextUpdate: null }, { next_update: null }],
    [
      'times without seconds',
      { entries: [good], thisUpdate: utcTime('2605010000Z'), nextUpdate: utcTime('2605080000Z') },
      { this_update: '2026-05-01T00:00:00Z', next_update: '2026-05-08T00:00:00Z' },
      'this_update is a UTCTime without seconds: 2605010000Z',
      'next_update is a UTCTime without seconds: 2605080000Z',
    ],
    [
      'times that are none',
      { entries: [good], thisUpdate: utcTime('never'), nextUpdate: generalizedTime('20261301000000Z') },
      { this_update: null, next_update: null },
      'this_update is not a time: never',
      'next_update is not a time: 20261301000000Z',
    ],
    [
      'GeneralizedTime too early',
      { entries: [good], nextUpdate: generalizedTime('20260508000000Z') },
      { next_update: '2026-05-08T00:00:00Z' },
      'next_update is a GeneralizedTime before 2050: 20260508000000Z',
    ],
    [
      'odd serial numbers',
      { entries: [crlEntry(Buffer.of(0, 5)), crlEntry(Buffer.of(0, 6)), crlEntry(Buffer.of(0x80)), good] },
      { revoked: [{ serial: '05' }, { serial: '06' }, { serial: '-80' }, { serial: '05' }] },
      'entry 05: the serial number is padded (and 1 more like it)',
      'entry -80: the serial number is negative',
    ],
    [
      'odd dates',
      { entries: [crlEntry(Buffer.of(5), 1, utcTime('2605011200Z')), crlEntry(Buffer.of(6), 1, utcTime('x'))] },
      { revoked: [{ time: '2026-05-01T12:00:00Z' }, { time: null }] },
      'entry 05: the revocation date is a UTCTime without seconds',
      'entry 06: the revocation date is not a time',
    ],
    [
      'reasons that are none',
      { entries: [crlEntry(Buffer.of(5), integer(1)), crlEntry(Buffer.of(6), 7), crlEntry(Buffer.of(7), 99)] },
      { revoked: [{ reason: null }, { reason: '7' }, { reason: '99' }] },
      'entry 05: the reason cannot be read',
    ],
    ['extensions in version 1', { entries: [good], version: null }, { version: 1 }, 'extensions in a version 1 CRL'],
    [
      'version 3',
      { entries: [good], version: integer(2) },
      { version: 3 },
      'version 3 does not exist',
      'extensions in a version 3 CRL',
    ],
    [
      'an extension twice',
      { entries: [good], extensions: [extension('2.5.29.20', integer(1)), extension('2.5.29.20', integer(2))] },
      { number: '01' },
      'extension 2.5.29.20 is there twice',
    ],
    [
      'a number that is none',
      { entries: [good], extensions: [extension('2.5.29.20', element(Tag.null))] },
      { number: null },
      'cRLNumber: expected INTEGER, found NULL at byte 103',
    ],
    [
      'two algorithms',
      { entries: [good], outerAlgorithm: sequence(objectIdentifier('1.2.840.10045.4.3.3')) },
      { signature: { algorithm: 'ecdsa', hash: 'sha384' } },
      'the signature algorithm inside the signed part differs from the one outside',
    ],
    [
      'several on hold',
      { entries: [crlEntry(Buffer.of(1), 6), crlEntry(Buffer.of(2), 6)] },
      {},
      '2 certificates are suspended (certificateHold), which BR 4.9.13 forbids for TLS',
    ],
  ];
  const stdin = table.map(([, forgery]) => encodePem('X509 CRL', forgeCrl(forgery))).join('');
  const json = run('cert-info', ['--json'], { stdin });
  t.strictSame([json.stderr, json.status], ['', 0]);
  const lines = json.stdout.trim().split('\n');
  const blocks = [[], ['-l']].map((args) => run('cert-info', args, { stdin }).stdout.split('\n\n'));
  table.forEach(([what, , facts, ...warnings], i) => {
    const read = JSON.parse(lines[i] as string);
    t.strictSame(read.warnings, warnings, what);
    t.match(read, facts, `${what}: facts`);
    for (const each of blocks) {
      const shown = (each[i] ?? '').split('\n').filter((line) => line.startsWith('  warning   '));
      t.strictSame(
        shown,
        warnings.map((warning) => `  warning   ${warning}`),
        `${what}: shown`,
      );
    }
  });
});

t.test('--long shows what entries say besides their reason', async (t) => {
  const extensions = sequence(
    extension('2.5.29.24', generalizedTime('20260401000000Z')),
    extension('2.5.29.29', sequence(element(0xa4, commonName('another CA')))),
  );
  const entry = sequence(integer(9), utcTime('260501120000Z'), extensions);
  const { stdout } = run('cert-info', ['-l'], { stdin: forgeCrl({ entries: [entry] }) });
  t.match(stdout, '  revoked   09 2026-05-01T12:00:00Z revoked\n');
  t.match(stdout, '              invalidityDate 2026-04-01T00:00:00Z\n');
  t.match(stdout, '              certificateIssuer DN:CN=another CA\n');
});
