import t from 'tap';
import { ocspRequest } from '../../../src/trust/revocation/certificate-id.js';
import { judgeResponse } from '../../../src/trust/revocation/judge-response.js';
import { wholeList } from '../../../src/trust/revocation/whole-list.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { Crl } from '../../../src/x509/crl.js';
import { ExtensionOid } from '../../../src/x509/extension.js';
import { makeList, makeRefusal, makeResponse, type ResponseShape } from '../../support/revocation.js';
import { make, makeCa, newKey, oids, SERVER_AUTH, type Shape } from '../../support/test-ca.js';

/** The status of a certificate by an OCSP response. */

const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

const ca = makeCa('CA');
const otherCa = makeCa('Other CA');
const leaf = make('leaf', ca);
const neighbour = make('neighbour', ca);

const delegate = (purpose: string, shape: Shape = {}, issuer = ca) =>
  make('Responder', issuer, { ...shape, extensions: { [ExtensionOid.extendedKeyUsage]: { value: oids(purpose) } } });
const responder = delegate(OCSP_SIGNING);
const nonce = Buffer.alloc(32, 7);

interface Given {
  readonly nonce?: Buffer;
  readonly maxAge?: number;
}

function statusBy(der: Buffer, { nonce, maxAge }: Given = {}): string {
  const question = {
    certificate: new Certificate(leaf.der),
    issuer: new Certificate(ca.der),
    signers: [],
    at: Date.UTC(2026, 6, 1),
    maxAge,
  };
  const answer = judgeResponse(question, { der, nonce });
  return 'code' in answer ? answer.code : [answer.state, ...(answer.reason === null ? [] : [answer.reason])].join(' ');
}

const cells: readonly (readonly [what: string, shape: ResponseShape, expected: string, given?: Given])[] = [
  ['good', {}, 'good'],
  ['good, named by SHA-256', { hash: 'sha256' }, 'good'],
  ['good, the signer named by its key', { byKey: true }, 'good'],
  ['revoked', { status: {} }, 'revoked'],
  ['revoked for a reason', { status: { reason: 1 } }, 'revoked keyCompromise'],
  ['on hold', { status: { reason: 6 } }, 'suspended certificateHold'],
  ['not known', { status: 'unknown' }, 'ocsp_unknown'],
  ['of another certificate', { about: neighbour }, 'ocsp_other'],

  ['out of date', { nextUpdate: '2026-06-30T23:59:59Z' }, 'ocsp_expired'],
  ['not in force yet', { thisUpdate: '2026-07-01T00:06:00Z' }, 'ocsp_not_yet_valid'],
  ['made in the future', { producedAt: '2026-07-01T00:06:00Z' }, 'ocsp_not_yet_valid'],
  ['without a next update', { nextUpdate: null }, 'ocsp_no_next_update'],
  ['without a next update, just made', { nextUpdate: null, thisUpdate: '2026-06-30T23:30:00Z' }, 'good'],
  ['without a next update, within --max-age', { nextUpdate: null }, 'good', { maxAge: 31 * 86_400_000 }],
  ['older than --max-age', {}, 'ocsp_too_old', { maxAge: 3_600_000 }],

  ['a delegate', { signer: responder }, 'good'],
  ['a delegate named by its key', { signer: responder, byKey: true }, 'good'],
  ['a delegate, and others sent along', { signer: responder, certificates: [neighbour, responder, otherCa] }, 'good'],
  ['a delegate that is not sent along', { signer: responder, certificates: [] }, 'ocsp_signer'],
  ['a delegate for something else', { signer: delegate(SERVER_AUTH) }, 'ocsp_signer'],
  ['a delegate for any purpose', { signer: delegate('2.5.29.37.0') }, 'ocsp_signer'],
  ['a delegate of another CA', { signer: delegate(OCSP_SIGNING, {}, otherCa) }, 'ocsp_signer'],
  [
    "a delegate of another CA of this one's name",
    { signer: delegate(OCSP_SIGNING, { signedBy: newKey() }) },
    'ocsp_signer',
  ],
  [
    'a delegate that has expired',
    { signer: delegate(OCSP_SIGNING, { notAfter: '2026-06-30T00:00:00Z' }) },
    'ocsp_signer',
  ],
  ['a forged signature', { signedBy: newKey() }, 'ocsp_signature'],
  ["a delegate's forged signature", { signer: responder, signedBy: newKey() }, 'ocsp_signature'],
  ['the leaf itself', { signer: leaf }, 'ocsp_signer'],

  ['the nonce', { nonce }, 'good', { nonce }],
  ['another nonce', { nonce: Buffer.alloc(32, 8) }, 'ocsp_nonce', { nonce }],
  ['no nonce', {}, 'ocsp_nonce', { nonce }],
  ['a nonce nobody asked for', { nonce }, 'good'],
  [
    'a critical extension nothing knows',
    { extensions: { '1.2.3.4': { critical: true, value: Buffer.of(5, 0) } } },
    'ocsp_critical',
  ],
];

for (const [what, shape, expected, given] of cells) {
  t.equal(statusBy(makeResponse(ca, leaf, shape), given), expected, what);
}

t.test('a delegate that is revoked itself', async (t) => {
  const question = {
    certificate: new Certificate(leaf.der),
    issuer: new Certificate(ca.der),
    signers: [],
    at: Date.UTC(2026, 6, 1),
    maxAge: undefined,
  };
  const purpose = { [ExtensionOid.extendedKeyUsage]: { value: oids(OCSP_SIGNING) } };
  const noCheck = { ...purpose, '1.3.6.1.5.5.7.48.1.5': { value: Buffer.of(5, 0) } };
  for (const [extensions, reason, expected] of [
    [purpose, undefined, 'good'],
    [purpose, 1, 'the response is signed by CN=Responder, which is revoked'],
    [purpose, 6, 'the response is signed by CN=Responder, which is suspended'],
    [noCheck, 1, 'good'],
  ] as const) {
    const signer = make('Responder', ca, { extensions });
    const entries = reason === undefined ? [{ of: neighbour }] : [{ of: signer, reason }];
    const lists = [wholeList(new Crl(makeList(ca, { entries })))];
    const answer = judgeResponse(question, { der: makeResponse(ca, leaf, { signer }), nonce: undefined, lists });
    t.equal('code' in answer ? answer.message : answer.state, expected);
  }
});

for (const [status, expected] of [
  [0, 'ocsp_malformed'],
  [1, 'ocsp_malformedRequest'],
  [2, 'ocsp_internalError'],
  [3, 'ocsp_tryLater'],
  [4, 'ocsp_4'],
  [5, 'ocsp_sigRequired'],
  [6, 'ocsp_unauthorized'],
] as const) {
  t.equal(statusBy(makeRefusal(status)), expected, `status ${status}`);
}

t.test('what is no response', async (t) => {
  const der = makeResponse(ca, leaf);
  t.equal(statusBy(Buffer.from('<html>')), 'ocsp_malformed');
  t.equal(statusBy(Buffer.alloc(0)), 'ocsp_malformed');
  t.equal(statusBy(Buffer.concat([der, Buffer.of(0)])), 'ocsp_malformed');
  for (let length = 0; length < der.length; length += 13) {
    t.equal(statusBy(der.subarray(0, length)), 'ocsp_malformed', `${length} octets of it`);
  }
});

t.test('every octet of a response counts', async (t) => {
  const der = makeResponse(ca, leaf);
  const good: number[] = [];
  for (let i = 0; i < der.length; i++) {
    const changed = Buffer.from(der);
    changed[i] = (changed[i] ?? 0) ^ 0x55;
    if (statusBy(changed) === 'good') good.push(i);
  }
  t.same(good, []);
});

t.test('requests', async (t) => {
  const pair = { certificate: new Certificate(leaf.der), issuer: new Certificate(ca.der) };
  t.equal(ocspRequest(pair, 'sha1', undefined).length < ocspRequest(pair, 'sha256', undefined).length, true);
  t.ok(ocspRequest(pair, 'sha256', nonce).includes(nonce));
});
