import t from 'tap';
import { isoDate, isoMilliseconds, isoText } from '../../src/text/iso-time.js';

t.test('times are written as toISOString writes them', async (t) => {
  const times = [
    ['1970', 0],
    ['a leap day', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['before 1970, with a fraction', Date.UTC(1969, 11, 31, 23, 59, 59, 7)],
    ['the end of the century', Date.UTC(2049, 11, 31, 23, 59, 59, 999)],
    ['no expiry', Date.UTC(9999, 11, 31, 23, 59, 59)],
    ['year 1', new Date(0).setUTCFullYear(1, 0, 1)],
    ['year 0', new Date(0).setUTCFullYear(0, 0, 1)],
    ['before it', new Date(0).setUTCFullYear(-1, 11, 31)],
    ['year 10000', Date.UTC(10_000, 0, 1)],
  ] as const;
  for (const [name, time] of times) {
    const expected = new Date(time).toISOString();
    t.equal(isoMilliseconds(time), expected, `${name}: ${expected}`);
    t.equal(isoText(time), `${expected.slice(0, -5)}Z`, 'whole seconds');
    t.equal(isoDate(time), expected.slice(0, -14), 'the day');
  }
});
