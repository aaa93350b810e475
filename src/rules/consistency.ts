import { publicKeyIdentity } from '../crypto/key-pair.js';
import { attempt } from '../errors.js';
import type { Certificate } from '../x509/certificate.js';
import { sameName } from '../x509/name.js';
import { type ExaminedRequest, hostNames } from './examined-request.js';
import type { Family } from './rule.js';

/** The caller's expectations of the request. */

/** Names a server would answer to: those of subjectAltName, without one those that are common names. */
function requestedNames(examined: ExaminedRequest): ReadonlySet<string> {
  return examined.sans.length > 0
    ? examined.serverNames
    : new Set(examined.values('CN').map((name) => name.toLowerCase()));
}

/** The same of the certificate that is renewed. */
function certifiedNames({ subjectAltNames, subject }: Certificate): ReadonlySet<string> {
  if (subjectAltNames.length > 0) return hostNames(subjectAltNames);
  return new Set(subject.commonNames.map((name) => name.toLowerCase()));
}

export const consistency: Family = {
  name: 'consistency',
  title: 'Consistency',
  rules: [
    {
      id: 'e_expect_missing',
      title: 'every expected name is in the request',
      applies: '--expect',
      source: '--expect',
      why: 'The certificate would not serve a name it was ordered for.',
      hint: 'make the request again with the name: csr-gen --san NAME',
      *check(examined) {
        const names = requestedNames(examined);
        for (const name of examined.criteria.expected ?? []) {
          if (!names.has(name)) yield `"${name}" is expected and not in the request`;
        }
      },
    },
    {
      id: 'e_expect_extra',
      title: 'no other name is in the request',
      applies: '--expect',
      source: '--expect',
      why: 'The certificate would serve names nobody ordered, perhaps of another site.',
      hint: 'make the request again without the name, or add --expect NAME',
      *check(examined) {
        const expected = examined.criteria.expected === undefined ? undefined : new Set(examined.criteria.expected);
        if (expected === undefined) return;
        for (const name of requestedNames(examined)) {
          if (!expected.has(name)) yield `"${name}" is in the request and not expected`;
        }
      },
    },
    {
      id: 'e_key_mismatch',
      title: 'the private key belongs to the request',
      applies: '--key',
      source: '--key',
      why: 'The certificate would be useless with this key.',
      hint: 'find the key the request was made with, or make the request again: csr-gen --key FILE',
      unless: ['e_structure'],
      *check({ criteria: { keySpki }, request }) {
        if (keySpki === undefined) return;
        const own = attempt(() => publicKeyIdentity(request.publicKey.der));
        if (own !== publicKeyIdentity(keySpki)) yield 'the private key does not belong to the request';
      },
    },
    {
      id: 'e_renew_names',
      title: 'the request names what the certificate it renews names',
      applies: '--renews',
      source: '--renews',
      why: 'A name that is lost in a renewal is a site that goes down; one that is added was not there to be checked.',
      hint: 'csr-gen --from CERTIFICATE takes all names over',
      *check(examined) {
        const { renews } = examined.criteria;
        if (renews === undefined) return;
        const before = certifiedNames(renews);
        const now = requestedNames(examined);
        const lost = [...before].filter((name) => !now.has(name));
        const added = [...now].filter((name) => !before.has(name));
        if (lost.length > 0) yield `not in the request: ${lost.join(', ')}`;
        if (added.length > 0) yield `not in the certificate: ${added.join(', ')}`;
      },
    },
    {
      id: 'e_renew_subject',
      title: 'the request has the subject of the certificate it renews',
      applies: '--renews',
      source: '--renews',
      why: 'A renewal with another subject is a new order: the CA will validate it again.',
      hint: 'csr-gen --from CERTIFICATE takes the subject over',
      unless: ['e_structure'],
      *check({ criteria: { renews }, request }) {
        if (renews !== undefined && attempt(() => sameName(renews.subject, request.subject)) === false) {
          yield `the certificate's subject is ${renews.subject.toString() || 'empty'}`;
        }
      },
    },
    {
      id: 'n_renew_key_reused',
      title: 'a renewal has a new key',
      applies: '--renews',
      source: '--renews, BR 6.1.1.3',
      why: 'An old key may have been copied since. A new one with each certificate costs nothing.',
      hint: 'csr-gen --new-key rsa:2048 makes a new one',
      *check({ criteria: { renews }, request }) {
        if (renews === undefined) return;
        const own = attempt(() => publicKeyIdentity(request.publicKey.der));
        const old = attempt(() => publicKeyIdentity(renews.publicKey.der));
        if (own !== undefined && own === old) yield "the key is the old certificate's";
      },
    },
  ],
};
