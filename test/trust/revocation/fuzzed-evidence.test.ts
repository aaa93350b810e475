import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t, { type Test } from 'tap';
import { attempt } from '../../../src/errors.js';
import { encodePem } from '../../../src/pem/encode.js';
import { judgeLists } from '../../../src/trust/revocation/judge-lists.js';
import { judgeResponse } from '../../../src/trust/revocation/judge-response.js';
import type { RevocationList } from '../../../src/trust/revocation/question.js';
import { StreamedList } from '../../../src/trust/revocation/streamed-list.js';
import { wholeList } from '../../../src/trust/revocation/whole-list.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { Crl } from '../../../src/x509/crl.js';
import { CrlEntryFilter } from '../../../src/x509/crl-entry-filter.js';
import { ExtensionOid } from '../../../src/x509/extension.js';
import { SerialSet } from '../../../src/x509/serial-set.js';
import { randomChoices } from '../../support/random.js';
import { type ListShape, makeList, makeResponse, type ResponseShape, scopeOf } from '../../support/revocation.js';
import { findProgram, run } from '../../support/session.js';
import { make, makeCa, newKey, oids, SERVER_AUTH } from '../../support/test-ca.js';
import { isWhole } from '../../support/whole.js';

/**
 * Lists and responses with faults thrown in, soundly signed, and with octets changed afterwards: none is a crash, each fault
 * is found, a list says the same read as a whole and as it comes, and nothing gives an answer that OpenSSL does not verify.
 */

const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130);
const rounds = Math.min(100_000, Number(process.env['PKIUTILS_FUZZ'] ?? (isWhole ? 20_000 : 2000)));
const { random, chance, pick } = randomChoices(seed);

const ca = makeCa('CA');
const leaf = make('leaf', ca);
const neighbour = make('neighbour', ca);
const strange = newKey();
const AT = Date.UTC(2026, 6, 1);

const question = {
  certificate: new Certificate(leaf.der),
  issuer: new Certificate(ca.der),
  signers: [],
  at: AT,
  maxAge: undefined,
};

const signer = (purpose: string, shape = {}, issuer = ca) =>
  make('Responder', issuer, { ...shape, extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(purpose) } } });
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';
const delegate = signer(OCSP_SIGNING);
const badSigners = [
  signer(SERVER_AUTH),
  signer(OCSP_SIGNING, { notAfter: '2026-06-30T00:00:00Z' }),
  signer(OCSP_SIGNING, {}, makeCa('CA')),
  leaf,
];
const unknown = { '1.2.3.4': { critical: true, value: Buffer.of(5, 0) } };
const harmless = { '1.2.3.4': { value: Buffer.of(5, 0) } };

/** Parts of a response or a list, and whether they leave nothing to rely on. */
type Oddities<Shape> = readonly (readonly [isFatal: boolean, make: () => Shape])[];

const responseOddities: Oddities<ResponseShape> = [
  [false, () => ({ hash: 'sha256' })],
  [false, () => ({ byKey: true })],
  [false, () => ({ signer: delegate })],
  [false, () => ({ signer: delegate, certificates: [neighbour, delegate, leaf] })],
  [false, () => ({ extensions: harmless })],
  [false, () => ({ nonce: Buffer.alloc(random(40), 7) })],
  [true, () => ({ about: neighbour })],
  [true, () => ({ signedBy: strange })],
  [true, () => ({ signer: pick(badSigners) })],
  [true, () => ({ signer: delegate, certificates: [neighbour] })],
  [true, () => ({ nextUpdate: pick(['2026-06-30T23:59:59Z', '2020-01-01T00:00:00Z']) })],
  [true, () => ({ thisUpdate: '2026-07-01T00:05:01Z' })],
  [true, () => ({ nextUpdate: null, thisUpdate: '2026-06-30T22:59:59Z' })],
  [true, () => ({ extensions: unknown })],
];

const listOddities: Oddities<ListShape> = [
  [false, () => ({ number: pick([null, 0, 255, 65_536]) })],
  [false, () => ({ scope: scopeOf({ users: true }) })],
  [false, () => ({ scope: scopeOf({ isIndirect: true }) })],
  [false, () => ({ extensions: harmless })],
  [true, () => ({ signedBy: strange })],
  [true, () => ({ nextUpdate: pick([null, '2026-06-30T23:59:59Z']) })],
  [true, () => ({ thisUpdate: '2026-07-01T00:05:01Z' })],
  [true, () => ({ scope: scopeOf({ names: ['http://ca.valami.hu/2.crl'] }) })],
  [true, () => ({ scope: scopeOf({ cas: true }) })],
  [true, () => ({ scope: scopeOf({ attributes: true }) })],
  [true, () => ({ base: 3 })],
  [true, () => ({ extensions: unknown })],
  [true, () => ({ entries: [{ of: neighbour, extensions: unknown }] })],
];

/** A shape of some parts, the later ones before the earlier, and whether one of those that count is fatal. */
function mixed<Shape extends object>(oddities: Oddities<Shape>): { shape: Partial<Shape>; isFatal: boolean } {
  const parts = Array.from({ length: random(3) }, () => pick(oddities)).map(([isFatal, made]) => ({
    isFatal,
    shape: made(),
  }));
  const [first, second] = parts;
  // Two that say something of one field would hide one another.
  const isClash = first && second && Object.keys(first.shape).some((key) => key in second.shape);
  const chosen = isClash ? [first] : parts;
  return {
    shape: Object.assign({}, ...chosen.map(({ shape }) => shape)),
    isFatal: chosen.some((each) => each.isFatal),
  };
}

/** The octets with a few of them changed, left out, or there twice. */
function mutated(octets: Buffer): Buffer {
  let all = octets;
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(all.length);
    const length = 1 + random(4);
    const changed = Buffer.from(all);
    changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
    all = pick([
      changed,
      Buffer.concat([all.subarray(0, at), all.subarray(at + length)]),
      Buffer.concat([all.subarray(0, at + length), all.subarray(at)]),
      Buffer.concat([all.subarray(0, at), Buffer.alloc(length, random(256)), all.subarray(at)]),
      all.subarray(0, at + 1),
    ]);
  }
  return all;
}

const openssl = findProgram('openssl');

/** OpenSSL's word on what gives an answer though its octets were changed. */
function checkBeside(t: Test, kind: 'crl' | 'ocsp', found: readonly Buffer[]): void {
  t.comment(`${found.length} of ${rounds} gave an answer after their octets were changed`);
  if (openssl === undefined) return;
  const cwd = t.testdir();
  for (const [name, { der }] of Object.entries({ ca, leaf })) {
    writeFileSync(join(cwd, `${name}.pem`), encodePem('CERTIFICATE', der));
  }
  const time = ['-attime', String(AT / 1000)];
  for (const octets of found) {
    writeFileSync(join(cwd, 'found.crl'), encodePem('X509 CRL', octets));
    writeFileSync(join(cwd, 'found.der'), octets);
    const args =
      kind === 'crl'
        ? ['crl', '-in', 'found.crl', '-noout', '-CAfile', 'ca.pem', ...time]
        : [
            'ocsp',
            '-respin',
            'found.der',
            '-issuer',
            'ca.pem',
            '-cert',
            'leaf.pem',
            '-no_nonce',
            '-CAfile',
            'ca.pem',
            ...time,
          ];
    const { stdout, stderr } = run('openssl', args, { cwd });
    // A response may come with certificates that nothing rests on; OpenSSL reads none where one of them is damaged.
    t.match(stdout + stderr, /verify OK|^Error parsing response/i, octets.toString('hex'));
  }
}

t.test('responses', async (t) => {
  const survivors: Buffer[] = [];
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const { shape, isFatal } = mixed(responseOddities);
    const status = pick(['good', { reason: 1 }, { reason: 6 }] as const);
    const der = makeResponse(ca, leaf, { status, ...shape });
    const answer = judgeResponse(question, { der, nonce: undefined });
    const state = 'code' in answer ? 'none' : answer.state;
    const word = status === 'good' ? 'good' : status.reason === 6 ? 'suspended' : 'revoked';
    if (state !== (isFatal ? 'none' : word)) wrong.push(`${state} for ${isFatal}, ${word}: ${der.toString('hex')}`);
    const damaged = mutated(der);
    if (damaged.equals(der)) continue;
    if (!('code' in judgeResponse(question, { der: damaged, nonce: undefined }))) survivors.push(damaged);
  }
  t.same(wrong, []);
  checkBeside(t, 'ocsp', survivors);
});

const listed = Array.from({ length: 5 }, (_, i) => ({ of: make(`other ${i}`, ca), reason: i }));

function asStreamed(der: Buffer): RevocationList {
  const streamed = new StreamedList(new CrlEntryFilter(new SerialSet([question.certificate.serial])), [
    question.issuer,
  ]);
  const size = 1 + random(400);
  for (let at = 0; at < der.length; at += size) streamed.push(der.subarray(at, at + size));
  return streamed.end();
}

/** The state of the leaf by a list: `none` where it does not tell, or is no list. */
function stateBy(read: () => RevocationList): string {
  const list = attempt(read);
  return (list && judgeLists(question, [list]).answer?.state) ?? 'none';
}

t.test('lists', async (t) => {
  const survivors: Buffer[] = [];
  const wrong: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const { shape, isFatal } = mixed(listOddities);
    const { reason } = pick<{ readonly reason?: number }>([{}, { reason: 1 }, { reason: 6 }]);
    const own = reason === undefined ? [] : [{ of: leaf, reason }];
    const others = listed.slice(0, random(listed.length + 1));
    const entries = [...(shape.entries ?? []), ...(chance(2) ? [...others, ...own] : [...own, ...others])];
    const der = makeList(ca, { ...shape, entries });
    const word = reason === undefined ? 'good' : reason === 6 ? 'suspended' : 'revoked';
    const states = [stateBy(() => wholeList(new Crl(der))), stateBy(() => asStreamed(der))];
    if (states.some((state) => state !== (isFatal ? 'none' : word))) {
      wrong.push(`${states} for ${isFatal}, ${word}: ${der.toString('hex')}`);
    }
    const damaged = mutated(der);
    if (damaged.equals(der)) continue;
    const [whole, streamed] = [stateBy(() => wholeList(new Crl(damaged))), stateBy(() => asStreamed(damaged))];
    if (whole !== streamed) wrong.push(`${whole} as a whole, ${streamed} as it comes: ${damaged.toString('hex')}`);
    if (whole !== 'none') survivors.push(damaged);
  }
  t.same(wrong, []);
  checkBeside(t, 'crl', survivors);
});
