import t from 'tap';
import {
  messageOctets,
  nameOctets,
  Opcode,
  parseMessage,
  RecordClass,
  RecordType,
  readName,
  recordOctets,
  txtData,
  txtText,
} from '../../src/net/dns/message.js';
import { parseTsigKey, signMessage, type TsigKey, verifiedAnswer } from '../../src/net/dns/tsig.js';

/** DNS messages and their MACs, octet for octet as dig and BIND have them. */

const secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const key = parseTsigKey(`key "acme." { algorithm hmac-sha256; secret "${secret}"; };`, 'tsig.key');
const hex = (...parts: readonly string[]) => Buffer.from(parts.join(''), 'hex');

/** `dig +tcp +noedns -y hmac-sha256:acme.:… valami.hu SOA`, and what BIND 9.18 said to it. */
const time = 1_796_025_874_000;
const soaQuestion = ['0676616c616d69', '026875', '00', '00060001'];
const digTsig = [
  '0461636d6500',
  '00fa00ff00000000003d',
  '0b686d61632d73686132353600',
  '00006b0d2e12012c0020',
  'bc52dec4134bbf1aba752a905f36152d03c29a24a9bbb316efe8cacce839b251',
  '95a900000000',
];
const digMessage = hex('95a901200001000000000000', ...soaQuestion);
const digQuery = hex('95a901200001000000000001', ...soaQuestion, ...digTsig);
const digMac = digTsig[4] ?? '';
const bindAnswer = hex(
  '95a985000001000100000001',
  ...soaQuestion,
  'c00c000600010000003c0020026e73c00c04726f6f74c00c000000010000003c0000003c0000003c0000003c',
  '0461636d650000fa00ff00000000003d0b686d61632d7368613235360000006b0d2e12012c0020',
  'df802de472a77c3a38c0cbcdebc048749217690b9f89db77d8d0652eb01c76e8',
  '95a900000000',
);

t.test('a question as dig signs it', async (t) => {
  const signed = signMessage(digMessage, key, time);
  t.equal(signed.octets.toString('hex'), digQuery.toString('hex'));
  t.equal(signed.mac.toString('hex'), digMac);
});

t.test('an answer as BIND signs it', async (t) => {
  const { id, isResponse, code, answers } = verifiedAnswer(bindAnswer, key, hex(digMac), time + 299_000);
  t.same([id, isResponse, code], [0x95a9, true, 0]);
  t.match(answers, [{ name: 'valami.hu', type: RecordType.soa, class: RecordClass.internet, ttl: 60 }]);
  t.equal(readName(bindAnswer, answers[0]?.dataStart ?? 0).name, 'ns.valami.hu');
});

/** The answer with an octet changed. */
const changed = (at: number): Buffer => {
  const octets = Buffer.from(bindAnswer);
  octets.writeUInt8(octets.readUInt8(at) ^ 1, at);
  return octets;
};

t.test('answers that are not believed', async (t) => {
  const badKey = hex(
    '1f1081090001000000000001',
    ...soaQuestion,
    '0461636d650000fa00ff00000000001d0b686d61632d7368613235360000006b0d2e12012c00001f1000110000',
  );
  const unsigned = hex('95a985000001000000000000', ...soaQuestion);
  const other: TsigKey = { ...key, name: 'other' };
  const rows: readonly (readonly [what: string, octets: Buffer, expected: string, by?: TsigKey, at?: number])[] = [
    ['no MAC', unsigned, 'the answer is not signed'],
    ['another secret', bindAnswer, "the answer's MAC is wrong", { ...key, secret: Buffer.from('x') }],
    ['another key', bindAnswer, 'the answer is signed with another key', other],
    ['another algorithm', bindAnswer, 'the answer is signed with another key', { ...key, algorithm: 'hmac-sha512' }],
    ['a flag changed', changed(3), "the answer's MAC is wrong"],
    ['a number changed', changed(60), "the answer's MAC is wrong"],
    ['the MAC changed', changed(bindAnswer.length - 10), "the answer's MAC is wrong"],
    ['a late one', bindAnswer, 'the answer was signed at another time: a clock is wrong', key, time + 301_000],
    ['an early one', bindAnswer, 'the answer was signed at another time: a clock is wrong', key, time - 301_000],
    ['the server knows no such key', badKey, 'the server does not know the TSIG key'],
  ];
  for (const [what, octets, message, by = key, at = time] of rows) {
    t.throws(() => verifiedAnswer(octets, by, hex(digMac), at), { code: 'TSIG', message }, what);
  }
  t.throws(
    () => verifiedAnswer(bindAnswer, key, hex('00'), time),
    { message: "the answer's MAC is wrong" },
    'to another',
  );
});

t.test('keys as tsig-keygen, named.conf and nsupdate have them', async (t) => {
  const texts = [
    `key "acme." {\n\talgorithm hmac-sha512;\n\tsecret "${secret}";\n};\n`,
    `# a comment\nkey acme. { secret ${secret}; algorithm "HMAC-SHA512"; }; // another\n`,
    `hmac-sha512:acme.:${secret}\n`,
  ];
  for (const text of texts) {
    const { name, algorithm, hash, secret } = parseTsigKey(text, 'f');
    t.same(
      [name, algorithm, hash, secret.toString()],
      ['acme.', 'hmac-sha512', 'sha512', '0123456789abcdef'.repeat(2)],
    );
  }
  t.equal(parseTsigKey(`acme:${secret}`, 'f').algorithm, 'hmac-sha256');
  for (const text of ['', 'key "a" { algorithm hmac-sha256; };', '<html>']) {
    t.throws(() => parseTsigKey(text, 'f'), { code: 'TSIG_KEY', source: 'f', message: 'this is no TSIG key' });
  }
  const old = `hmac-md5:acme:${secret}`;
  t.throws(() => parseTsigKey(old, 'f'), { message: 'TSIG algorithm hmac-md5 is not known here' });
});

t.test('a query and an update', async (t) => {
  const question = { name: 'Valami.hu.', type: RecordType.soa };
  t.equal(
    messageOctets(0x95a9, Opcode.query, question, []).toString('hex'),
    hex('95a900000001000000000000', ...soaQuestion).toString('hex'),
  );
  const record = recordOctets('_acme-challenge.valami.hu', RecordType.txt, RecordClass.internet, 60, txtData('ab'));
  t.equal(
    messageOctets(1, Opcode.update, question, [record]).toString('hex'),
    hex(
      '000128000001000000010000',
      ...soaQuestion,
      '0f5f61636d652d6368616c6c656e676500'.slice(0, -2),
      '0676616c616d6902687500001000010000003c0003026162',
    ).toString('hex'),
    'RFC 2136 2: the record is in the update section',
  );
});

t.test('texts longer than a character string', async (t) => {
  for (const length of [0, 1, 255, 256, 510, 600]) {
    const text = 'x'.repeat(length);
    const data = txtData(text);
    t.equal(data.length, length + Math.max(1, Math.ceil(length / 255)));
    t.equal(txtText(data), text, `${length} octets`);
  }
});

t.test('names', async (t) => {
  t.equal(nameOctets('A.hu.').toString('hex'), '016102687500');
  t.equal(nameOctets('').toString('hex'), '00');
  t.throws(() => nameOctets('x'.repeat(64)), RangeError);
  t.throws(() => nameOctets('a.'.repeat(128)), RangeError);
  const octets = hex('026875', '00', '0161', 'c000', '0162', 'c004');
  t.same(readName(octets, 8), { name: 'b.a.hu', end: 12 }, 'a pointer to a pointer (RFC 1035 4.1.4)');
});

t.test('names and messages that are none', async (t) => {
  const rows: readonly (readonly [what: string, octets: Buffer, start: number])[] = [
    ['a pointer to itself', hex('c000'), 0],
    ['a pointer ahead', hex('c00200'), 0],
    ['a ring with a label in it', hex('0161', 'c000'), 0],
    ['two pointers in a ring', hex('c002c000'), 2],
    ['half a pointer', hex('c0'), 0],
    ['a label of an unknown kind', hex('40'), 0],
    ['a label that ends early', hex('0561'), 0],
    ['no end', hex('0161'), 0],
    ['nothing', hex(''), 0],
    ['too many labels', Buffer.concat([Buffer.from('\x01a'.repeat(128), 'latin1'), Buffer.of(0)]), 0],
  ];
  for (const [what, octets, start] of rows) t.throws(() => readName(octets, start), RangeError, what);
  // It ends early wherever it is cut, and never otherwise than so.
  for (let length = 0; length < bindAnswer.length; length++) {
    t.throws(
      () => verifiedAnswer(bindAnswer.subarray(0, length), key, hex(digMac), time),
      RangeError,
      `cut at ${length}`,
    );
  }
  const manyRecords = Buffer.from(bindAnswer);
  manyRecords.writeUInt16BE(0xffff, 6);
  t.throws(() => parseMessage(manyRecords), RangeError, 'more records are promised than there are');
  const longRecord = Buffer.from(bindAnswer);
  longRecord.writeUInt16BE(0xffff, 37);
  t.throws(() => parseMessage(longRecord), RangeError, 'a record that ends behind the message');
});
