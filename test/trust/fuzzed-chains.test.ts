import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { element, integer } from '../../src/der/writer.js';
import { isPkiError } from '../../src/errors.js';
import { encodePem } from '../../src/pem/encode.js';
import { CertificateStore } from '../../src/trust/certificate-store.js';
import { parsePeerName } from '../../src/trust/peer-names.js';
import { PathVerifier } from '../../src/trust/verify.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { randomChoices } from '../support/random.js';
import { findProgram, run } from '../support/session.js';
import {
  altNames,
  basicConstraints,
  CLIENT_AUTH,
  CRL_SIGN,
  commonName,
  DIGITAL_SIGNATURE,
  type ExtensionShape,
  generalName,
  KEY_CERT_SIGN,
  type Made,
  make,
  makeCa,
  nameConstraints,
  namedBits,
  newKey,
  oids,
  policies,
  policyMappings,
  SERVER_AUTH,
  type Shape,
} from '../support/test-ca.js';
import { isWhole } from '../support/whole.js';

/** Chains with faults thrown in, soundly signed: none is a crash, and none is valid to us that OpenSSL refuses. */

const HOST = 'mail.valami.hu';
const AT = Date.parse('2026-06-15T12:00:00Z');

const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130);
const rounds = Math.min(20_000, Number(process.env['PKIUTILS_FUZZ'] ?? (isWhole ? 250 : 80)));
const { random, chance, pick } = randomChoices(seed);

const keys = Array.from({ length: 6 }, newKey);
const [strange = newKey()] = keys;
const critical = (value: Buffer): ExtensionShape => ({ critical: true, value });
const own = (oid: string, shape: ExtensionShape | null): Shape => ({ extensions: { [oid]: shape } });
const names = (...list: string[]): Buffer[] => list.map(generalName);

/** Things that may be wrong with a certificate, and some that may not. */
const oddities: readonly (() => Shape)[] = [
  () => ({ notAfter: '2026-06-15T11:59:59Z' }),
  () => ({ notBefore: '2026-06-15T12:00:01Z' }),
  () => ({ signedBy: strange }),
  () => ({ issuerName: commonName('Other') }),
  () => ({ ca: chance(2) }),
  () => ({ version: pick([1, 2]) }),
  () => ({ serial: pick([Buffer.of(0), Buffer.of(0xff), Buffer.alloc(30, 7)]) }),
  () => ({ hash: 'sha1' }),
  () => ({ names: pick([[], ['other.hu'], ['*.valami.hu'], [HOST, '192.0.2.1']]) }),
  () => own(ExtensionOid.basicConstraints, pick([null, critical(basicConstraints(chance(2), random(3)))])),
  () =>
    own(
      ExtensionOid.keyUsage,
      pick([null, ...[DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN].map((bit) => critical(namedBits(bit)))]),
    ),
  () =>
    own(ExtensionOid.extendedKeyUsage, pick([null, ...[SERVER_AUTH, CLIENT_AUTH].map((oid) => critical(oids(oid)))])),
  () => own(ExtensionOid.subjectKeyId, null),
  () => own(ExtensionOid.authorityKeyId, null),
  () => own(ExtensionOid.subjectAltName, { value: altNames(HOST, pick(['a.hu', '192.0.2.9', 'joe@valami.hu'])) }),
  () => own(ExtensionOid.nameConstraints, nameConstraints(names(pick(['valami.hu', 'other.hu', '.valami.hu'])))),
  () => own(ExtensionOid.nameConstraints, nameConstraints([], names(pick(['valami.hu', 'other.hu', HOST])))),
  () => own(ExtensionOid.certificatePolicies, policies(pick(['1.2.3', '1.2.4', '2.5.29.32.0']))),
  () => own(ExtensionOid.policyMappings, policyMappings(['1.2.3', '1.2.4'])),
  () => own(ExtensionOid.policyConstraints, critical(element(0x30, element(0x80, Buffer.of(random(2)))))),
  () => own(ExtensionOid.inhibitAnyPolicy, critical(integer(random(2)))),
  () => own('1.3.6.1.4.1.99999.9', { critical: chance(2), value: integer(1) }),
];

/** Octets of one of the extensions it was given, changed at random. */
function damaged({ shape: { extensions } }: Made): Shape {
  const [oid, shape] = pick(Object.entries(extensions ?? {}));
  if (shape == null || shape.value.length === 0) return {};
  const value = Buffer.from(shape.value);
  for (let i = random(3); i >= 0; i--) value[random(value.length)] = random(256);
  return own(oid, { ...shape, value });
}

function together(shapes: readonly Shape[]): Shape {
  const extensions = Object.assign({}, ...shapes.map((shape) => shape.extensions));
  return { ...Object.assign({}, ...shapes), extensions };
}

/** Some of the oddities, most often none: with many faults in every chain none would be accepted. */
const oddShape = (): Shape => together(chance(3) ? Array.from({ length: 1 + random(2) }, () => pick(oddities)()) : []);

/** A chain, the root first. */
function oddChain(): Made[] {
  const chain: Made[] = [];
  for (let i = 0, length = 2 + random(3); i < length; i++) {
    const isLeaf = i === length - 1;
    const key = keys[i] ?? strange;
    const shape = together([{ key, names: isLeaf ? [HOST] : [] }, oddShape()]);
    const issuer = chain.at(-1);
    const made = isLeaf ? make(HOST, issuer, shape) : makeCa(`CA ${i}`, issuer, shape);
    const isDamaged = Object.keys(made.shape.extensions ?? {}).length > 0 && chance(3);
    const again = isDamaged ? together([made.shape, damaged(made)]) : undefined;
    chain.push(again === undefined ? made : isLeaf ? make(HOST, issuer, again) : makeCa(`CA ${i}`, issuer, again));
  }
  return chain;
}

function isValid([root, ...others]: readonly Made[]): boolean {
  const store = new CertificateStore();
  if (root !== undefined) store.add(root.der, true);
  const added = others.map(({ der }) => store.add(der));
  const leaf = added.at(-1);
  if (leaf === undefined) return false;
  const verifier = new PathVerifier({
    at: AT,
    profile: 'rfc5280',
    purpose: 'server',
    names: [parsePeerName('--name', HOST)],
    depth: undefined,
    policies: [],
    revocation: undefined,
    isRegistrySuffix: (name) => name === 'hu',
  });
  return verifier.verify(leaf, store).verdict === 'valid';
}

const directory = t.testdir();
const pemOf = (list: readonly Made[]): string => list.map(({ der }) => encodePem('CERTIFICATE', der)).join('');

/** The words OpenSSL refuses a chain with, undefined if it accepts it. */
function refusalOf(chain: readonly Made[], i: number): string | undefined {
  const files = { root: chain.slice(0, 1), middle: chain.slice(1), leaf: chain.slice(-1) };
  for (const [name, list] of Object.entries(files)) writeFileSync(join(directory, `${i}.${name}`), pemOf(list));
  const args = [
    '-trusted',
    `${i}.root`,
    '-untrusted',
    `${i}.middle`,
    '-purpose',
    'sslserver',
    '-verify_hostname',
    HOST,
  ];
  const { status, stderr } = run('openssl', ['verify', '-attime', String(AT / 1000), ...args, `${i}.leaf`], {
    cwd: directory,
  });
  return status === 0 ? undefined : stderr;
}

/** Refusals of OpenSSL that RFC 5280 6.1 does not ask for. */
const stricterThanAsked: readonly (readonly [words: RegExp, why: string])[] = [
  [/error 2 at/, 'an anchor need not be self-signed: it is trusted for what it is'],
  [/error 79 at \d+ depth/, 'an anchor is a name and a key, whatever version its certificate is of'],
  [/error 26 at 0 depth/, 'the key usage of a CA in the place of a server is refused by the webpki profile'],
];

const openssl = findProgram('openssl') === undefined ? 'openssl is not installed' : false;
t.test(`${rounds} chains, seed ${seed}`, { skip: openssl }, async (t) => {
  let accepted = 0;
  for (let i = 0; i < rounds; i++) {
    const chain = oddChain();
    let valid = false;
    try {
      valid = isValid(chain);
    } catch (error) {
      if (!isPkiError(error)) t.fail(`chain ${i}: ${error}`, { chain: pemOf(chain) });
    }
    if (!valid) continue;
    accepted++;
    const refusal = refusalOf(chain, i);
    const isListed = refusal === undefined || stricterThanAsked.some(([words]) => words.test(refusal));
    t.ok(isListed, `chain ${i}: OpenSSL accepts it, too`, { refusal, chain: pemOf(chain) });
  }
  t.ok(accepted > rounds / 10 && accepted < rounds, `${accepted} were valid`);
});
