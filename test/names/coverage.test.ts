import * as fc from 'fast-check';
import t from 'tap';
import { CoveringSet } from '../../src/names/covering-set.js';
import { NearestMiss } from '../../src/names/nearest-miss.js';
import { parseReference } from '../../src/names/reference.js';
import { mixedScripts } from '../../src/names/scripts.js';
import { matchesDnsName } from '../../src/names/wildcard.js';

t.test('what hosts in lists may look like', async (t) => {
  for (const [text, expected] of [
    ['alma.valami.hu', { kind: 'name', name: 'alma.valami.hu' }],
    ['Alma.Valami.HU.', { kind: 'name', name: 'alma.valami.hu' }],
    ['tükör.hu:8443', { kind: 'name', name: 'xn--tkr-tna2a.hu' }],
    ['_dmarc.valami.hu', { kind: 'name', name: '_dmarc.valami.hu' }],
    ['192.0.2.1', { kind: 'address', name: '192.0.2.1' }],
    ['192.0.2.1:443', { kind: 'address', name: '192.0.2.1' }],
    ['2001:DB8:0::1', { kind: 'address', name: '2001:db8::1' }],
    ['[2001:db8::1]', { kind: 'address', name: '2001:db8::1' }],
    ['[2001:db8::1]:443', { kind: 'address', name: '2001:db8::1' }],
    ['valami.hu:65536', { kind: 'none', problem: '65536 is no port' }],
    [
      'https://valami.hu/',
      {
        kind: 'none',
        problem: 'a URL is no host name',
        hint: 'the name alone: valami.hu; --url takes URLs as they are',
      },
    ],
    ['[192.0.2.1]', { kind: 'none' }],
    ['[valami.hu]', { kind: 'none' }],
    ['fe80::1%eth0', { kind: 'none', problem: /zone id/ }],
    ['[fe80::1%25eth0]:443', { kind: 'none', problem: /zone id/ }],
    ['*.valami.hu', { kind: 'none' }],
    ['1.2.3', { kind: 'none', problem: 'the last label is a number' }],
  ] as const) {
    t.match(parseReference(text), expected, text);
  }
  for (const [text, name] of [
    ['https://Valami.hu', 'valami.hu'],
    ['https://valami.hu:8443/a?b#c', 'valami.hu'],
    ['wss://user:p%40ss@valami.hu/', 'valami.hu'],
    ['https://[2001:db8::1]:443/', '2001:db8::1'],
    ['ldap://192.0.2.1', '192.0.2.1'],
    ['valami.hu:443', 'valami.hu'],
    ['https://valami.hu?x', 'valami.hu'],
    ['https://tükör.hu/ö', 'xn--tkr-tna2a.hu'],
  ] as const) {
    t.match(parseReference(text, { url: true }), { name }, text);
  }
  for (const text of [
    'https://',
    'https:///x',
    'https://va%6cami.hu/',
    'https://a b/',
    'mailto:info@valami.hu',
    'https://valami.hu\\@evil.hu/',
  ]) {
    t.match(parseReference(text, { url: true }), { kind: 'none' }, text);
  }
});

t.test('the nearest miss', async (t) => {
  const misses = new NearestMiss(['*.valami.hu', 'mail.valami.hu', 'a.b.other.hu', 'www.third.hu']);
  for (const [host, reason, nearest] of [
    ['valami.hu', 'label count', '*.valami.hu'],
    ['jonatan.alma.valami.hu', 'label count', '*.valami.hu'],
    ['x.mail.valami.hu', 'label count', 'mail.valami.hu'],
    ['b.other.hu', 'label count', 'a.b.other.hu'],
    ['other.hu', 'label count', 'a.b.other.hu'],
    ['x.b.other.hu', 'first label', 'a.b.other.hu'],
    ['mail.third.hu', 'first label', 'www.third.hu'],
    ['x.y.other.hu', 'suffix', 'a.b.other.hu'],
    ['fourth.hu', 'suffix', undefined],
    ['valami.com', 'suffix', undefined],
    ['192.0.2.1', 'address', undefined],
    ['a b', 'not a host name', undefined],
  ] as const) {
    t.same(misses.of(parseReference(host)), { reason, nearest }, host);
  }
});

t.test('the smallest set of names', async (t) => {
  const isSuffix = (name: string) => ['hu', 'co.uk', 'github.io'].includes(name);
  const smallest = (hosts: readonly string[]) => {
    const set = new CoveringSet((parent) => parent.includes('.') && !isSuffix(parent));
    for (const host of hosts) set.addName(host);
    return set.names();
  };
  for (const [hosts, expected] of [
    [[], []],
    [['alma.valami.hu'], ['alma.valami.hu']],
    [['alma.valami.hu', 'alma.valami.hu'], ['alma.valami.hu']],
    [['alma.valami.hu', 'barack.valami.hu'], ['*.valami.hu']],
    [
      ['valami.hu', 'a.valami.hu', 'b.valami.hu', 'c.b.valami.hu'],
      ['valami.hu', '*.valami.hu', 'c.b.valami.hu'],
    ],
    [
      ['a.hu', 'b.hu'],
      ['a.hu', 'b.hu'],
    ],
    [
      ['a.co.uk', 'b.co.uk'],
      ['a.co.uk', 'b.co.uk'],
    ],
    [
      ['a.github.io', 'b.github.io'],
      ['a.github.io', 'b.github.io'],
    ],
    [['a.x.github.io', 'b.x.github.io'], ['*.x.github.io']],
    [
      ['localhost', 'a.localhost', 'b.localhost'],
      ['localhost', 'a.localhost', 'b.localhost'],
    ],
    [['_a.valami.hu'], ['*.valami.hu']],
  ] as const) {
    t.same(smallest(hosts), expected, hosts.join(' '));
  }
  const label = fc.constantFrom('a', 'b', 'c');
  const host = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => [...labels, 'hu'].join('.'));
  fc.assert(
    fc.property(fc.array(host, { maxLength: 8 }), (hosts) => {
      const names = smallest(hosts);
      t.ok(
        hosts.every((each) => names.some((name) => matchesDnsName(name, each))),
        'all are covered',
      );
      t.equal(names.length, fewest(hosts, isSuffix), 'with as few names as trying all sets finds');
    }),
    { numRuns: 200 },
  );
});

/** How few names cover the hosts, by trying every set of the names that could be in one. */
function fewest(hosts: readonly string[], isSuffix: (name: string) => boolean): number {
  const parents = hosts.map((host) => host.slice(host.indexOf('.') + 1)).filter((parent) => !isSuffix(parent));
  const candidates = [...new Set([...hosts, ...parents.map((parent) => `*.${parent}`)])];
  let best = hosts.length;
  for (let set = 0; set < 2 ** candidates.length; set++) {
    const chosen = candidates.filter((_, i) => (set >> i) & 1);
    if (chosen.length >= best) continue;
    if (hosts.every((host) => chosen.some((name) => matchesDnsName(name, host)))) best = chosen.length;
  }
  return new Set(hosts).size === 0 ? 0 : best;
}

t.test('labels that mix scripts as no language does', async (t) => {
  for (const [text, expected] of [
    ['раypal.hu', ['Cyrillic', 'Latin']],
    ['vαlami.hu', ['Latin', 'Greek']],
    ['tükör.hu', undefined],
    ['почта.рф', undefined],
    ['почта.valami.hu', undefined],
    ['日本語テスト.jp', undefined],
    ['abc日本.jp', undefined],
    ['한국abc.kr', undefined],
    ['한국あ.kr', ['Hangul', 'Hiragana']],
    ['valami.hu', undefined],
  ] as const) {
    const reference = parseReference(text);
    t.same(reference.kind === 'name' ? mixedScripts(reference.name) : reference, expected, text);
  }
});
