import fc from 'fast-check';
import t from 'tap';
import { type JsonNode, parseJson } from '../../src/text/json-reader.js';

/** The value alone. */
function plain(node: JsonNode): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'object') return Object.fromEntries(node.fields.map(({ name, value }) => [name, plain(value)]));
  return node.value;
}

const outcome = (read: () => unknown): string => {
  try {
    return JSON.stringify(read());
  } catch {
    return 'no JSON';
  }
};

t.test('reads what JSON.parse reads, and nothing else', async (t) => {
  const same = (text: string) =>
    t.equal(
      outcome(() => plain(parseJson(text))),
      outcome(() => JSON.parse(text)),
      text,
    );
  for (const text of [
    '{}',
    '[]',
    '[1,-0.5e+3,true,false,null,""]',
    ' {"a" : [ {"b":"\\\\"} , "\\"" ] }\r\n',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '{"a" 1}',
    '{a:1}',
    "{'a':1}",
    '{"a":1} 2',
    '01',
    '1.',
    '+1',
    '-',
    'nul',
    'nullnull',
    'undefined',
    '"\t"',
    '"a',
    '"a\\"',
    '"\\x"',
    '{1:2}',
    '[1 2]',
    '[1}',
    '\u00a0[]',
    '',
  ])
    same(text);
  fc.assert(
    fc.property(
      fc.json(),
      fc.nat(),
      fc.constantFrom('"', '\\', ',', ':', '{', ']', '0', ' ', '\n', 'e'),
      (json, at, put) => {
        same(json);
        const cut = at % (json.length + 1);
        same(`${json.slice(0, cut)}${put}${json.slice(cut + (at % 2))}`);
      },
    ),
    { numRuns: 200 },
  );
});

t.test('every value and every name has its line', async (t) => {
  const root = parseJson('\n{ "a":\n[\r\n1,\n"\\n"], "b"\n: {} }', 7);
  t.match(root, {
    line: 8,
    fields: [
      { name: 'a', line: 8, value: { line: 9, items: [{ line: 10 }, { line: 11 }] } },
      { name: 'b', line: 11, value: { line: 12 } },
    ],
  });
});

t.test('neither depth nor length is its end', async (t) => {
  t.throws(() => parseJson('['.repeat(100_000)), { message: 'line 1: not JSON: nested too deep' });
  const long = '\\n'.repeat(4_000_000);
  t.match(parseJson(`"${long}"`), { value: '\n'.repeat(4_000_000) });
  t.throws(() => parseJson(`["${'\\'.repeat(1_000_000)}`), {
    message: /^line 1: not JSON: a value is missing, found "/,
  });
});
