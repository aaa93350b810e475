import * as fc from 'fast-check';
import t from 'tap';
import { PatternIndex } from '../../src/names/pattern-index.js';
import { parseReference } from '../../src/names/reference.js';
import { scanHosts } from '../../src/names/scan-hosts.js';
import { matchesDnsName, presentedNameProblem } from '../../src/names/wildcard.js';
import { randomHost, randomPattern } from '../support/random-names.js';
import { slowMatch } from '../support/slow-match.js';

t.test('matching is what a slow reading of RFC 9525 says', async () => {
  fc.assert(
    fc.property(
      randomPattern,
      randomHost,
      (pattern, host) => matchesDnsName(pattern, host) === slowMatch(pattern, host),
    ),
    { numRuns: 20_000 },
  );
  // The same host under a pattern made from it: matches are the rule here.
  fc.assert(
    fc.property(randomHost, (host) => {
      const pattern = `*${host.slice(host.indexOf('.'))}`;
      return matchesDnsName(pattern, host) === slowMatch(pattern, host);
    }),
    { numRuns: 5_000 },
  );
});

function indexOf(patterns: readonly string[], partial = false): PatternIndex {
  const index = new PatternIndex();
  for (const [id, name] of patterns.entries()) {
    if (presentedNameProblem(name, { partial }) === undefined) index.addName(name, id);
  }
  return index;
}

t.test('the index gives every name that covers a host, exact ones first', async (t) => {
  for (const partial of [false, true]) {
    fc.assert(
      fc.property(fc.array(randomPattern, { maxLength: 40 }), randomHost, (patterns, text) => {
        const reference = parseReference(text);
        if (reference.kind !== 'name') return;
        const found = indexOf(patterns, partial).idsOfName(reference.name);
        const expected = [...patterns.keys()].filter((id) =>
          matchesDnsName(patterns[id] ?? '', reference.name, { partial }),
        );
        t.same(
          found.toSorted((a, b) => a - b),
          expected,
          `${patterns} ${text}`,
        );
        const firstWildcard = found.findIndex((id) => patterns[id]?.includes('*'));
        t.ok(firstWildcard === -1 || found.slice(firstWildcard).every((id) => patterns[id]?.includes('*')));
      }),
      { numRuns: 500 },
    );
  }
});

const long = (n: number) => 'l'.repeat(n);
const nearlyTooLong = `${long(63)}.${long(63)}.${long(63)}.${long(58)}`;
/** At the limits of what a name may be: labels of 63 and 64 characters, names of 253 and 254. */
const limits = [
  `${long(63)}.hu`,
  `${long(64)}.hu`,
  `a.${long(63)}`,
  `a.${long(64)}`,
  `${nearlyTooLong}.hu`,
  `${nearlyTooLong}.com`,
];

t.test('the byte scan answers as the index does for each line', async () => {
  const line = fc.oneof(
    randomHost.filter((host) => !host.includes('\n')),
    fc.constantFrom(...limits),
    fc.constantFrom(
      '',
      '# comment',
      '192.0.2.1',
      'a.hu:443',
      'ab--c.hu',
      'A.B.HU',
      ' a.hu',
      'l'.repeat(300),
      '\r',
      'a\rb.hu',
    ),
  );
  const lines = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(randomPattern, { maxLength: 10 }), lines, (patterns, input) => {
      const index = indexOf([...patterns, ...limits]);
      const covers = (text: string) => {
        const reference = parseReference(text);
        return reference.kind === 'name' && index.idsOfName(reference.name).length > 0;
      };
      const bytes = Buffer.from(input.map(([text, end]) => text + end).join(''), 'utf8');
      const answers: [text: string, isCovered: boolean][] = [];
      const next = scanHosts(bytes, 1, index, {
        judge: (start, end) => covers(bytes.toString('utf8', start, end)),
        visit: (isCovered, start, end) => answers.push([bytes.toString('utf8', start, end), isCovered]) > 0,
      });
      const expected = bytes
        .toString('utf8')
        .split('\n')
        .slice(0, -1)
        .map((raw) => raw.replace(/\r$/, ''))
        .map((text) => [text, covers(text)]);
      return next === expected.length + 1 && JSON.stringify(answers) === JSON.stringify(expected);
    }),
    { numRuns: 2_000 },
  );
});

t.test('an index of many names finds each of them and no other', async (t) => {
  const names = Array.from({ length: 20_000 }, (_, i) => `${i % 2 === 0 ? '*.' : ''}d${i}.valami.hu`);
  const index = indexOf([...names, ...names.slice(0, 3)]);
  t.same(index.idsOfName('x.d0.valami.hu'), [0, 20_000], 'a name twice has both ids');
  t.same(index.idsOfName('D1.valami.hu'), [1, 20_001]);
  t.ok(names.every((name, i) => index.idsOfName(name.replace('*', 'w')).includes(i)));
  t.same(index.idsOfName('d0.valami.hu'), []);
  t.same(index.idsOfName('x.d1.valami.hu'), []);
});
