import t from 'tap';
import { parse } from 'tldts';
import { isRegistrySuffix, publicSuffixOf } from '../../src/names/public-suffix.js';
import { suffixLines } from '../../src/names/public-suffix-list.js';
import { suffixVersion } from '../../src/names/public-suffix-version.js';

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
});

t.test('every rule of the list gives what tldts gives, for the name itself and for names under it', async (t) => {
  const differences: string[] = [];
  const options = { extractHostname: false, validateHostname: false } as const;
  let asked = 0;
  for (const line of suffixLines.toString('latin1').trim().split('\n')) {
    const [topLevel = '', ...sections] = line.split('\t');
    for (const rule of sections.join(' ').split(' ')) {
      const base =
        rule === '@' || rule === '' ? topLevel : `${rule.replace(/^!/, '').replace('*', 'star')}.${topLevel}`;
      for (const name of [base, `alma.${base}`, `www.alma.${base}`]) {
        asked++;
        const theirs = parse(name, { ...options, allowPrivateDomains: true });
        const registry = parse(name, { ...options, allowPrivateDomains: false });
        const { suffix, section } = publicSuffixOf(name);
        const same =
          suffix === theirs.publicSuffix &&
          (section === 'icann') === theirs.isIcann &&
          (section === 'private') === theirs.isPrivate &&
          isRegistrySuffix(name) === (registry.publicSuffix === name && registry.isIcann === true);
        if (!same) differences.push(name);
      }
    }
  }
  t.same(differences, []);
  t.ok(asked > 25_000, `${asked} names`);
});

t.test('the list is of the release of tldts that is installed', async (t) => {
  const { default: installed } = await import('tldts/package.json', { with: { type: 'json' } });
  t.equal(suffixVersion, installed.version, 'npm run update:suffixes');
});
