import t from 'tap';
import { DerError } from '../../src/der/error.js';
import { checkWellFormed, children, elementAt, readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';
import { readBigInteger, readBits, readInteger, readOid, readSmallInteger } from '../../src/der/values.js';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const long = (length: number, header: string) => Buffer.concat([bytes(header), Buffer.alloc(length)]);

t.test('elements that are DER', async (t) => {
  const table: readonly (readonly [der: Buffer, tag: number, contentStart: number, end: number])[] = [
    [bytes('0500'), Tag.null, 2, 2],
    [bytes('020105'), Tag.integer, 2, 3],
    [long(127, '047f'), Tag.octetString, 2, 129],
    [long(128, '048180'), Tag.octetString, 3, 131],
    [long(256, '04820100'), Tag.octetString, 4, 260],
    [long(65536, '0483010000'), Tag.octetString, 5, 65541],
    [bytes('a003020101'), 0xa0, 2, 5],
  ];
  for (const [der, tag, contentStart, end] of table) {
    const element = readElement(der);
    t.match(element, { tag, start: 0, contentStart, end }, der.subarray(0, 5).toString('hex'));
    t.equal(element.content().length, end - contentStart);
    t.equal(element.encoding().length, end);
  }
});

t.test('elements that are not, by the byte', async (t) => {
  const table: readonly (readonly [hex: string, code: string, offset: number])[] = [
    ['', 'DER_TRUNCATED', 0],
    ['30', 'DER_TRUNCATED', 1],
    ['3081', 'DER_TRUNCATED', 2],
    ['308201', 'DER_TRUNCATED', 3],
    ['3003020101ff', 'DER_TRAILING', 5],
    ['300302', 'DER_TRUNCATED', 0],
    ['3080020101 0000', 'DER_LENGTH', 0],
    ['308103020101', 'DER_LENGTH', 0],
    ['3082 0003 020101', 'DER_LENGTH', 0],
    ['3085 0000000003 020101', 'DER_LENGTH', 0],
    ['3084 ffffffff 020101', 'DER_TRUNCATED', 0],
    ['1f8101 00', 'DER_TAG', 0],
    ['3f 00', 'DER_TAG', 0],
  ];
  for (const [hex, code, offset] of table) t.throws(() => readElement(bytes(hex)), { code, offset }, hex);
});

t.test('a cursor names what is missing, unexpected or too much', async (t) => {
  const sequence = readElement(bytes('3006 020105 010100'));
  const cursor = children(sequence);
  t.equal(cursor.read(Tag.integer).start, 2);
  t.equal(cursor.optional(Tag.null), undefined);
  t.throws(() => cursor.end(), { code: 'DER_TRAILING', message: 'unexpected BOOLEAN at byte 5' });
  t.throws(() => cursor.read(Tag.integer, 'version'), {
    message: 'expected version (INTEGER), found BOOLEAN at byte 5',
  });
  cursor.read(Tag.boolean);
  t.throws(() => cursor.read(Tag.null), { code: 'DER_TRUNCATED', message: 'NULL is missing at byte 8' });
  t.equal(cursor.peek(), -1);
  cursor.end();
  t.throws(() => elementAt(bytes('0405aabb'), 0, 4), {
    message: 'OCTET STRING of 5 bytes ends 3 bytes early at byte 0',
  });
});

t.test('nesting has a limit', async (t) => {
  const nested = (depth: number): Buffer => {
    let der = bytes('0500');
    for (let i = 0; i < depth; i++)
      der = Buffer.concat([bytes(der.length < 128 ? '30' : '3081'), Buffer.of(der.length), der]);
    return der;
  };
  checkWellFormed(readElement(nested(60)));
  t.throws(() => checkWellFormed(readElement(nested(66))), { code: 'DER_DEPTH' });
});

t.test('values', async (t) => {
  const oids = {
    '06032a0304': '1.2.3.4',
    '0603550403': '2.5.4.3',
    '06062b0601040100': '1.3.6.1.4.1.0',
    '06028837': '2.999',
    '0601 27': '0.39',
    '0601 4f': '1.39',
  };
  for (const [hex, expected] of Object.entries(oids)) t.equal(readOid(readElement(bytes(hex))), expected, hex);
  // X.667: a UUID under 2.25 is one arc of up to 128 bits; this one is 2^128 - 1.
  const uuid = readOid(readElement(bytes('0614 69 83 ffffffffffffffffffffffffffffffffff 7f')));
  t.equal(uuid, '2.25.340282366920938463463374607431768211455');
  for (const hex of ['0600', '06018a', '0602 2a80', '0603 2a8001', '060b 2a8001ffffffffffffff7f']) {
    t.throws(() => readOid(readElement(bytes(hex))), { code: 'DER_VALUE' }, hex);
  }

  const integers: Record<string, bigint> = {
    '020100': 0n,
    '02017f': 127n,
    '02020080': 128n,
    '0201ff': -1n,
    '020180': -128n,
  };
  for (const [hex, expected] of Object.entries(integers)) {
    t.equal(readBigInteger(readElement(bytes(hex))), expected, hex);
    t.equal(readSmallInteger(readElement(bytes(hex))), Number(expected), hex);
  }
  for (const hex of ['0200', '02020001', '0202ff80', '0202 007f'])
    t.throws(() => readInteger(readElement(bytes(hex))), DerError, hex);
  t.throws(() => readSmallInteger(readElement(bytes('0207 01000000000000'))), { message: /too large/ });

  t.match(readBits(readElement(bytes('0303 05a0 00'))), { unused: 5 });
  for (const hex of ['0300', '030101', '030208ff']) t.throws(() => readBits(readElement(bytes(hex))), DerError, hex);
});
