import t from 'tap';
import { unsignedDecimal } from '../../src/x509/integers.js';

t.test('numbers for people', async (t) => {
  const table: readonly (readonly [octets: number, text: string])[] = [
    [0, '0'],
    [1, '1'],
    [6, String(2 ** 40)],
    [7, String(2 ** 48)],
    [2048, String(2n ** 16376n)],
    // In decimal it would cost more than its length.
    [2049, `0x01${'00'.repeat(2048)}`],
  ];
  for (const [octets, text] of table) {
    const content = Buffer.alloc(octets);
    if (octets > 0) content[0] = 1;
    t.equal(unsignedDecimal(content), text, `${octets} octets`);
  }
});
