import t from 'tap';
import { fileName } from '../../src/text/file-name.js';
import { listed } from '../../src/text/printable.js';

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
