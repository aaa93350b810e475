import * as fc from 'fast-check';

/**
 * Names for property tests: short, from few labels, so that matches and near misses are common; most are well-formed, and
 * every way of being malformed turns up.
 */
const goodLabel = fc.constantFrom('a', 'b', 'foo', 'f', 'fo', 'A', 'b-b', 'x1', '_x', 'xn--tda', '1');
const badLabel = fc.constantFrom(
  '',
  '-a',
  'a-',
  'a b',
  'a\0',
  '*',
  'a*',
  '*a',
  'f*o',
  '**',
  'xn--*',
  'ü',
  'l'.repeat(64),
  '0x1',
);
const label = fc.oneof({ weight: 12, arbitrary: goodLabel }, { weight: 1, arbitrary: badLabel });
const end = fc.constantFrom('hu', 'co.uk', 'com', 'HU', 'hu', 'hu', '1', '', 'hu.');

/** The names clients connect to. */
export const randomHost = fc
  .tuple(fc.array(label, { maxLength: 3 }), end)
  .map(([labels, last]) => [...labels, last].join('.'));

/** The names certificates present. */
export const randomPattern = fc.oneof(
  randomHost,
  randomHost.map((name) => `*.${name}`),
  randomHost.map((name) => `f*.${name}`),
);
