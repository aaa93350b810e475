import t from 'tap';
import { fileName } from '../../src/text/file-name.js';
import { listed, printable } from '../../src/text/printable.js';

t.test('names as files may be called', async (t) => {
  const table: Readonly<Record<string, string>> = {
    'mail.valami.hu': 'mail.valami.hu',
    '*.valami.hu': '_wildcard.valami.hu',
    'árvíztűrő.hu': 'árvíztűrő.hu',
    '2001:db8::1': '2001_db8__1',
    '-rf': '_rf',
    '.profile': '_profile',
    '../../etc/passwd': '_._.._etc_passwd',
    'a b;$(x)': 'a_b___x_',
    'a\u202egpj.exe\n\u001b[2J': 'a_gpj.exe___2J',
    ['é'.repeat(120)]: 'é'.repeat(100),
  };
  for (const [name, expected] of Object.entries(table)) {
    const file = fileName(name);
    t.match(file, /^[^-.][\p{L}\p{M}\p{N}._@+=,-]*$/u, JSON.stringify(name));
    t.equal(file, expected, JSON.stringify(name));
  }
});

t.test('a value that could be taken for two is quoted', async (t) => {
  for (const [value, expected] of [
    ['a.hu', 'a.hu'],
    ['a.hu,b.hu', 'a.hu,b.hu'],
    ['a.hu, bank.hu', '"a.hu, bank.hu"'],
    ['a.hu", "bank.hu', '"a.hu\\", \\"bank.hu"'],
    ['"a.hu"', '"\\"a.hu\\""'],
  ] as const) {
    t.equal(listed(value), expected);
  }
});

t.test('of all characters, those are escaped that a terminal obeys or does not show', async (t) => {
  const formats: readonly (readonly [first: number, last: number])[] = [
    [0xad, 0xad],
    [0x61c, 0x61c],
    [0x180e, 0x180e],
    [0x200b, 0x200f],
    [0x202a, 0x202e],
    [0x2060, 0x2069],
    [0xfeff, 0xfeff],
    [0xfff9, 0xfffb],
    [0xe0000, 0xe007f],
  ];
  const wrong: string[] = [];
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    const isUnsafe =
      /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(character) || formats.some(([first, last]) => first <= point && point <= last);
    // Among others of Latin-1 and beyond: the runtime looks at texts of the two in two ways.
    for (const text of [character, `é${character}`, `ő${character}`]) {
      if ((printable(text) !== text) !== isUnsafe) wrong.push(`U+${point.toString(16)}`);
    }
  }
  t.same(wrong, []);
});
