import t from 'tap';
import { publicSuffixOf, publicSuffixSection } from '../../src/names/public-suffix.js';

t.test('suffixes of both sections, exceptions, unlisted names', async (t) => {
  for (const [name, suffix, section] of [
    ['alma.valami.hu', 'hu', 'icann'],
    ['hu', 'hu', 'icann'],
    ['www.bbc.co.uk', 'co.uk', 'icann'],
    ['someone.github.io', 'github.io', 'private'],
    ['github.io', 'github.io', 'private'],
    ['a.b.ck', 'b.ck', 'icann'],
    ['www.ck', 'ck', 'icann'],
    ['_x.valami.hu', 'hu', 'icann'],
    ['server.internal-zone', 'internal-zone', undefined],
    ['localhost', 'localhost', undefined],
    ['xn--55qx5d.cn', 'xn--55qx5d.cn', 'icann'],
  ] as const) {
    t.same(publicSuffixOf(name), { suffix, section }, name);
  }
  t.equal(publicSuffixSection('co.uk'), 'icann');
  t.equal(publicSuffixSection('github.io'), 'private');
  t.equal(publicSuffixSection('valami.hu'), undefined);
});
