import t from 'tap';
import { exponentOf, OperationCounter } from '../support/operations.js';
import type { Shape } from '../support/shapes/shape.js';

// Work in proportion to the input, however it is shaped: in operations, so that it is the same on every machine.
// bench/linear.js measures the time of the same shapes in sizes a hundred times these.

const counter = new OperationCounter((url) => url.includes('/src/') || url === 'pairs');
// Only what is loaded from now on is counted.
const { texts } = await import('../support/shapes/texts.js');
const { objects } = await import('../support/shapes/objects.js');
const { judgements } = await import('../support/shapes/judgements.js');

const SIZE = 3_000;
/** Octets of a shape whose work has a bound that so few do not reach. */
const MORE: Readonly<Record<string, number>> = { 'chains: CAs of one name': 30_000 };

/** The exponent of the size in the operations of a shape. */
function exponent({ name, make }: Shape): number {
  const size = MORE[name] ?? SIZE;
  // Tables that are made at the first call are no part of it.
  counter.of(make(SIZE).read);
  const [small, large] = [make(size), make(8 * size)];
  return exponentOf([small.size, large.size], [counter.of(small.read), counter.of(large.read)]);
}

for (const [name, shapes] of Object.entries({ texts, objects, judgements })) {
  t.test(`${name}: twice the size, twice the work`, async (t) => {
    for (const shape of shapes) {
      const found = exponent(shape);
      t.ok(found < 1.15, `${shape.name}: the exponent is ${found.toFixed(2)}`);
    }
  });
}

t.test('each with each is seen', async (t) => {
  const pairs = new Function('n', 'for (let i = 0; i < n; i++) for (let j = 0; j < n; j++);\n//# sourceURL=pairs');
  const found = exponent({ name: 'pairs', make: (size) => ({ size, read: () => pairs(size / 100) }) });
  t.ok(found > 1.9, `${found.toFixed(2)}`);
});
