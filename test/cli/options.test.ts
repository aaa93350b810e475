import { parseArgs } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { type OptionTable, parseArguments, tokensOf } from '../../src/cli/options.js';
import { parseDays, parseDuration, parseTime } from '../../src/cli/time.js';
import { nearest } from '../../src/text/nearest.js';
import { printable } from '../../src/text/printable.js';

const table = {
  output: { short: 'o', value: 'FILE', help: '' },
  san: { short: 'a', value: 'NAME', repeatable: true, help: '' },
  quiet: { short: 'q', help: '' },
  verbose: { short: 'v', help: '' },
  fingerprint: { optionalValue: 'HASH', help: '' },
} as const satisfies OptionTable;

const none = { output: undefined, san: [], quiet: false, verbose: false, fingerprint: undefined };

t.test('what the arguments mean', async (t) => {
  const meanings: readonly (readonly [args: string, values: object, ...operands: string[]])[] = [
    ['', {}],
    ['a b', {}, 'a', 'b'],
    ['-', {}, '-'],
    ['-o x y', { output: 'x' }, 'y'],
    ['-ox y', { output: 'x' }, 'y'],
    ['--output=x y', { output: 'x' }, 'y'],
    ['--output= y', { output: '' }, 'y'],
    ['-o - y', { output: '-' }, 'y'],
    ['--output=-x', { output: '-x' }],
    ['-qv', { quiet: true, verbose: true }],
    ['-qo x', { quiet: true, output: 'x' }],
    ['x -q y', { quiet: true }, 'x', 'y'],
    ['-a x --san y -az', { san: ['x', 'y', 'z'] }],
    ['--fingerprint x', { fingerprint: '' }, 'x'],
    ['--fingerprint=sha1 x', { fingerprint: 'sha1' }, 'x'],
    ['-q -- -v --san', { quiet: true }, '-v', '--san'],
  ];
  for (const [args, values, ...operands] of meanings) {
    const parsed = parseArguments(table, args.split(' ').filter(Boolean));
    t.same(parsed, { values: { ...none, ...values }, operands }, args || '(nothing)');
  }
});

t.test('arguments are taken apart as util.parseArgs does it', async (t) => {
  const options = Object.fromEntries(
    Object.entries(table as OptionTable).map(([name, { value, short }]) => {
      const type = value === undefined ? ('boolean' as const) : ('string' as const);
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
  const theirs = (args: string[]) =>
    parseArgs({ args, strict: false, tokens: true, options }).tokens.flatMap((token): (string | object)[] => {
      if (token.kind === 'option-terminator') return [];
      if (token.kind === 'positional') return [token.value];
      const { name, rawName, value, inlineValue } = token;
      return [{ name, rawName, value, isInline: inlineValue === true }];
    });
  const words = ['--output', '--san=x', '--output=', '-o', '-ox', '-o=x', '-qv', '-qo', '-qox', '-voq', '-z', '-qzo'];
  const others = [
    '--',
    '-',
    '',
    'x',
    '--fingerprint',
    '--fingerprint=sha1',
    '--quiet=no',
    '--no-quiet',
    '--zzz',
    '-é',
    '-q=x',
  ];
  const argument = fc
    .oneof(fc.constantFrom(...words, ...others), fc.string({ maxLength: 6 }))
    // It takes `-q-` for `-q --`.
    .filter((each) => !/^-[^-].*-/s.test(each));
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
      t.same([...tokensOf(table, args)], theirs(args), JSON.stringify(args));
      return t.passing();
    }),
    { numRuns: 500 },
  );
});

t.test('what is refused, and how', async (t) => {
  const refusals: readonly (readonly [args: string, message: string, hint?: string])[] = [
    ['--ouput x', 'unknown option --ouput', 'did you mean --output?'],
    ['--zzzzzz', 'unknown option --zzzzzz', 'see --help'],
    ['-x', 'unknown option -x'],
    ['--out x', 'unknown option --out'],
    ['--constructor', 'unknown option --constructor', 'see --help'],
    ['--__proto__', 'unknown option --__proto__', 'see --help'],
    ['-o', '-o needs a value: FILE'],
    ['--output', '--output needs a value: FILE'],
    ['-o -q', '-o needs a value, found -q', 'a value that starts with a dash attaches: -o-q'],
    ['--san --quiet', '--san needs a value, found --quiet', 'a value that starts with a dash attaches: --san=--quiet'],
    ['-o=x', '-o=x: a short option takes its value without =', 'write -o x'],
    ['--quiet=yes', '--quiet takes no value'],
    ['-o x -o y', '-o is given twice'],
    ['-q -q', '-q is given twice'],
    ['--fingerprint --fingerprint=sha1', '--fingerprint is given twice'],
  ];
  for (const [args, message, hint] of refusals) {
    const expected = hint === undefined ? { message, status: 2 } : { message, hint, status: 2 };
    t.throws(() => parseArguments(table, args.split(' ')), expected, args);
  }
});

t.test('the nearest word', async (t) => {
  const words = ['subject', 'organization', 'san', 'key'];
  const table: readonly (readonly [string, string | undefined])[] = [
    ['subjct', 'subject'],
    ['sna', 'san'],
    ['KEY', 'key'],
    ['organisation', 'organization'],
    ['completely', undefined],
  ];
  for (const [word, expected] of table) t.equal(nearest(word, words), expected, word);
});

t.test('durations, days and times', async (t) => {
  const hour = 3_600_000;
  const durations = { '12h': 12 * hour, '30d': 720 * hour, '2w': 336 * hour, '0d': 0 };
  for (const [text, expected] of Object.entries(durations)) t.equal(parseDuration('-x', text), expected, text);
  for (const text of ['', '30', '5m', '-1d', '1.5d', '30D', '30 d', '1y'])
    t.throws(() => parseDuration('-x', text), text);

  t.equal(parseDays('--days', '90'), 90);
  for (const text of ['0', '-1', '', '1e3', '40000', '9 ']) t.throws(() => parseDays('--days', text), text);

  const times = {
    '2027-03-15': '2027-03-15T00:00:00.000Z',
    '2027-03-15T10:20:30Z': '2027-03-15T10:20:30.000Z',
    '2027-03-15T10:20:30+02:00': '2027-03-15T08:20:30.000Z',
    '2028-02-29': '2028-02-29T00:00:00.000Z',
  };
  for (const [text, expected] of Object.entries(times)) t.equal(parseTime('--at', text).toISOString(), expected, text);
  for (const text of ['', 'now', '2027', '2027-13-01', '2027-02-30', '2027-03-15T25:00:00Z', '15.03.2027']) {
    t.throws(() => parseTime('--at', text), { message: /is not a time/ }, text);
  }
});

t.test('text of others is shown without its power', async (t) => {
  const table: readonly (readonly [string, string])[] = [
    ['plain Főtanúsítvány', 'plain Főtanúsítvány'],
    ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
    ['\x1b[31mred\x07', '\\x1b[31mred\\x07'],
    ['\u009b2J', '\\x9b2J'],
    ['nul\0', 'nul\\x00'],
    ['\u202egpj.exe', '\\u{202e}gpj.exe'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\ud800', '\\u{d800}'],
    ['😀', '😀'],
  ];
  for (const [text, expected] of table) t.equal(printable(text), expected, JSON.stringify(text));
});
