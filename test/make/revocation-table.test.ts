import { randomBytes } from 'node:crypto';
import t from 'tap';
import { readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';
import { element, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { type Revocation, revocationEntry } from '../../src/make/revocation-entry.js';
import { RevocationTable } from '../../src/make/revocation-table.js';
import { readRevokedCertificate } from '../../src/x509/crl.js';
import { revocationReasons } from '../../src/x509/extensions/reason-code.js';
import { serialContent } from '../../src/x509/serial.js';

/** The entries of a list to be made: they come out as they went in, packed or not, and are found by their numbers. */

const time = (digits: string) => element(digits.length === 13 ? Tag.utcTime : Tag.generalizedTime, Buffer.from(digits));
const entry = (serial: Buffer, date: Buffer, ...rest: readonly Buffer[]) =>
  sequence(element(Tag.integer, serial), date, ...rest);
const extension = (oid: string, value: Buffer) => sequence(objectIdentifier(oid), octetString(value));
const reason = (...octets: readonly number[]) => extension('2.5.29.21', element(Tag.enumerated, Buffer.from(octets)));
const NOON = time('260701120000Z');

const entries: Readonly<Record<string, Buffer>> = {
  plain: entry(Buffer.of(1), NOON),
  'another time': entry(Buffer.of(2), time('500101000000Z')),
  'the last second of UTCTime': entry(Buffer.of(3), time('491231235959Z')),
  'a reason': entry(Buffer.of(4), NOON, sequence(reason(1))),
  'a reason that says nothing': entry(Buffer.of(5), NOON, sequence(reason(0))),
  'a reason of another length': entry(Buffer.of(6), NOON, sequence(reason(0, 7))),
  'a reason that is negative': entry(Buffer.of(7), NOON, sequence(reason(0x87))),
  'a late time': entry(Buffer.of(8), time('20500101000000Z')),
  'an early GeneralizedTime': entry(Buffer.of(9), time('20260701120000Z')),
  'no time': entry(Buffer.of(10), time('261301120000Z')),
  'two extensions': entry(Buffer.of(11), NOON, sequence(reason(1), extension('2.5.29.24', time('20260601000000Z')))),
  'another extension of that length': entry(Buffer.of(12), NOON, sequence(extension('2.5.29.22', Buffer.of(10, 1, 1)))),
  'a number of sixteen octets': entry(Buffer.alloc(16, 0x55), NOON),
  'a negative number': entry(Buffer.of(0x80), NOON),
  'a number above the sign': entry(Buffer.of(0, 0x80), NOON),
  'a padded number': entry(Buffer.of(0, 0, 13), NOON),
  'a padded negative number': entry(Buffer.of(0xff, 0x90), NOON),
  'the longest number that is packed': entry(Buffer.alloc(96, 0x11), NOON, sequence(reason(6))),
  'a longer one': entry(Buffer.alloc(97, 0x11), NOON, sequence(reason(6))),
  'a far longer one': entry(Buffer.alloc(100_000, 0x11), NOON),
  'longer than a block': entry(Buffer.alloc(2_000_000, 0x11), NOON),
};

const serialOf = (der: Buffer) => serialContent(readRevokedCertificate(readElement(der)).serial);
const derOf = (table: RevocationTable) => Buffer.concat(Array.from(table.pieces(), (piece) => Buffer.from(piece)));

function tableOf(all: readonly Buffer[]): RevocationTable {
  const table = new RevocationTable();
  // As they stand in a list, with others around them.
  const list = Buffer.concat([Buffer.alloc(3), ...all, Buffer.alloc(3)]);
  let start = 3;
  for (const { length } of all) {
    table.addEntry(list, start, start + length);
    start += length;
  }
  return table;
}

t.test('entries in DER', async (t) => {
  const all = Object.values(entries);
  const table = tableOf(all);
  t.ok(derOf(table).equals(Buffer.concat(all)), 'come out as they went in');
  t.equal(table.length, Buffer.concat(all).length);
  t.ok(derOf(table.copy()).equals(Buffer.concat(all)), 'from a copy, too');
  for (const [what, der] of Object.entries(entries)) t.same(table.find(serialOf(der)), der, what);
  t.equal(table.find(Buffer.of(77)), undefined);
  t.same([...table.withReason('certificateHold')].length, 2, 'packed or not');
  t.same([...table.changedSince(tableOf(all))], [], 'alike');
  t.same([...table.changedSince(tableOf(all.slice(1)))], [all[0]]);
  t.throws(() => tableOf([sequence(Buffer.of(4, 0))]), { code: 'DER_TAG' });
});

t.test('changes', async (t) => {
  const revocations: Revocation[] = Array.from({ length: 5000 }, (_, i) => ({
    serial: serialContent(
      randomBytes(1 + (i % 20))
        .toString('hex')
        .replace(/^[89a-f]/, '7'),
    ),
    time: Date.UTC(2026, 0, 1) + Math.floor(i / 3) * 1000 + (i % 7 === 0 ? 1e12 : 0),
    reason: [null, ...revocationReasons][i % 12] ?? null,
  }));
  const table = new RevocationTable();
  const expected = new Map<string, Buffer>();
  for (const [i, revocation] of revocations.entries()) {
    const key = Buffer.from(revocation.serial).toString('hex');
    const known = table.find(revocation.serial);
    if (known?.toString('hex') !== expected.get(key)?.toString('hex')) t.same(known, expected.get(key), key);
    if (known !== undefined) table.remove(revocation.serial);
    expected.delete(key);
    if (i % 5 === 4) continue;
    table.add(revocation);
    expected.set(key, revocationEntry(revocation));
  }
  const der = Buffer.concat([...expected.values()]);
  t.ok(derOf(table).equals(der), 'the order is that in which they came');
  t.equal(table.length, der.length);
});
