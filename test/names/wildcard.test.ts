import t from 'tap';
import { coveringName, matchesDnsName, presentedNameProblem } from '../../src/names/wildcard.js';

const long = (n: number) => 'a'.repeat(n);

t.test('matching (RFC 9525 6.3)', async (t) => {
  const nearlyTooLong = `${long(63)}.${long(63)}.${long(63)}.${long(59)}`;
  for (const [presented, reference, expected] of [
    // The guide's example.
    ['*.valami.hu', 'alma.valami.hu', true],
    ['*.valami.hu', 'barack.valami.hu', true],
    ['*.valami.hu', 'jonatan.alma.valami.hu', false],
    ['*.valami.hu', 'valami.hu', false],
    // Exact names: every label, without regard to case.
    ['valami.hu', 'valami.hu', true],
    ['valami.hu', 'VALAMI.hu', true],
    ['Valami.HU', 'valami.hu', true],
    ['valami.hu', 'alma.valami.hu', false],
    ['alma.valami.hu', 'valami.hu', false],
    ['valami.hu', 'avalami.hu', false],
    ['localhost', 'localhost', true],
    // The wildcard: one label, whole, left-most, whatever it is.
    ['*.VALAMI.hu', 'ALMA.valami.HU', true],
    ['*.valami.hu', 'xn--krte-5qa.valami.hu', true],
    ['*.valami.hu', '_dmarc.valami.hu', true],
    ['*.valami.hu', 'a.xvalami.hu', false],
    ['*.valami.hu', '.valami.hu', false],
    ['*.valami.hu', '*.valami.hu', false],
    ['*.hu', 'valami.hu', true],
    ['*.hu', 'alma.valami.hu', false],
    ['*.hu', 'hu', false],
    // One final dot in the reference is the root; in a certificate it has no place.
    ['*.valami.hu', 'alma.valami.hu.', true],
    ['valami.hu', 'valami.hu.', true],
    ['valami.hu', 'valami.hu..', false],
    ['valami.hu.', 'valami.hu', false],
    ['valami.hu.', 'valami.hu.', false],
    ['*.valami.hu.', 'alma.valami.hu', false],
    // A-labels (RFC 5890): both sides hold them by now.
    ['xn--tkr-tna2a.hu', 'XN--tkr-tna2a.hu', true],
    ['*.xn--tkr-tna2a.hu', 'www.xn--tkr-tna2a.hu', true],
    ['tükör.hu', 'tükör.hu', false],
    // Malformed presented names never match (RFC 5280 7.2 and 4.2.1.6).
    ['', '', false],
    ['*', 'valami', false],
    ['*', 'valami.hu', false],
    ['*.', 'valami.', false],
    ['*.*.hu', 'a.valami.hu', false],
    ['**.valami.hu', 'alma.valami.hu', false],
    ['alma.*.hu', 'alma.valami.hu', false],
    ['alma.valami.*', 'alma.valami.hu', false],
    ['*..hu', 'alma..hu', false],
    ['valami..hu', 'valami..hu', false],
    ['.valami.hu', '.valami.hu', false],
    ['a b.hu', 'a b.hu', false],
    ['valami.hu\0.evil.com', 'valami.hu', false],
    ['valami.hu\0', 'valami.hu', false],
    [' valami.hu', 'valami.hu', false],
    ['-a.hu', '-a.hu', false],
    [`${long(64)}.hu`, `${long(64)}.hu`, false],
    [`*.${nearlyTooLong}`, `a.${nearlyTooLong}`, true],
    [`*.${nearlyTooLong}a`, `a.${nearlyTooLong}a`, false],
    // Addresses are no names, however they are dressed.
    ['192.0.2.1', '192.0.2.1', false],
    ['*.0.2.1', '192.0.2.1', false],
    ['*.192.0.2.1', 'a.192.0.2.1', false],
    ['1.2.3', '1.2.3', false],
    ['2001:db8::1', '2001:db8::1', false],
    // Partial wildcards only for who asks.
    ['f*.valami.hu', 'foo.valami.hu', false],
    ['xn--*.valami.hu', 'xn--krte-5qa.valami.hu', false],
  ] as const) {
    t.equal(matchesDnsName(presented, reference), expected, `${presented} ${reference}`.slice(0, 80));
  }
});

t.test('partial wildcards (RFC 6125 6.4.3)', async (t) => {
  for (const [presented, reference, expected] of [
    ['f*.valami.hu', 'foo.valami.hu', true],
    ['F*.valami.hu', 'FOO.valami.hu', true],
    ['*o.valami.hu', 'foo.valami.hu', true],
    ['f*o.valami.hu', 'foo.valami.hu', true],
    ['f*o.valami.hu', 'fo.valami.hu', true],
    ['f*o.valami.hu', 'f.valami.hu', false],
    ['fo*o.valami.hu', 'fo.valami.hu', false],
    ['f*.valami.hu', 'f.valami.hu', true],
    ['f*.valami.hu', 'bar.valami.hu', false],
    ['f*.valami.hu', 'foo.bar.valami.hu', false],
    ['*.valami.hu', 'foo.valami.hu', true],
    ['*.valami.hu', 'xn--krte-5qa.valami.hu', true],
    ['x*.valami.hu', 'xn--krte-5qa.valami.hu', false],
    ['xn--*.valami.hu', 'xn--krte-5qa.valami.hu', false],
    ['f*g*.valami.hu', 'foggy.valami.hu', false],
    ['valami.f*', 'valami.foo', false],
    ['f*', 'foo', false],
  ] as const) {
    t.equal(matchesDnsName(presented, reference, { partial: true }), expected, `${presented} ${reference}`);
  }
});

t.test('why a presented name is malformed', async (t) => {
  for (const [name, problem] of [
    ['*', 'a lone * covers nothing'],
    ['*.*.hu', 'more than one *'],
    ['a*.hu', '* must be the whole left-most label'],
    ['a.*.hu', '* must be the whole left-most label'],
    ['*.192.0.2.1', '* before an IP address'],
    ['*.0.2.1', 'the last label is a number'],
    ['valami.hu.', 'label 3 is empty'],
    ['a b.hu', 'label 1 holds a space'],
    ['a\0.hu', 'label 1 holds U+0000'],
    ['*.valami.hu', undefined],
    ['_a.hu', undefined],
  ] as const) {
    t.equal(presentedNameProblem(name), problem, name);
  }
});

t.test('which name of a certificate covers a host', async (t) => {
  const names = { dns: ['*.valami.hu', 'alma.valami.hu', '192.0.2.7'], ip: ['192.0.2.1', '2001:db8::1'] };
  for (const [reference, expected] of [
    ['alma.valami.hu', 'alma.valami.hu'],
    ['barack.valami.hu', '*.valami.hu'],
    ['valami.hu', undefined],
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.7', undefined],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', undefined],
    ['fe80::1%eth0', undefined],
  ] as const) {
    t.equal(coveringName(names, reference), expected, reference);
  }
});
