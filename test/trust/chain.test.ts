import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import t from 'tap';
import { publicKeyInfo } from '../../src/crypto/key-pair.js';
import { signatureAlgorithmFor } from '../../src/crypto/signature.js';
import { makeCertificate } from '../../src/make/certificate.js';
import {
  authorityKeyIdExtension,
  basicConstraintsExtension,
  keyUsageExtension,
  subjectKeyIdExtension,
} from '../../src/make/extensions.js';
import { keyIdentifier } from '../../src/make/key-identifier.js';
import { parseDistinguishedName } from '../../src/spec/distinguished-name.js';
import { CertificatePool } from '../../src/trust/chain.js';
import { Certificate } from '../../src/x509/certificate.js';

const now = new Date('2026-11-23T12:00:00Z');
const keys = new Map<string, KeyObject>();

/** The key of this name, the same each time. */
function keyOf(name: string): KeyObject {
  let key = keys.get(name);
  if (key === undefined) {
    key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    keys.set(name, key);
  }
  return key;
}

interface Given {
  /** Whose key signs, where that is not the issuer's own. */
  readonly signedBy?: string;
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly usage?: Parameters<typeof keyUsageExtension>[0];
  /** The year it ends. */
  readonly until?: number;
  /** Whose key identifier the authority key identifier names. */
  readonly authority?: string;
}

/** `certificate('Leaf', 'Middle')`: Leaf's, issued by Middle. */
function certificate(subject: string, issuer: string, given: Given = {}): Certificate {
  const { signedBy = issuer, ca = subject !== 'Leaf', pathLength, usage, until = 2027, authority } = given;
  const key = keyOf(signedBy);
  const name = (text: string) => parseDistinguishedName(`CN=${text.replace(/\d$/, '')}`);
  const publicKey = publicKeyInfo(keyOf(subject));
  const idOf = (who: string) => keyIdentifier(publicKeyInfo(keyOf(who)));
  const extensions = [
    basicConstraintsExtension(ca, pathLength),
    subjectKeyIdExtension(idOf(subject)),
    ...(usage === undefined ? [] : [keyUsageExtension(usage)]),
    ...(authority === undefined ? [] : [authorityKeyIdExtension(idOf(authority))]),
  ];
  const period = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date(`${until}-01-01T00:00:00Z`) };
  const content = { issuer: name(issuer), subject: name(subject), publicKey, extensions, ...period };
  return new Certificate(
    makeCertificate(content, { key, algorithm: signatureAlgorithmFor(key), publicKey: createPublicKey(key) }),
  );
}

const leaf = certificate('Leaf', 'Middle');
const middle = certificate('Middle', 'Root');
const root = certificate('Root', 'Root');
/** The same root, vouched for by an older one. */
const crossed = certificate('Root', 'Elder');
const elder = certificate('Elder', 'Elder');

/** Bears the root's name, and is another's. */
const impostor = certificate('Root2', 'Root2');
const expired = certificate('Middle', 'Root', { until: 2025 });
const loopA = certificate('A', 'B');
const loopB = certificate('B', 'A');
const looped = certificate('Leaf', 'A');
const notCa = certificate('Middle', 'Root', { ca: false });
const noSigning = certificate('Middle', 'Root', { usage: ['digitalSignature'] });
const mayBeLast = certificate('Root', 'Root', { pathLength: 0 });
const wrongAuthority = certificate('Leaf', 'Middle', { authority: 'Elder' });

const names = new Map(
  Object.entries({
    leaf,
    middle,
    root,
    crossed,
    elder,
    impostor,
    expired,
    loopA,
    loopB,
    looped,
    notCa,
    noSigning,
    mayBeLast,
    wrongAuthority,
  }),
);
const nameOf = (certificate: Certificate): string | undefined =>
  [...names].find(([, each]) => Buffer.compare(each.der, certificate.der) === 0)?.[0];

interface Expected {
  readonly chain: readonly Certificate[];
  readonly end: string;
  readonly nearMiss?: RegExp;
}

const cases: [what: string, at: readonly Certificate[], trusted: readonly Certificate[], expected: Expected][] = [
  ['in order', [leaf, middle, root], [], { chain: [leaf, middle, root], end: 'self-signed' }],
  ['out of order', [root, leaf, middle], [], { chain: [leaf, middle, root], end: 'self-signed' }],
  ['without the root', [leaf, middle], [], { chain: [leaf, middle], end: 'missing' }],
  ['without the intermediate', [leaf, root], [], { chain: [leaf], end: 'missing' }],
  [
    'the shorter of two ways',
    [crossed, elder, leaf, middle, root],
    [],
    { chain: [leaf, middle, root], end: 'self-signed' },
  ],
  [
    'the longer one where only that is trusted',
    [crossed, leaf, middle, root],
    [elder],
    { chain: [leaf, middle, crossed, elder], end: 'trusted' },
  ],
  [
    'a cross-sign whose issuer is missing, where there is no root',
    [crossed, leaf, middle],
    [],
    { chain: [leaf, middle, crossed], end: 'missing' },
  ],
  ['an intermediate may be trusted', [leaf, middle], [middle], { chain: [leaf, middle], end: 'trusted' }],
  [
    'a trusted root need not be among the inputs',
    [leaf, middle],
    [root],
    { chain: [leaf, middle, root], end: 'trusted' },
  ],
  [
    'a root that is not the trusted one',
    [leaf, middle, root],
    [elder],
    { chain: [leaf, middle, root], end: 'missing' },
  ],
  [
    'the right one of two with one name',
    [leaf, middle, impostor, root],
    [],
    { chain: [leaf, middle, root], end: 'self-signed' },
  ],
  [
    'a name is not enough',
    [leaf, middle, impostor],
    [],
    { chain: [leaf, middle], end: 'missing', nearMiss: /its key did not make the signature/ },
  ],
  [
    'a valid intermediate before an expired one',
    [leaf, expired, middle],
    [],
    { chain: [leaf, middle], end: 'missing' },
  ],
  [
    'an expired intermediate before none',
    [leaf, expired, root],
    [],
    { chain: [leaf, expired, root], end: 'self-signed' },
  ],
  ['issuers in a circle', [looped, loopA, loopB], [], { chain: [looped, loopA, loopB], end: 'loop' }],
  ['no CA', [leaf, notCa, root], [], { chain: [leaf], end: 'missing', nearMiss: /it is no CA certificate/ }],
  [
    'a CA that may not sign',
    [leaf, noSigning],
    [],
    { chain: [leaf], end: 'missing', nearMiss: /key usage does not allow/ },
  ],
  [
    'a path length that is too short',
    [leaf, middle, mayBeLast],
    [],
    { chain: [leaf, middle], end: 'missing', nearMiss: /path length/ },
  ],
  [
    'another key identifier',
    [wrongAuthority, middle],
    [],
    { chain: [wrongAuthority], end: 'missing', nearMiss: /another key identifier/ },
  ],
  ['a leaf that signed itself', [root], [], { chain: [root], end: 'self-signed' }],
];

t.test('chains are built by name, key identifier and verified signature', async (t) => {
  for (const [what, at, trusted, expected] of cases) {
    const leaf = at.find((each) => each.subject.toString() === 'CN=Leaf') ?? (at[0] as Certificate);
    const chain = new CertificatePool(at, trusted).chainOf(leaf, now);
    t.same(chain.certificates.map(nameOf), expected.chain.map(nameOf), what);
    t.equal(chain.end, expected.end, `${what}: its end`);
    if (expected.nearMiss !== undefined) t.match(chain.nearMisses[0]?.reason, expected.nearMiss, `${what}: why`);
  }
});

t.test('a mesh of cross-signed CAs does not take forever', async (t) => {
  const levels = Array.from({ length: 12 }, (_, i) => `Level ${String.fromCharCode(65 + i)}`);
  const mesh = levels.flatMap((name, i) => levels.filter((_, j) => j !== i).map((issuer) => certificate(name, issuer)));
  const bottom = certificate('Leaf', 'Level A');
  const chain = new CertificatePool([...mesh, bottom]).chainOf(bottom, now);
  t.equal(chain.end, 'loop');
});
