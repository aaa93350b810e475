import t from 'tap';
import { Tag } from '../../../src/der/tag.js';
import { judgeLists } from '../../../src/trust/revocation/judge-lists.js';
import type { RevocationList } from '../../../src/trust/revocation/question.js';
import { StreamedList } from '../../../src/trust/revocation/streamed-list.js';
import { wholeList } from '../../../src/trust/revocation/whole-list.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { Crl } from '../../../src/x509/crl.js';
import { CrlEntryFilter } from '../../../src/x509/crl-entry-filter.js';
import { ExtensionOid } from '../../../src/x509/extension.js';
import { SerialSet } from '../../../src/x509/serial-set.js';
import { type EntryShape, makeList, pointsOf, type ScopeShape, scopeOf } from '../../support/revocation.js';
import { DIGITAL_SIGNATURE, type Made, make, makeCa, namedBits, newKey, type Shape } from '../../support/test-ca.js';

/** The status of a certificate by lists, each list also read piece by piece. */

const root = makeCa('Root');
const ca = makeCa('CA', root);
const other = makeCa('Other CA', root);
const stranger = makeCa('Stranger');
const lister = make('Lister', root, { extensions: { [ExtensionOid.keyUsage]: { value: namedBits(0, 6) } } });
const noLister = make('No lister', root);
const noCrlCa = makeCa('Plain CA', root, {
  extensions: { [ExtensionOid.keyUsage]: { critical: true, value: namedBits(DIGITAL_SIGNATURE, 5) } },
});
const oldCa = makeCa('Old CA', root, { notBefore: '2024-01-01T00:00:00Z', notAfter: '2025-01-01T00:00:00Z' });

const HERE = 'http://ca.valami.hu/1.crl';
const ELSEWHERE = 'http://ca.valami.hu/2.crl';

const leaf = make('leaf', ca, { extensions: { [ExtensionOid.crlDistributionPoints]: pointsOf({ names: [HERE] }) } });
const neighbour = make('neighbour', ca);
const unknown = { critical: true, value: Buffer.of(5, 0) };

const asStreamed = (der: Buffer, serial: string, signers: readonly Made[], size: number): RevocationList => {
  const streamed = new StreamedList(
    new CrlEntryFilter(new SerialSet([serial])),
    signers.map((each) => new Certificate(each.der)),
  );
  for (let at = 0; at < der.length; at += size) streamed.push(der.subarray(at, at + size));
  return streamed.end();
};

interface Given {
  readonly certificate?: Made;
  readonly issuer?: Made;
  readonly maxAge?: number;
  /** Certificates at hand beside the issuer's. */
  readonly signers?: readonly Made[];
}

/** `good`, `revoked keyCompromise 2026-05-01`, or the codes of what keeps the lists from telling. */
function statusBy(
  lists: readonly Buffer[],
  { certificate = leaf, issuer = ca, maxAge, signers = [root] }: Given,
): string[] {
  const asked = new Certificate(certificate.der);
  const question = {
    certificate: asked,
    issuer: new Certificate(issuer.der),
    signers: signers.map(({ der }) => new Certificate(der)),
    at: Date.UTC(2026, 6, 1),
    maxAge,
  };
  const ways = [
    lists.map((der) => wholeList(new Crl(der))),
    ...[1, 7, 64, 100_000].map((size) => lists.map((der) => asStreamed(der, asked.serial, [issuer, ...signers], size))),
  ];
  return ways.map((way) => {
    const { answer, flaws } = judgeLists(question, way);
    if (answer === undefined) return flaws.map(({ problem }) => problem.code).join(' ');
    const { state, reason, since } = answer;
    return [
      state,
      ...(reason === null ? [] : [reason]),
      ...(since === null ? [] : [new Date(since).toISOString().slice(0, 10)]),
    ].join(' ');
  });
}

const scoped = (scope: ScopeShape, entries: readonly Made[] = []): Buffer =>
  makeList(ca, { scope: scopeOf(scope), entries: entries.map((of) => ({ of })) });

const indirect = (...entries: readonly EntryShape[]): Buffer =>
  makeList(lister, { scope: scopeOf({ isIndirect: true }), entries });

const listed: Shape = {
  extensions: { [ExtensionOid.crlDistributionPoints]: pointsOf({ names: [HERE], issuer: lister.name }) },
};
const delegated = make('delegated', ca, listed);

const padded = ({ der }: Made): Buffer => Buffer.concat([Buffer.alloc(3), new Certificate(der).serialBytes]);
const number = (tag: number) => ({ value: Buffer.of(tag, 1, 1) });

const base = makeList(ca, { entries: [{ of: leaf, reason: 6 }] });
const emptyBase = makeList(ca);

const cells: readonly (readonly [what: string, lists: readonly Buffer[], expected: string, given?: Given])[] = [
  ['not on the list', [makeList(ca)], 'good'],
  ['among others', [makeList(ca, { entries: [{ of: neighbour }] })], 'good'],
  ['on the list', [makeList(ca, { entries: [{ of: neighbour }, { of: leaf }] })], 'revoked 2026-05-01'],
  ['with a reason', [makeList(ca, { entries: [{ of: leaf, reason: 1 }] })], 'revoked keyCompromise 2026-05-01'],
  ['on hold', [base], 'suspended certificateHold 2026-05-01'],
  ['with a reason nobody knows', [makeList(ca, { entries: [{ of: leaf, reason: 7 }] })], 'revoked 7 2026-05-01'],
  [
    'on hold, and revoked further down',
    [
      makeList(ca, {
        entries: [
          { of: leaf, reason: 6 },
          { of: leaf, reason: 4 },
        ],
      }),
    ],
    'revoked superseded 2026-05-01',
  ],
  ['taken off a complete list', [makeList(ca, { entries: [{ of: leaf, reason: 8 }] })], 'crl_malformed'],

  ['out of date', [makeList(ca, { nextUpdate: '2026-06-30T23:59:59Z' })], 'crl_expired'],
  [
    'out of date, and another that is not',
    [makeList(ca, { nextUpdate: '2026-06-30T23:59:59Z' }), makeList(ca)],
    'good',
  ],
  ['not in force yet', [makeList(ca, { thisUpdate: '2026-07-01T00:06:00Z' })], 'crl_not_yet_valid'],
  ['of a clock that goes before', [makeList(ca, { thisUpdate: '2026-07-01T00:04:00Z' })], 'good'],
  ['without a next update', [makeList(ca, { nextUpdate: null })], 'crl_no_next_update'],
  [
    'without a next update, within --max-age',
    [makeList(ca, { nextUpdate: null })],
    'good',
    { maxAge: 31 * 86_400_000 },
  ],
  ['older than --max-age', [makeList(ca)], 'crl_too_old', { maxAge: 29 * 86_400_000 }],

  ['of another issuer', [makeList(other)], 'crl_issuer'],
  ['signed with another key', [makeList(ca, { signedBy: newKey() })], 'crl_signature'],
  [
    'forged, and a true one that names it',
    [makeList(ca, { signedBy: newKey() }), base],
    'suspended certificateHold 2026-05-01',
  ],
  ['of a CA without cRLSign', [makeList(noCrlCa)], 'crl_usage', { certificate: make('a', noCrlCa), issuer: noCrlCa }],
  ['of a CA that has expired', [makeList(oldCa)], 'crl_signer', { certificate: make('a', oldCa), issuer: oldCa }],
  ['a critical extension nothing knows', [makeList(ca, { extensions: { '1.2.3.4': unknown } })], 'crl_critical'],
  [
    'a critical extension nothing knows in an entry of another',
    [makeList(ca, { entries: [{ of: neighbour, extensions: { '1.2.3.4': unknown } }] })],
    'crl_entry_critical',
  ],
  [
    'an extension nothing knows in an entry',
    [makeList(ca, { entries: [{ of: leaf, reason: 1, extensions: { '1.2.3.4': { value: Buffer.of(5, 0) } } }] })],
    'revoked keyCompromise 2026-05-01',
  ],
  ['no list', [], ''],

  ['the shard of its distribution point', [scoped({ names: [HERE] })], 'good'],
  ['another shard', [scoped({ names: [ELSEWHERE] })], 'crl_scope'],
  ['both shards', [scoped({ names: [ELSEWHERE] }), scoped({ names: [HERE] }, [leaf])], 'revoked 2026-05-01'],
  ['for end entities', [scoped({ users: true })], 'good'],
  ['for CAs', [scoped({ cas: true })], 'crl_scope'],
  ['for attribute certificates', [scoped({ attributes: true })], 'crl_scope'],
  [
    'for end entities, and it is a CA',
    [makeList(root, { scope: scopeOf({ users: true }) })],
    'crl_scope',
    { certificate: ca, issuer: root },
  ],
  [
    'for CAs, and it is one',
    [makeList(root, { scope: scopeOf({ cas: true }) })],
    'good',
    { certificate: ca, issuer: root },
  ],
  ['for some reasons', [scoped({ reasons: [1, 2] })], 'crl_reasons'],
  ['for some reasons, of which it has one', [scoped({ reasons: [1, 2] }, [leaf])], 'revoked 2026-05-01'],
  ['for all reasons together', [scoped({ reasons: [1, 2] }), scoped({ reasons: [3, 4, 5, 6, 7, 8] })], 'good'],

  ['an indirect list of its own issuer', [makeList(ca, { scope: scopeOf({ isIndirect: true }) })], 'good'],
  [
    'an indirect list with its number for another issuer',
    [makeList(ca, { scope: scopeOf({ isIndirect: true }), entries: [{ of: leaf, issuer: other.name }] })],
    'good',
  ],
  [
    'an indirect list that goes back to its issuer',
    [
      makeList(ca, {
        scope: scopeOf({ isIndirect: true }),
        entries: [{ of: neighbour, issuer: other.name }, { of: Buffer.of(1), issuer: ca.name }, { of: leaf }],
      }),
    ],
    'revoked 2026-05-01',
  ],
  [
    'a list of another issuer it names',
    [indirect({ of: neighbour, issuer: ca.name }, { of: delegated, reason: 1 })],
    'revoked keyCompromise 2026-05-01',
    { certificate: delegated, signers: [root, lister] },
  ],
  [
    'a list of another issuer it names, with its number for others',
    [indirect({ of: delegated })],
    'good',
    { certificate: delegated, signers: [root, lister] },
  ],
  [
    'a list of another issuer it names that is not indirect',
    [makeList(lister)],
    'crl_scope',
    { certificate: delegated, signers: [root, lister] },
  ],
  [
    'a list of another issuer it names, whose certificate is missing',
    [indirect()],
    'crl_signer',
    { certificate: delegated, signers: [root] },
  ],
  [
    'a list of an issuer of that name from elsewhere',
    [makeList({ ...stranger, name: lister.name }, { scope: scopeOf({ isIndirect: true }) })],
    'crl_signer',
    { certificate: delegated, signers: [root, make('', stranger, { name: lister.name, key: stranger.key })] },
  ],
  [
    'a list of an issuer it names that may not sign lists',
    [makeList(noLister, { scope: scopeOf({ isIndirect: true }) })],
    'crl_usage',
    {
      certificate: make('b', ca, {
        extensions: { [ExtensionOid.crlDistributionPoints]: pointsOf({ names: [HERE], issuer: noLister.name }) },
      }),
      signers: [root, noLister],
    },
  ],

  ['a delta alone', [makeList(ca, { base: 5, number: 6 })], 'crl_delta_alone'],
  [
    'a delta that takes it off',
    [base, makeList(ca, { base: 5, number: 6, entries: [{ of: leaf, reason: 8 }] })],
    'good',
  ],
  ['a delta that leaves it on', [makeList(ca, { base: 5, number: 6 }), base], 'suspended certificateHold 2026-05-01'],
  [
    'a delta that revokes it',
    [emptyBase, makeList(ca, { base: 4, number: 7, entries: [{ of: leaf, reason: 1 }] })],
    'revoked keyCompromise 2026-05-01',
  ],
  [
    'a delta to a later list',
    [base, makeList(ca, { base: 6, number: 7, entries: [{ of: leaf, reason: 8 }] })],
    'suspended certificateHold 2026-05-01',
  ],
  [
    'a delta older than the list',
    [base, makeList(ca, { base: 3, number: 4, entries: [{ of: leaf, reason: 8 }] })],
    'suspended certificateHold 2026-05-01',
  ],
  [
    'a delta that is out of date',
    [base, makeList(ca, { base: 5, number: 6, nextUpdate: '2026-06-02T00:00:00Z' })],
    'suspended certificateHold 2026-05-01',
  ],
  [
    'of two deltas the newer one',
    [
      base,
      makeList(ca, { base: 5, number: 8, entries: [{ of: leaf, reason: 8 }] }),
      makeList(ca, { base: 5, number: 7, entries: [{ of: leaf, reason: 1 }] }),
    ],
    'good',
  ],
  [
    'a delta of another scope',
    [base, makeList(ca, { base: 5, number: 6, scope: scopeOf({ users: true }), entries: [{ of: leaf, reason: 8 }] })],
    'suspended certificateHold 2026-05-01',
  ],
  // OpenSSL reads no list with one such entry, whosever it is.
  ...(
    [
      ['a padded serial number', { of: padded(leaf) }],
      ['a padded serial number of another', { of: padded(neighbour) }],
      ['an empty serial number', { of: Buffer.alloc(0) }],
      [
        'a reason that is an INTEGER',
        { of: neighbour, extensions: { [ExtensionOid.reasonCode]: number(Tag.integer) } },
      ],
      ['two reasons', { of: neighbour, reason: 1, more: [[ExtensionOid.reasonCode, number(Tag.enumerated)]] }],
      [
        'an issuer that is no name',
        { of: neighbour, extensions: { [ExtensionOid.certificateIssuer]: number(Tag.integer) } },
      ],
    ] as const
  ).map(([what, entry]) => [what, [makeList(ca, { entries: [entry] })], 'crl_malformed'] as const),
];

for (const [what, lists, expected, given = {}] of cells) {
  t.same(new Set(statusBy(lists, given)), new Set([expected]), what);
}

t.test('what is no list', async (t) => {
  const der = makeList(ca, { entries: [{ of: leaf }, { of: neighbour }] });
  const read = (octets: Buffer) => asStreamed(octets, '01', [ca], 11);
  t.throws(() => read(der.subarray(0, 100)), /the list ends early, after 100 bytes/);
  t.throws(() => read(leaf.der), { code: 'DER_TAG' });
  t.throws(() => read(Buffer.from('<html>')), /expected CertificateList/);
  const broken = Buffer.from(der);
  broken[der.indexOf(new Certificate(leaf.der).serialBytes) - 2] = 0x04;
  t.throws(() => read(broken), /userCertificate/);
  const longer = Buffer.concat([der, Buffer.of(0)]);
  t.equal(read(longer).verdictOf(new Certificate(ca.der)), 'bad', 'octets nothing signs');
});
