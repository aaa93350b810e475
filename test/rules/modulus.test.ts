import { generatePrimeSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { readBlocklist } from '../../src/commands/csr-check/blocklist.js';
import { pointProblem } from '../../src/crypto/curve-point.js';
import { isCountry, likelyCountry } from '../../src/rules/countries.js';
import {
  bitBias,
  bitLength,
  closeFactors,
  hasRocaFingerprint,
  isPrimeModulus,
  modulusPattern,
  perfectPower,
  smallFactor,
  smallResidues,
} from '../../src/rules/modulus.js';
import { specialAddress } from '../../src/rules/special-addresses.js';
import { parseIpAddress } from '../../src/text/ip-address.js';
import { primeFrom } from '../support/request-builder.js';
import { fixture } from '../support/session.js';

/** A modulus that is on Debian's openssl-blacklist, as 8df20e6961a16398b85a. */
const listed =
  'D673252AF6723C3F72529403EAB7C30DEF3C52F97E799825F4A70191C616ADCF1ECE1113F1625971074C492C592025FDEADBDB146A081826BDF0D77C' +
  '3C913DCF1B6F0B3B78F5108D2E493AD0EEE8CA5C021711ADC13D358E61133870FCD19C8E5C22403959782AA82E72AEE53A3D491E3912CE27B27E1A85' +
  'EA69C19A527D28F7934C9823B7E56FDD657DAC83FDC65BB22A98D843DF73238919781B714C81A5E2AFEC71F5C54AA2A27C590AD94C03C1062D50EFCF' +
  'FAC743E3C8A3AE056846A1D756EB862BF4224169D467C35215ADE0AFCC11E85FE629AFB802C4786FF2E9C929BCCF502B3D3B8876C6A11785CC398B38' +
  '9F1D86BDD9CB0BD4EC13956EC3FA270D';

const p = generatePrimeSync(1024, { bigint: true });
const q = generatePrimeSync(1024, { bigint: true });
const n = p * q;

t.test('a sound modulus has none of the faults', (t) => {
  t.equal(bitLength(n), 2048);
  t.equal(smallFactor(n), undefined);
  t.equal(perfectPower(n), undefined);
  t.equal(isPrimeModulus(n), false);
  t.equal(closeFactors(n), undefined);
  t.equal(hasRocaFingerprint(n), false);
  t.equal(modulusPattern(n), undefined);
  t.equal(bitBias(n), undefined);
  t.end();
});

t.test('residues are those of long division', (t) => {
  const residues = smallResidues(n);
  t.equal(residues.size, 133);
  for (const [prime, residue] of residues) t.equal(BigInt(residue), n % BigInt(prime), String(prime));
  t.end();
});

t.test('small factors', (t) => {
  for (const factor of [2n, 3n, 5n, 7n, 11n, 547n, 743n, 751n]) t.equal(smallFactor(p * factor), Number(factor));
  for (const factor of [757n, 761n]) t.equal(smallFactor(p * factor), undefined);
  t.equal(smallFactor(751n), undefined, 'a prime is no factor of itself');
  t.end();
});

t.test('powers of every exponent a modulus can be of', (t) => {
  for (const k of [2, 3, 5, 7, 11, 13, 31, 61, 97, 127, 151, 199, 211]) {
    const bits = Math.floor(2048 / k);
    const base = bits < 16 ? primeFrom(757n) : generatePrimeSync(bits, { bigint: true });
    t.equal(perfectPower(base ** BigInt(k)), k, `a power of ${k}`);
    t.equal(perfectPower(base ** BigInt(k) + 2n), undefined, `two more than a power of ${k}`);
  }
  t.equal(perfectPower((p * 757n) ** 2n), 2, 'the square of a composite is a power too');
  t.end();
});

t.test("Fermat's method", (t) => {
  for (const bits of [2n, 100n, 400n, 500n, 512n]) {
    const close = primeFrom(p + (1n << bits));
    const { round = 0 } = closeFactors(p * close) ?? {};
    t.ok(round > 0 && round <= 100, `primes 2^${bits} apart, within 100 rounds`);
  }
  const further = primeFrom(p + (1n << 518n));
  const { round = 0 } = closeFactors(p * further) ?? {};
  t.ok(round > 110, 'beyond the 100 rounds that CAs must try, and the 110 of boulder');
  t.equal(closeFactors(p * p), undefined, 'a square is not for this method');
  t.end();
});

t.test('patterns', (t) => {
  const random = (digits: number) => randomBytes(digits / 2).toString('hex');
  const number = (hex: string) => BigInt(`0x${hex}`);
  t.equal(modulusPattern(number(`c1${random(100)}1${'00'.repeat(16)}1${random(100)}`)), 'a run of 16 times 0x00');
  t.equal(modulusPattern(number(`c1${random(100)}1${'00'.repeat(15)}1${random(100)}`)), undefined);
  t.match(modulusPattern(number(`c${random(32).slice(1)}`.repeat(16))), 'a block of 16 bytes that repeats');
  t.match(modulusPattern(number(`c${random(256).slice(1)}`.repeat(2))), 'a block of 128 bytes that repeats');
  const words = Array.from({ length: 64 }, () => (randomBytes(4).readUInt32BE() & 0xc00fffff) >>> 0);
  const inHex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  t.equal(modulusPattern(number(`c${inHex.slice(1)}`)), 'the same 10 bits zero in every word of 32');
  t.end();
});

t.test('points', (t) => {
  const generator = Buffer.from(
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  );
  const compressed = Buffer.concat([Buffer.of(3), generator.subarray(1, 33)]);
  t.equal(pointProblem(generator, 'P-256'), undefined);
  t.equal(pointProblem(compressed, 'P-256'), undefined);
  t.equal(pointProblem(generator, 'P-384'), 'a point that is not on P-384');
  t.equal(pointProblem(Buffer.of(0), 'P-256'), 'the point at infinity');
  t.equal(pointProblem(Buffer.alloc(0), 'P-256'), 'there is no point');
  t.equal(pointProblem(generator.subarray(0, 64), 'P-256'), 'a point that is not on P-256');
  t.equal(
    pointProblem(Buffer.concat([Buffer.of(5), generator.subarray(1)]), 'P-256'),
    'a point in the unknown form 0x05',
  );
  t.end();
});

t.test('block lists', (t) => {
  const modulus = Buffer.from(listed, 'hex');
  const list = readBlocklist(fixture('debian-weak-keys'));
  t.equal(list.hasModulus(modulus), true, 'by its hash');
  t.equal(list.hasModulus(Buffer.concat([modulus.subarray(0, -1), Buffer.of(1)])), false);
  t.equal(readBlocklist(fixture('debian-weak-keys/le64')).hasModulus(modulus), false, 'the keys alone do not hold it');
  const point = Buffer.concat([Buffer.of(4), randomBytes(64)]);
  const sec1 = `30770201010420${'00'.repeat(31)}01a00a06082a8648ce3d030107a144034200${point.toString('hex')}`;
  const pem = `-----BEGIN EC PRIVATE KEY-----\n${Buffer.from(sec1, 'hex').toString('base64')}\n-----END EC PRIVATE KEY-----\n`;
  const directory = t.testdir({ le64: { secp256r1: { '1.key': pem } }, 'README.md': 'weak keys', LICENSE: 'MIT' });
  t.equal(readBlocklist(directory).hasPoint(point), true, 'a key on a curve by its point');
  const compressed = Buffer.concat([Buffer.of(2), point.subarray(1, 33)]);
  t.equal(readBlocklist(directory).hasPoint(compressed), true, 'the same in its short form');
  t.throws(() => readBlocklist(t.testdir({ empty: '# nothing\n' })), { code: 'BLOCKLIST' });
  t.throws(() => readBlocklist(join(t.testdir({ bad: '123\n' }), 'bad')), {
    message: /bad: line 1: not 20 or 64 hex digits$/,
  });
  t.end();
});

t.test('addresses set aside', (t) => {
  const cases: [string, string | undefined][] = [
    ['10.1.2.3', 'private'],
    ['11.0.0.0', undefined],
    ['100.63.255.255', undefined],
    ['100.64.0.0', 'shared by carriers'],
    ['127.0.0.1', 'loopback'],
    ['172.15.255.255', undefined],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', undefined],
    ['192.0.2.1', 'for documentation'],
    ['198.19.255.255', 'for benchmarks'],
    ['198.20.0.0', undefined],
    ['223.255.255.255', undefined],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['8.8.8.8', undefined],
    ['::1', 'loopback'],
    ['2001:db8::1', 'for documentation'],
    ['2606:4700::1111', undefined],
    ['fd00::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['ff02::1', 'multicast'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['3fff::1', 'for documentation'],
    ['4000::1', undefined],
  ];
  for (const [address, use] of cases) {
    t.equal(specialAddress(parseIpAddress(address) ?? new Uint8Array())?.use, use, address);
  }
  t.end();
});

t.test('countries', (t) => {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  let count = 0;
  for (let i = 0; i < 26 * 26; i++) {
    const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26));
    if (isCountry(code) && code !== 'XX') count++;
    if (isCountry(code) && code !== 'XX') t.ok(names.of(code), `${code} is a country to others too`);
  }
  t.equal(count, 249);
  t.equal(likelyCountry('UK'), 'GB');
  t.equal(likelyCountry('hu'), 'HU');
  t.equal(likelyCountry('ZZ'), undefined);
  t.end();
});
