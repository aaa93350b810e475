import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import t from 'tap';
import { formatIpAddress, parseIpAddress } from '../../src/text/ip-address.js';

const canonical = (text: string) => {
  const bytes = parseIpAddress(text);
  return bytes === undefined ? undefined : formatIpAddress(bytes);
};

t.test('spellings and the one canonical text (RFC 4291 2.2, RFC 5952)', async (t) => {
  for (const [text, expected] of [
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ] as const) {
    t.equal(canonical(text), expected, text);
  }
});

t.test('what is no address', async (t) => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x7f.0.0.1',
    '1.2.3.4.',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '127.1',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '::12345',
    'fe80::1%eth0',
    '[::1]',
    '::g',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '::1.2.3',
    '::1.2.3.4:5',
    '1.2.3.4::',
    '::1.2.3.256',
    '1:2:3:4:5:6:7:1.2.3.4',
  ]) {
    t.equal(parseIpAddress(text), undefined, text);
  }
  t.equal(formatIpAddress(Uint8Array.of(1, 2, 3)), undefined);
});

t.test('any octets survive text, and node:net agrees on what is an address', async (t) => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ minLength: 16, maxLength: 16, max: 1 }),
  );
  fc.assert(
    fc.property(octets, (bytes) => {
      t.same(parseIpAddress(formatIpAddress(bytes) ?? ''), bytes);
    }),
    { numRuns: 300 },
  );
  const text = fc.array(fc.constantFrom('0', '1', '25', '256', 'f', 'ffff', ':', ':', '::', '.', '.'), {
    maxLength: 16,
  });
  fc.assert(
    fc.property(text, (parts) => {
      const given = parts.join('');
      return (parseIpAddress(given) !== undefined) === (isIPv4(given) || isIPv6(given));
    }),
    { numRuns: 5000 },
  );
});
