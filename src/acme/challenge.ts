import { createHash } from 'node:crypto';
import type { Account } from './account.js';
import { thumbprint } from './account-key.js';
import type { Identifier } from './identifier.js';
import { type ParsedObject, textIn, textsIn } from './json-object.js';

/**
 * The ways to prove control of a name: http-01 and dns-01 (RFC 8555 8.3, 8.4), tls-alpn-01 (RFC 8737), and two that are
 * drafts still: dns-account-01, whose record is named after the account, and dns-persist-01, whose record stays.
 */
export const challengeTypes = ['http-01', 'dns-01', 'tls-alpn-01', 'dns-account-01', 'dns-persist-01'] as const;
export type ChallengeType = (typeof challengeTypes)[number];

/** A challenge as the server offers it. */
export interface Challenge {
  readonly type: ChallengeType;
  readonly url: string;
  /** Empty for dns-persist-01, which has none. */
  readonly token: string;
  /** dns-persist-01: the names of the CA that the record may bear. */
  readonly issuerDomainNames: readonly string[];
}

/** The octets a token is made of (RFC 8555 8.1): it becomes the name of a file, so nothing else may stand in it. */
const tokenForm = /^[A-Za-z0-9_-]{1,256}$/;

/** A challenge this client knows, or undefined for any other, and for one whose token is none. */
export function challengeIn(object: ParsedObject): Challenge | undefined {
  const type = challengeTypes.find((each) => each === textIn(object, 'type'));
  const [url, token = ''] = [textIn(object, 'url'), textIn(object, 'token')];
  if (type === undefined || url === undefined) return undefined;
  if (token === '' ? type !== 'dns-persist-01' : !tokenForm.test(token)) return undefined;
  return { type, url, token, issuerDomainNames: textsIn(object, 'issuer-domain-names') };
}

/** The answer to one challenge, and where it has to be put up. */
export interface Proof {
  readonly type: ChallengeType;
  /** The name that is proved, without the `*.` of a wildcard. */
  readonly identifier: Identifier;
  readonly token: string;
  /** For DNS the full name of the TXT record, else the identifier's value. */
  readonly name: string;
  /** For DNS the text of the record, else the key authorization. */
  readonly value: string;
}

/**
 * @param identifier of the authorization, where a wildcard's `*.` is left out (RFC 8555 7.1.4)
 * @param isWildcard true when the authorization is for all names right below
 */
export function proofOf(challenge: Challenge, identifier: Identifier, isWildcard: boolean, account: Account): Proof {
  const { type, token } = challenge;
  const keyAuthorization = `${token}.${thumbprint(account.key)}`;
  const host = identifier.value;
  const about = { type, identifier, token };
  switch (type) {
    case 'http-01':
    case 'tls-alpn-01':
      return { ...about, name: host, value: keyAuthorization };
    case 'dns-01':
      return { ...about, name: `_acme-challenge.${host}`, value: digest(keyAuthorization).toString('base64url') };
    case 'dns-account-01': {
      const name = `_${base32(digest(account.account).subarray(0, 10))}._acme-challenge.${host}`;
      return { ...about, name, value: digest(keyAuthorization).toString('base64url') };
    }
    case 'dns-persist-01': {
      const policy = isWildcard ? '; policy=wildcard' : '';
      const [issuer = ''] = challenge.issuerDomainNames;
      return {
        ...about,
        name: `_validation-persist.${host}`,
        value: `${issuer}; accounturi=${account.account}${policy}`,
      };
    }
  }
}

/** SHA-256. */
export const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** RFC 4648 6 in lower case, of a number of octets that needs no padding. */
function base32(octets: Uint8Array): string {
  let text = '';
  let rest = 0;
  let bits = 0;
  for (const octet of octets) {
    rest = (rest << 8) | octet;
    for (bits += 8; bits >= 5; bits -= 5) text += 'abcdefghijklmnopqrstuvwxyz234567'[(rest >> (bits - 5)) & 31];
    rest &= (1 << bits) - 1;
  }
  return text;
}
