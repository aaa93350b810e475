import { randomBytes } from 'node:crypto';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { LongBlock } from '../../src/pem/long-block.js';
import { randomChoices } from '../support/random.js';

/** One block that comes in pieces, wherever they are cut. */

const LABEL = 'X509 CRL';
const { random, pick } = randomChoices(20_261_130);

function decoded(text: string, cut: () => number): Buffer {
  const block = new LongBlock(LABEL);
  const octets: Buffer[] = [];
  const all = Buffer.from(text, 'latin1');
  for (let at = 0; at < all.length; ) {
    const end = at + cut();
    octets.push(Buffer.from(block.push(all.subarray(at, end))));
    at = end;
  }
  block.end();
  return Buffer.concat(octets);
}

t.test('octets come out as they went in', async (t) => {
  for (let round = 0; round < 500; round++) {
    const octets = randomBytes(1 + random(200));
    const pem = encodePem(LABEL, octets);
    const form = pick([pem, pem.replaceAll('\n', '\r\n'), pem.trimEnd(), `${pem}\n \n`, pem.replaceAll('\n', ' \t\n')]);
    const longest = pick([1, 3, 70, 1000]);
    const found = decoded(form, () => 1 + random(longest));
    if (!found.equals(octets)) t.fail(`${JSON.stringify(form)}: ${found.toString('hex')}`);
  }
});

t.test('what is damaged', async (t) => {
  const begin = '-----BEGIN X509 CRL-----\n';
  const end = '-----END X509 CRL-----\n';
  const cases: Readonly<Record<string, readonly [text: string, reason: RegExp]>> = {
    'no end': [`${begin}AAAA\n`, /it has no END line/],
    'half an end': [`${begin}AAAA\n${end.slice(0, 9)}`, /it has no END line/],
    'another end': [`${begin}AAAA\n-----END CERTIFICATE-----\n`, /it ends with another line than END/],
    'another block behind it': [`${begin}AAAA\n${end}${begin}AAAA\n${end}`, /more follows it/],
    'a character that is none': [`${begin}AA!A\n${end}`, /it is not base64/],
    base64url: [`${begin}AA_A\n${end}`, /it is not base64/],
    'characters left over': [`${begin}AAAAA\n${end}`, /its last characters are no group of four/],
    'padding too early': [`${begin}A===\n${end}`, /it is not base64/],
    'padding inside': [`${begin}AA=A\n${end}`, /it is not base64/],
    'more behind the padding': [`${begin}AA==AAAA\n${end}`, /it is not base64/],
    'padding too long': [`${begin}AA===\n${end}`, /it is not base64/],
  };
  for (const [name, [text, reason]] of Object.entries(cases)) {
    for (const size of [1, 2, 5, 1000]) {
      t.throws(() => decoded(text, () => size), { message: reason, code: 'PEM_DAMAGED' }, `${name}, ${size} at a time`);
    }
  }
});
