import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { LineCounter } from '../../src/show/line-counter.js';
import { SegmentOutput, withIndices } from '../../src/show/segment-output.js';

/** The output the main thread makes of texts that each name an object by its index. */
function written(texts: readonly string[], before: number): string {
  const output = new SegmentOutput();
  texts.forEach((text, i) => {
    output.write(`{"index":`);
    output.index(i + 1);
    output.write(`,"text":"${text}"}\n`);
  });
  return Buffer.from(withIndices(output.take(), before)).toString('utf8');
}

t.test('indices are filled in, however long they are', async (t) => {
  const texts = ['a', 'tükör', '鍵', '😀', 'b'];
  for (const before of [0, 7, 95, 99_997, 99_999, 9_007_199_254_740_900]) {
    for (const some of [texts, ['a', 'b', 'c', 'd', 'e']]) {
      const expected = some.map((text, i) => `{"index":${before + i + 1},"text":"${text}"}\n`).join('');
      t.equal(written(some, before), expected, `${before} objects before`);
    }
  }
  t.equal(written([], 5), '', 'nothing');
});

t.test('much text, and texts that are larger than the memory there is for them', async (t) => {
  const texts = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? 'ő' : 'x').repeat(i * 300));
  const expected = texts.map((text, i) => `{"index":${i + 10},"text":"${text}"}\n`).join('');
  t.ok(written(texts, 9) === expected, `${expected.length} characters`);
});

t.test('memory is used again', async (t) => {
  const output = new SegmentOutput();
  output.write('first');
  const first = output.take();
  output.write('second');
  output.reuse(first.octets.buffer);
  const second = output.take();
  t.equal(Buffer.from(second.octets).toString(), 'second');
  output.write('third');
  const third = output.take();
  t.equal(third.octets.buffer, first.octets.buffer, 'what was given back comes next');
  t.equal(Buffer.from(third.octets).toString(), 'third');
});

t.test('lines are counted as far as somebody asks', async (t) => {
  const path = join(mkdtempSync(join(t.testdir(), 'lines-')), 'file');
  writeFileSync(path, 'a\nb\n\nlast');
  const lines = new LineCounter(path);
  for (const [offset, expected] of [
    [0, 0],
    [1, 0],
    [2, 1],
    [5, 3],
    [5, 3],
    [9, 3],
    [100, 3],
  ] as const) {
    t.equal(lines.before(offset), expected, `before octet ${offset}`);
  }
});
