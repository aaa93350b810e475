import fc from 'fast-check';
import t from 'tap';
import { Hex, indexPlace, type Json, jsonOf, type LongList, writeJson } from '../../src/text/json.js';

/** What a value is written as in pieces, its places as a number. */
function written(value: Json): string {
  let text = '';
  writeJson(value, {
    write: (piece) => {
      text += piece;
    },
    index: () => {
      text += '7';
    },
  });
  return text;
}

t.test('strings are written so that a terminal shows them and any reader takes them', async (t) => {
  const table: readonly (readonly [text: string, json: string])[] = [
    ['plain', '"plain"'],
    ['é 中 😀', '"é 中 😀"'],
    ['"\\/\b\t\n\f\r', '"\\"\\\\/\\b\\t\\n\\f\\r"'],
    ['\0\x1b[2J\x7f\x9b', '"\\u0000\\u001b[2J\\u007f\\u009b"'],
    ['a\u202eb\u2028\ufeff\u{e0041}', '"a\\u202eb\\u2028\\ufeff\\udb40\\udc41"'],
    ['\ud800', '"\ufffd"'],
    ['\udc00\ud800', '"\ufffd\ufffd"'],
    ['\ud83d\ude00\ud83d', '"😀\ufffd"'],
    // Text that only looks like a surrogate, behind one and two backslashes.
    ['\\ud800', '"\\\\ud800"'],
    ['\\\\ud800', '"\\\\\\\\ud800"'],
    ['\\\ud800', '"\\\\\ufffd"'],
    ['\\udb40', '"\\\\udb40"'],
  ];
  for (const [text, json] of table) {
    t.equal(jsonOf(text), json, json);
    t.equal(written(text), json, `${json}, in pieces`);
    t.equal(jsonOf({ [text]: [text] }), `{${json}:[${json}]}`, `${json} as a name`);
  }
});

t.test('other values', async (t) => {
  const many: LongList = { [Symbol.iterator]: () => [1, { a: 'b' }].values(), toJSON: () => [1, { a: 'b' }] };
  const none: LongList = { [Symbol.iterator]: () => [].values(), toJSON: () => [] };
  const table: readonly (readonly [value: Json, json: string])[] = [
    [null, 'null'],
    [false, 'false'],
    [-1.5, '-1.5'],
    [Number.POSITIVE_INFINITY, 'null'],
    [new Hex(Buffer.from('00ff10', 'hex')), '"00ff10"'],
    [new Hex(Buffer.from('00ff10', 'hex'), 1, 2), '"ff"'],
    [new Hex(Buffer.alloc(0)), '""'],
    [[], '[]'],
    [[1, []], '[1,[]]'],
    [{}, '{}'],
    [{ a: null, b: { c: [] } }, '{"a":null,"b":{"c":[]}}'],
    [{ many, none }, '{"many":[1,{"a":"b"}],"none":[]}'],
  ];
  for (const [value, json] of table) {
    t.equal(jsonOf(value), json, json);
    t.equal(written(value), json, `${json}, in pieces`);
  }
  t.equal(written({ index: indexPlace, list: [indexPlace] }), '{"index":7,"list":[7]}', 'places are for the sink');
  t.equal(jsonOf({ index: indexPlace }), '{"index":null}', 'and null without one');
});

t.test('what is long is cut between characters', async (t) => {
  for (const length of [65_534, 65_535, 65_536, 65_537, 131_071, 131_072, 200_000]) {
    const text = `${'x'.repeat(length)}😀\ud83d"`;
    t.ok(written(text) === jsonOf(text), `a text of ${text.length} characters`);
    const octets = Buffer.alloc(length, 0xa5);
    t.ok(written(new Hex(octets)) === `"${octets.toString('hex')}"`, `${length} octets`);
  }
});

t.test('any value is read again as it was, its text well-formed', async (t) => {
  const text = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) });
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(null, true, false),
      fc.integer(),
      text,
      fc.array(tie('value')),
      fc.dictionary(text, tie('value'), { noNullPrototype: true }),
    ),
  }));
  fc.assert(
    fc.property(value, (any) => {
      const json = jsonOf(any);
      return (
        written(any) === json &&
        !/\p{Surrogate}/u.test(json) &&
        !/[\0-\x1f\x7f-\x9f\u202a-\u202e\ufeff]/.test(json) &&
        sameJson(JSON.parse(json), any)
      );
    }),
    { numRuns: 2000 },
  );
  t.pass('2,000 values');
});

/** True for the same value but for surrogates alone, which become U+FFFD. */
function sameJson(read: unknown, value: Json): boolean {
  return JSON.stringify(read) === JSON.stringify(wellFormed(value));
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return wellFormedText(value);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [wellFormedText(name), wellFormed(member)]));
}

const wellFormedText = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
