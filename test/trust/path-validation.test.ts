import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import t from 'tap';
import { element, integer, octetString, sequence } from '../../src/der/writer.js';
import { CertificateStore } from '../../src/trust/certificate-store.js';
import { parsePeerName } from '../../src/trust/peer-names.js';
import type { Requirements } from '../../src/trust/requirements.js';
import { revocationCheck } from '../../src/trust/revocation.js';
import { PathVerifier, type Verification } from '../../src/trust/verify.js';
import { Crl } from '../../src/x509/crl.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import {
  altNames,
  basicConstraints,
  CLIENT_AUTH,
  CRL_SIGN,
  commonName,
  DIGITAL_SIGNATURE,
  distinguishedName,
  EMAIL_PROTECTION,
  type ExtensionShape,
  generalName,
  ipRange,
  KEY_CERT_SIGN,
  keyIdOf,
  type Made,
  make,
  makeCa,
  makeCrl,
  nameConstraints,
  namedBits,
  newKey,
  oids,
  policies,
  policyMappings,
  SERVER_AUTH,
  type Shape,
} from '../support/test-ca.js';

/** Each case breaks one rule of path validation and keeps all others: without the fault every path here is valid. */

const HOST = 'mail.valami.hu';
const NOW = Date.parse('2026-06-15T12:00:00Z');

interface Given {
  readonly root?: Shape;
  readonly middle?: Shape;
  readonly leaf?: Shape;
  /** Its common name. */
  readonly subject?: string;
  readonly requirements?: Partial<Requirements>;
  /** The certificates and lists beside the three. */
  readonly more?: (root: Made, middle: Made, leaf: Made) => { readonly helpers?: Made[]; readonly crls?: Buffer[] };
}

function verify({ root: rootShape, middle: middleShape, leaf: leafShape, ...given }: Given): Verification {
  const root = makeCa('Root', undefined, rootShape);
  const middle = makeCa('Middle', root, middleShape);
  const leaf = make(given.subject ?? HOST, middle, { names: [HOST], ...leafShape });
  const { helpers = [], crls = [] } = given.more?.(root, middle, leaf) ?? {};
  const store = new CertificateStore();
  store.add(root.der, true);
  for (const { der } of [middle, ...helpers]) store.add(der);
  const verifier = new PathVerifier({
    at: NOW,
    profile: 'rfc5280',
    purpose: 'server',
    names: [parsePeerName('--name', HOST)],
    depth: undefined,
    policies: [],
    revocation: revocationCheck(crls.map((der) => new Crl(der))),
    isRegistrySuffix: (name) => name === 'hu' || name === 'co.uk',
    ...given.requirements,
  });
  return verifier.verify(store.add(leaf.der), store);
}

const rsaKey = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;

const middleKey = newKey();

const withExtension = (oid: string, shape: ExtensionShape | null): Shape => ({ extensions: { [oid]: shape } });

const usage = (...bits: number[]): Shape =>
  withExtension(ExtensionOid.keyUsage, { critical: true, value: namedBits(...bits) });

const constrained = (permitted: readonly Buffer[], excluded: readonly Buffer[] = []): Shape =>
  withExtension(ExtensionOid.nameConstraints, nameConstraints(permitted, excluded));

const directoryName = (name: Buffer): Buffer => element(0xa4, name);
const names = (...all: string[]): Shape => ({ names: [HOST, ...all] });
const constraints = (tag: number, count: number): ExtensionShape => ({
  critical: true,
  value: sequence(element(tag, Buffer.of(count))),
});
const webpki: Partial<Requirements> = { profile: 'webpki' };

/** An authority key identifier. */
const namesKey = (key: KeyObject): Shape =>
  withExtension(ExtensionOid.authorityKeyId, { value: sequence(element(0x80, keyIdOf(key))) });

const P1 = '1.3.6.1.4.1.99999.1';
const P2 = '1.3.6.1.4.1.99999.2';
const ANY = '2.5.29.32.0';
const certificatePolicies = (...all: string[]): Shape =>
  withExtension(ExtensionOid.certificatePolicies, policies(...all));
const both = (a: Shape, b: Shape): Shape => ({ ...a, ...b, extensions: { ...a.extensions, ...b.extensions } });
const explicit: Shape = withExtension(ExtensionOid.policyConstraints, constraints(0x80, 0));

type Case = readonly [title: string, given: Given, expected: string];

/** By the code of the problem, `valid` for none. */
const cases: readonly Case[] = [
  ['all is well', {}, 'valid'],
  ['all is well on the web', { requirements: webpki }, 'valid'],

  // RFC 5280 6.1.3 (a)
  ['signed with another key', { leaf: { signedBy: newKey() } }, 'missing_issuer'],
  [
    'signed with another key than the one it names',
    { middle: { key: middleKey }, leaf: both({ signedBy: newKey() }, namesKey(middleKey)) },
    'signature',
  ],
  ['a middle signed with another key', { middle: { signedBy: newKey() } }, 'missing_issuer'],
  ['expired', { leaf: { notAfter: '2026-06-15T11:59:59Z' } }, 'expired'],
  ['expires this very second', { leaf: { notAfter: '2026-06-15T12:00:00Z' } }, 'valid'],
  [
    'expires this second, asked half a second later',
    { leaf: { notAfter: '2026-06-15T12:00:00Z' }, requirements: { at: NOW + 500 } },
    'valid',
  ],
  ['not yet valid', { leaf: { notBefore: '2026-06-15T12:00:01Z' } }, 'not_yet_valid'],
  ['valid from this very second', { leaf: { notBefore: '2026-06-15T12:00:00Z' } }, 'valid'],
  ['an expired middle', { middle: { notAfter: '2026-06-01T00:00:00Z' } }, 'expired'],
  ['a middle not yet valid', { middle: { notBefore: '2026-07-01T00:00:00Z' } }, 'not_yet_valid'],
  ['an expired root', { root: { notAfter: '2026-06-01T00:00:00Z' } }, 'expired'],
  ['issued by another name', { leaf: { issuerName: commonName('Muddle') } }, 'missing_issuer'],
  ['issued by the same name in other case', { leaf: { issuerName: commonName('MIDDLE') } }, 'valid'],
  ['not on the list', { more: (_root, middle) => ({ crls: [makeCrl(middle, [])] }) }, 'valid'],
  ['revoked', { more: (_root, middle, leaf) => ({ crls: [makeCrl(middle, [leaf])] }) }, 'revoked'],
  ['its issuer revoked', { more: (root, middle) => ({ crls: [makeCrl(root, [middle])] }) }, 'revoked'],
  [
    'a list out of date',
    { more: (root) => ({ crls: [makeCrl(root, [], ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'])] }) },
    'revocation_unknown',
  ],
  [
    'a list of the right name signed with another key',
    { more: (root) => ({ crls: [makeCrl({ ...root, key: newKey() }, [])] }) },
    'revocation_unknown',
  ],

  // RFC 5280 6.1.3 (b), (c), 4.2.1.10
  ['a host that is not permitted', { middle: constrained([generalName('example.hu')]) }, 'name_constraint'],
  ['a host that is permitted', { middle: constrained([generalName('valami.hu')]) }, 'valid'],
  ['a host whose end is permitted', { middle: constrained([generalName('lami.hu')]) }, 'name_constraint'],
  ['a host that is excluded', { middle: constrained([], [generalName(HOST)]) }, 'name_constraint'],
  [
    'excluded and permitted',
    { middle: constrained([generalName('hu')], [generalName('valami.hu')]) },
    'name_constraint',
  ],
  ['a host excluded by the root', { root: constrained([], [generalName('valami.hu')]) }, 'name_constraint'],
  [
    'a second host that is excluded',
    { middle: constrained([], [generalName('b.hu')]), leaf: names('a.b.hu') },
    'name_constraint',
  ],
  [
    'a wildcard that may be excluded',
    { middle: constrained([], [generalName('x.b.hu')]), leaf: names('*.b.hu') },
    'name_constraint',
  ],
  [
    'a wildcard that cannot be excluded',
    { middle: constrained([], [generalName('x.y.b.hu')]), leaf: names('*.b.hu') },
    'valid',
  ],
  [
    'an address outside',
    { middle: constrained([ipRange('192.0.2.0/255.255.255.0')]), leaf: names('198.51.100.1') },
    'name_constraint',
  ],
  [
    'an address inside',
    { middle: constrained([ipRange('192.0.2.0/255.255.255.0')]), leaf: names('192.0.2.1') },
    'valid',
  ],
  [
    'an address excluded',
    { middle: constrained([], [ipRange('192.0.2.0/255.255.255.0')]), leaf: names('192.0.2.1') },
    'name_constraint',
  ],
  [
    'IPv6 where IPv4 is permitted',
    { middle: constrained([ipRange('192.0.2.0/255.255.255.0')]), leaf: names('2001:db8::1') },
    'name_constraint',
  ],
  ['a mask with a hole', { middle: constrained([ipRange('192.0.2.0/255.0.255.0')]) }, 'name_constraints'],
  [
    'a mailbox of another host',
    { middle: constrained([generalName('a@valami.hu')]), leaf: names('b@valami.hu') },
    'name_constraint',
  ],
  [
    'a mailbox of a host below',
    { middle: constrained([element(0x81, Buffer.from('valami.hu'))]), leaf: names('b@mail.valami.hu') },
    'name_constraint',
  ],
  [
    'a mailbox below a domain',
    { middle: constrained([element(0x81, Buffer.from('.valami.hu'))]), leaf: names('b@mail.valami.hu') },
    'valid',
  ],
  [
    'a mailbox in the subject',
    {
      middle: constrained([], [element(0x81, Buffer.from('example.hu'))]),
      leaf: { name: distinguishedName(['2.5.4.3', HOST], ['1.2.840.113549.1.9.1', 'a@example.hu']) },
    },
    'name_constraint',
  ],
  [
    'a URI of another host',
    { middle: constrained([element(0x86, Buffer.from('valami.hu'))]), leaf: names('https://example.hu/') },
    'name_constraint',
  ],
  [
    'a URI of the host',
    { middle: constrained([element(0x86, Buffer.from('valami.hu'))]), leaf: names('https://valami.hu:8443/x') },
    'valid',
  ],
  [
    'a URI with an address',
    { middle: constrained([element(0x86, Buffer.from('valami.hu'))]), leaf: names('https://192.0.2.1/') },
    'name_constraint',
  ],
  [
    'a subject that is not permitted',
    { middle: constrained([directoryName(distinguishedName(['2.5.4.6', 'HU']))]) },
    'name_constraint',
  ],
  [
    'a subject that is permitted in other case',
    {
      middle: constrained([directoryName(distinguishedName(['2.5.4.10', 'VALAMI']))]),
      leaf: { name: distinguishedName(['2.5.4.10', 'Valami'], ['2.5.4.3', HOST]) },
    },
    'valid',
  ],
  [
    'a constraint on a kind nothing here knows, and a name of it',
    {
      middle: constrained([], [element(0x88, Buffer.of(0x2a, 3))]),
      leaf: withExtension(ExtensionOid.subjectAltName, {
        value: sequence(generalName(HOST), element(0x88, Buffer.of(0x2a, 4))),
      }),
    },
    'name_constraint',
  ],
  ['constraints that constrain nothing', { middle: constrained([]) }, 'name_constraints'],
  ['constraints in a leaf', { leaf: constrained([generalName('hu')]) }, 'name_constraints'],
  [
    'constraints not critical',
    {
      middle: withExtension(ExtensionOid.nameConstraints, { ...nameConstraints([generalName('hu')]), critical: false }),
    },
    'name_constraints',
  ],

  // RFC 5280 6.1.3 (d)–(f), 6.1.4 (a), (b), (g)–(j), 6.1.5 (g)
  [
    'a policy asked for',
    { middle: certificatePolicies(P1), leaf: certificatePolicies(P1), requirements: { policies: [P1] } },
    'valid',
  ],
  [
    'a policy asked for, another there',
    { middle: certificatePolicies(P2), leaf: certificatePolicies(P2), requirements: { policies: [P1] } },
    'policy',
  ],
  [
    'a policy asked for, missing below',
    { middle: certificatePolicies(P1), requirements: { policies: [P1] } },
    'policy',
  ],
  [
    'a policy asked for, any above',
    { middle: certificatePolicies(ANY), leaf: certificatePolicies(P1), requirements: { policies: [P1] } },
    'valid',
  ],
  ['an explicit policy required, none there', { middle: explicit }, 'policy'],
  [
    'an explicit policy required and there',
    { middle: both(explicit, certificatePolicies(P1)), leaf: certificatePolicies(P1) },
    'valid',
  ],
  [
    'an explicit policy required, two that differ',
    { middle: both(explicit, certificatePolicies(P1)), leaf: certificatePolicies(P2) },
    'policy',
  ],
  [
    'a policy mapped',
    {
      middle: both(certificatePolicies(P1), withExtension(ExtensionOid.policyMappings, policyMappings([P1, P2]))),
      leaf: certificatePolicies(P2),
      requirements: { policies: [P1] },
    },
    'valid',
  ],
  [
    'a policy mapped away',
    {
      middle: both(certificatePolicies(P1), withExtension(ExtensionOid.policyMappings, policyMappings([P1, P2]))),
      leaf: certificatePolicies(P1),
      requirements: { policies: [P1] },
    },
    'policy',
  ],
  [
    'a mapping that is inhibited',
    {
      root: withExtension(ExtensionOid.policyConstraints, constraints(0x81, 0)),
      middle: both(
        both(certificatePolicies(P1), withExtension(ExtensionOid.policyMappings, policyMappings([P1, P2]))),
        withExtension(ExtensionOid.policyConstraints, constraints(0x81, 0)),
      ),
      leaf: certificatePolicies(P2),
      requirements: { policies: [P1] },
    },
    'valid',
  ],
  [
    'a mapping from any policy',
    { middle: withExtension(ExtensionOid.policyMappings, policyMappings([ANY, P2])) },
    'policy_mapping',
  ],
  [
    'any policy inhibited',
    {
      middle: both(
        certificatePolicies(P1),
        withExtension(ExtensionOid.inhibitAnyPolicy, { critical: true, value: integer(0) }),
      ),
      leaf: certificatePolicies(ANY),
      requirements: { policies: [P1] },
    },
    'policy',
  ],
  [
    'policy constraints not critical',
    { middle: withExtension(ExtensionOid.policyConstraints, { ...constraints(0x80, 5), critical: false }) },
    'criticality',
  ],

  // RFC 5280 6.1.4 (k)–(o), 6.1.5 (f)
  ['a middle that is no CA', { middle: { ca: false } }, 'no_ca'],
  ['a middle without basic constraints', { middle: withExtension(ExtensionOid.basicConstraints, null) }, 'no_ca'],
  ['a middle of version 1', { middle: { version: 1 } }, 'no_ca'],
  ['a middle that may not sign', { middle: usage(CRL_SIGN) }, 'no_cert_sign'],
  ['a path too long for the root', { root: { pathLength: 0 } }, 'path_length'],
  ['a path as long as the root allows', { root: { pathLength: 1 } }, 'valid'],
  ['a path deeper than asked for', { requirements: { depth: 0 } }, 'depth'],
  [
    'an unknown critical extension',
    { leaf: withExtension('1.3.6.1.4.1.99999.9', { critical: true, value: octetString(Buffer.of(1)) }) },
    'unknown_critical_extension',
  ],
  [
    'an unknown critical extension above',
    { middle: withExtension('1.3.6.1.4.1.99999.9', { critical: true, value: octetString(Buffer.of(1)) }) },
    'unknown_critical_extension',
  ],
  [
    'an unknown extension',
    { leaf: withExtension('1.3.6.1.4.1.99999.9', { value: octetString(Buffer.of(1)) }) },
    'valid',
  ],

  // RFC 5280 4.2.1.12, and the names
  [
    'a client where a server is wanted',
    { leaf: withExtension(ExtensionOid.extendedKeyUsage, { value: oids(CLIENT_AUTH) }) },
    'extended_key_usage',
  ],
  [
    'a client where a client is wanted',
    {
      leaf: withExtension(ExtensionOid.extendedKeyUsage, { value: oids(CLIENT_AUTH) }),
      requirements: { purpose: 'client' },
    },
    'valid',
  ],
  [
    'a middle for mail',
    { middle: withExtension(ExtensionOid.extendedKeyUsage, { value: oids(EMAIL_PROTECTION) }) },
    'extended_key_usage',
  ],
  ['a key usage of none that is wanted', { leaf: usage(CRL_SIGN) }, 'key_usage'],
  ['another host', { requirements: { names: [parsePeerName('--name', 'www.valami.hu')] } }, 'name'],
  [
    'another of two hosts',
    { requirements: { names: [parsePeerName('--name', HOST), parsePeerName('--name', 'www.valami.hu')] } },
    'name',
  ],
  ['an address it has not', { requirements: { names: [parsePeerName('--name', '192.0.2.1')] } }, 'name'],
  [
    'a mailbox in other case',
    { leaf: names('Post@valami.hu'), requirements: { names: [parsePeerName('--name', 'post@valami.hu')] } },
    'name',
  ],
  [
    'a mailbox, its host in other case',
    { leaf: names('post@Valami.hu'), requirements: { names: [parsePeerName('--name', 'post@valami.hu')] } },
    'valid',
  ],

  // RFC 5280 4
  [
    'an AKI marked critical',
    {
      leaf: withExtension(ExtensionOid.authorityKeyId, {
        critical: true,
        value: sequence(element(0x80, Buffer.of(1))),
      }),
    },
    'criticality',
  ],
  [
    'a CA not marked so',
    { middle: withExtension(ExtensionOid.basicConstraints, { value: basicConstraints(true) }) },
    'basic_constraints',
  ],
  ['a leaf that signs certificates', { leaf: usage(DIGITAL_SIGNATURE, KEY_CERT_SIGN) }, 'basic_constraints'],
  ['serial number 0', { leaf: { serial: Buffer.of(0) } }, 'serial'],
  ['serial number below 0', { leaf: { serial: Buffer.of(0x80) } }, 'serial'],
  ['a serial number of 21 octets', { leaf: { serial: Buffer.alloc(21, 1) } }, 'serial'],
  ['no names at all', { subject: '', leaf: { extensions: { [ExtensionOid.subjectAltName]: null } } }, 'name'],
  [
    'an address as a host name',
    { leaf: withExtension(ExtensionOid.subjectAltName, { value: sequence(element(0x82, Buffer.from('192.0.2.1'))) }) },
    'name',
  ],
  ['an empty subjectAltName', { leaf: withExtension(ExtensionOid.subjectAltName, { value: altNames() }) }, 'malformed'],
  [
    'a damaged extension',
    { leaf: withExtension(ExtensionOid.keyUsage, { value: Buffer.of(3, 2, 9, 0) }) },
    'malformed',
  ],
  ['no AKI', { leaf: withExtension(ExtensionOid.authorityKeyId, null) }, 'key_identifier'],
  ['no AKI on the web', { leaf: withExtension(ExtensionOid.authorityKeyId, null), requirements: webpki }, 'valid'],

  // The Baseline Requirements
  ['a CA for a server', { leaf: { ca: true }, requirements: webpki }, 'ca_as_leaf'],
  ['a small RSA key', { leaf: { key: rsaKey(1024) }, requirements: webpki }, 'weak_key'],
  ['a small RSA key, RFC 5280 alone', { leaf: { key: rsaKey(1024) } }, 'valid'],
  ['a middle with a small RSA key', { middle: { key: rsaKey(1024) }, requirements: webpki }, 'weak_key'],
  ['SHA-1', { leaf: { hash: 'sha1' }, requirements: webpki }, 'weak_hash'],
  ['version 1', { leaf: { version: 1 }, requirements: webpki }, 'version'],
  ['no subjectAltName', { leaf: { names: [] }, requirements: webpki }, 'no_names'],
  ['a wildcard for a registry', { leaf: names('*.co.uk'), requirements: webpki }, 'wildcard'],
  ['a common name of another host', { subject: 'www.valami.hu', requirements: webpki }, 'common_name'],
  [
    'no extended key usage',
    { leaf: withExtension(ExtensionOid.extendedKeyUsage, null), requirements: webpki },
    'extended_key_usage',
  ],
  [
    'a root with an extended key usage',
    {
      root: withExtension(ExtensionOid.extendedKeyUsage, { value: oids(SERVER_AUTH) }),
      requirements: webpki,
    },
    'extended_key_usage',
  ],
];

t.test('a path that breaks one rule is refused for that rule', async (t) => {
  for (const [title, given, expected] of cases) {
    const { verdict, tried } = verify(given);
    const found = verdict === 'valid' ? verdict : tried[0]?.problem.code;
    t.equal(found, expected, `${title}: ${tried[0]?.problem.message ?? verdict}`);
  }
});

/** Kinds of keys that sign certificates; ML-DSA where node:crypto has it. */
const signers: Readonly<Record<string, () => KeyObject>> = {
  'RSA, PKCS #1': () => rsaKey(2048),
  'RSA, PSS': () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
  Ed448: () => generateKeyPairSync('ed448').privateKey,
  ...mlDsa(),
};

function mlDsa(): Record<string, () => KeyObject> {
  // Not in the types of Node.js 20.
  const generate = generateKeyPairSync as unknown as (type: string) => { privateKey: KeyObject };
  try {
    generate('ml-dsa-44');
  } catch {
    return {};
  }
  return {
    'ML-DSA-44': () => generate('ml-dsa-44').privateKey,
    'ML-DSA-65': () => generate('ml-dsa-65').privateKey,
  };
}

t.test('every kind of signature is verified', async (t) => {
  for (const [kind, keyOf] of Object.entries(signers)) {
    const key = keyOf();
    t.equal(verify({ root: { key: keyOf() }, middle: { key } }).verdict, 'valid', kind);
    const other = verify({ middle: { key }, leaf: both({ signedBy: keyOf() }, namesKey(key)) });
    t.equal(other.verdict, 'invalid', `${kind}: another key`);
    t.equal(other.tried[0]?.problem.code, 'signature', `${kind}: another key`);
  }
});
