import { domainToASCII } from 'node:url';
import * as fc from 'fast-check';
import t from 'tap';
import { dnsNameProblem } from '../../src/names/dns-syntax.js';
import { parseDnsPattern, parseHostName } from '../../src/names/host-name.js';

const long = (n: number) => 'a'.repeat(n);

t.test('names people give, and the form certificates hold (RFC 5890, RFC 1123)', async (t) => {
  for (const [given, expected] of [
    ['mail.valami.hu', 'mail.valami.hu'],
    ['MAIL.Valami.HU', 'mail.valami.hu'],
    ['localhost', 'localhost'],
    ['3com.com', '3com.com'],
    ['1.2.3.hu', '1.2.3.hu'],
    ['a--b.hu', 'a--b.hu'],
    ['tükör.hu', 'xn--tkr-tna2a.hu'],
    ['TÜKÖR.HU', 'xn--tkr-tna2a.hu'],
    ['tu\u0308ko\u0308r.hu', 'xn--tkr-tna2a.hu'],
    ['XN--TKR-TNA2A.hu', 'xn--tkr-tna2a.hu'],
    ['straße.de', 'xn--strae-oqa.de'],
    ['日本語。ｊｐ', 'xn--wgv71a119e.jp'],
    [`${long(63)}.hu`, `${long(63)}.hu`],
    [`${long(63)}.${long(63)}.${long(63)}.${long(61)}`, `${long(63)}.${long(63)}.${long(63)}.${long(61)}`],
  ] as const) {
    t.same(parseHostName(given), { name: expected }, given);
  }
});

t.test('what is no host name, and why', async (t) => {
  for (const [given, problem, hint] of [
    ['', 'the name is empty'],
    ['https://mail.valami.hu', 'a URL is no host name', 'the name alone: mail.valami.hu'],
    ['https://mail.valami.hu:8443/x?y#z', 'a URL is no host name', 'the name alone: mail.valami.hu'],
    ['mail.valami.hu:443', 'a port is no part of a host name', 'the name alone: mail.valami.hu'],
    ['valami.hu/', 'holds "/"'],
    ['valami\\hu', 'holds "\\"'],
    ['info@valami.hu', 'holds "@"'],
    ['valami.hu?', 'holds "?"'],
    ['valami.hu#', 'holds "#"'],
    ['valami%2ehu', 'holds "%"'],
    ['va lami.hu', 'holds a space'],
    [' valami.hu', 'holds a space'],
    ['va\u00a0lami.hu', 'holds U+00A0'],
    ['valami.hu\0.evil.hu', 'holds U+0000'],
    ['valami.hu\n', 'holds U+000A'],
    ['va\u00adlami.hu', 'holds U+00AD'],
    ['va\u200blami.hu', 'holds U+200B'],
    ['\ud800.hu', 'holds U+D800'],
    ['192.0.2.1', 'an IP address is no host name'],
    ['2001:db8::1', 'an IP address is no host name'],
    ['[2001:db8::1]', 'an IP address is no host name'],
    ['1.2.3', 'the last label is a number'],
    ['0x7f.1', 'the last label is a number'],
    ['256.256.256.256', 'the last label is a number'],
    ['valami.0x10', 'the last label is a number'],
    ['１２７.1', 'is no internationalised name'],
    ['１.２.３.４', 'the last label is a number'],
    ['valami..hu', 'label 2 is empty'],
    ['.valami.hu', 'label 1 is empty'],
    ['.', 'label 1 is empty'],
    ['valami.hu.', 'ends with a dot', 'without it: valami.hu'],
    ['valami.hu..', 'label 3 is empty'],
    ['-a.hu', 'label 1 starts with a hyphen'],
    ['a-.hu', 'label 1 ends with a hyphen'],
    ['-ü.hu', 'is no internationalised name'],
    ['ü_.hu', 'is no internationalised name'],
    ['a_b.hu', 'label 1 holds an underscore'],
    ['a!b.hu', 'label 1 holds "!"'],
    ['ü!b.hu', 'holds "!"'],
    ['*.hu', 'label 1 holds "*"'],
    ['⒈com', 'is no internationalised name'],
    ['℀.com', 'is no internationalised name'],
    ['xn--a.hu', 'xn--a is no internationalised label'],
    [`${long(64)}.hu`, 'label 1 has 64 characters, 63 are allowed'],
    [`${long(63)}.${long(63)}.${long(63)}.${long(62)}`, 'the name has 254 characters, 253 are allowed'],
    [`ü${long(1_000_000)}`, 'the name has 1000001 characters'],
  ] as const) {
    const found = parseHostName(given);
    t.match(
      { problem: found.problem, hint: 'hint' in found ? found.hint : undefined },
      { problem, hint },
      given.slice(0, 80),
    );
  }
});

t.test('what callers may allow', async (t) => {
  t.same(parseHostName('valami.hu.', { finalDot: true }), { name: 'valami.hu' });
  t.same(parseHostName('tükör.hu.', { finalDot: true }), { name: 'xn--tkr-tna2a.hu' });
  t.match(parseHostName('valami.hu..', { finalDot: true }), { problem: 'ends with a dot' });
  t.match(parseHostName('.', { finalDot: true }), { problem: 'label 1 is empty' });
  t.same(parseHostName('_dmarc.valami.hu', { underscore: true }), { name: '_dmarc.valami.hu' });
  t.equal(dnsNameProblem('a_b.hu', { underscore: true }), undefined);
});

t.test('names with a wildcard (RFC 9525 6.3)', async (t) => {
  for (const [given, expected] of [
    ['*.valami.hu', '*.valami.hu'],
    ['*.Tükör.hu', '*.xn--tkr-tna2a.hu'],
    ['*.hu', '*.hu'],
    ['valami.hu', 'valami.hu'],
  ] as const) {
    t.same(parseDnsPattern(given), { name: expected }, given);
  }
  for (const [given, problem] of [
    ['*', 'a lone * covers nothing'],
    ['*.', 'the name is empty'],
    ['*.*.hu', '* must be the whole left-most label'],
    ['a.*.hu', '* must be the whole left-most label'],
    ['f*.hu', '* must be the whole left-most label'],
    ['*.0.0.1', 'the last label is a number'],
    ['*.192.0.2.1', 'an IP address is no host name'],
    [`*.${long(63)}.${long(63)}.${long(63)}.${long(61)}`, 'the name has 255 characters, 253 are allowed'],
  ] as const) {
    t.match(parseDnsPattern(given), { problem }, given);
  }
  for (const [given, hint] of [
    ['*.valami.hu.', 'without it: *.valami.hu'],
    ['*.valami.hu:443', 'the name alone: *.valami.hu'],
    ['https://*.valami.hu/x', 'the name alone: *.valami.hu'],
  ] as const) {
    t.match(parseDnsPattern(given), { hint }, given);
  }
});

t.test('whatever is given, a name that comes out is one, and is what was given', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(
      'a',
      'Z',
      '9',
      '-',
      '--',
      '.',
      '..',
      '。',
      'xn--',
      'ü',
      'ß',
      '\u200d',
      '\u00ad',
      '%2e',
      '0x7f',
      '1',
      '*',
      '_',
      '/',
      '@',
      ':',
    ),
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        text.map((start) => `${start}.hu`),
      ),
      (given) => {
        const { name } = parseHostName(given, { underscore: true, finalDot: true });
        if (name === undefined) return;
        const again = parseHostName(name, { underscore: true }).name;
        const asUrl = domainToASCII(given.replace(/\.$/, ''));
        if (dnsNameProblem(name, { underscore: true }) !== undefined) throw new Error(`${name} is none`);
        if (again !== name) throw new Error(`${name} becomes ${again}`);
        if (asUrl !== name) throw new Error(`domainToASCII gives ${asUrl}, we ${name}`);
      },
    ),
    { numRuns: 5_000 },
  );
});
