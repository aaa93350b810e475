import process from 'node:process';
import t from 'tap';
import { CertificateStore } from '../../src/trust/certificate-store.js';
import { plainRequirements } from '../../src/trust/requirements.js';
import { PathVerifier, type Verification } from '../../src/trust/verify.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import {
  generalName,
  type Made,
  make,
  makeCa,
  nameConstraints,
  newKey,
  policies,
  policyMappings,
} from '../support/test-ca.js';

/** Sets of certificates made to keep a path builder busy: each is answered within a second of processor time. */

const root = makeCa('Root');
const keys = Array.from({ length: 40 }, newKey);

/** Every CA is certified by every other, and none by an anchor. */
const everyOneByEveryOther = (): Made[] => {
  const cas = keys.map((key, i) => makeCa(`CA ${i}`, undefined, { key }));
  return cas.flatMap((issuer) => cas.map((ca, i) => makeCa(`CA ${i}`, issuer, { key: ca.key })));
};

const crowd = (): Made[] => {
  const [key = newKey()] = keys;
  const maker = makeCa('Nobody');
  return Array.from({ length: 10_000 }, (_, i) =>
    makeCa('CA 0', maker, { key, signedBy: root.key, serial: Buffer.from((0x100000 + i).toString(16), 'hex') }),
  );
};

const constrained = (): Made[] => {
  const names = Array.from({ length: 20_000 }, (_, i) => generalName(`n${i}.hu`));
  const [key = newKey()] = keys;
  return [makeCa('CA 0', root, { key, extensions: { [ExtensionOid.nameConstraints]: nameConstraints(names, names) } })];
};

const oid = (level: number, i: number): string => `1.3.6.1.4.1.99999.${level}.${i}`;

/** Thirty CAs one under the other, each of which maps every policy to many others: a tree would have 20 to the 30th leaves. */
function mappedOverAndOver(): Made[] {
  const BREADTH = 20;
  const numbers = [...Array(BREADTH).keys()];
  const cas: Made[] = [];
  for (let level = 30; level >= 0; level--) {
    const pairs = numbers.flatMap((i) => numbers.map((j) => [oid(level, i), oid(level - 1, j)] as const));
    const extensions = {
      [ExtensionOid.certificatePolicies]: policies(...numbers.map((i) => oid(level, i))),
      [ExtensionOid.policyMappings]: policyMappings(...pairs),
    };
    const key = level === 0 ? keys[0] : keys[level % 40];
    cas.push(makeCa(`CA ${level}`, cas.at(-1) ?? root, { ...(key && { key }), extensions }));
  }
  return cas;
}

const sets: Readonly<Record<string, readonly [make: () => Made[], verdict: Verification['verdict']]>> = {
  'every CA certified by every other': [everyOneByEveryOther, 'unknown'],
  'ten thousand certificates of one CA': [crowd, 'unknown'],
  'forty thousand constraints on a thousand names': [constrained, 'invalid'],
  'policies mapped to one another thirty times': [mappedOverAndOver, 'valid'],
};

for (const [title, [makeAll, expected]] of Object.entries(sets)) {
  t.test(title, async (t) => {
    const helpers = makeAll();
    const store = new CertificateStore();
    store.add(root.der, true);
    for (const { der } of helpers) store.add(der);
    const issuer = makeCa('CA 0', undefined, keys[0] === undefined ? {} : { key: keys[0] });
    const names = Array.from({ length: 1000 }, (_, i) => `x${i}.example.hu`);
    const leaf = store.add(make('leaf', issuer, { names }).der);
    const verifier = new PathVerifier(plainRequirements(Date.parse('2026-06-15T00:00:00Z'), 'server'));
    const start = process.cpuUsage();
    const { verdict } = verifier.verify(leaf, store);
    const { user, system } = process.cpuUsage(start);
    t.equal(verdict, expected);
    t.ok(user + system < 1_000_000, `takes ${Math.round((user + system) / 1000)} ms`);
  });
}
