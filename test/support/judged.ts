import { Tag } from '../../src/der/tag.js';
import { publicSuffixOf } from '../../src/names/public-suffix.js';
import { sha3 } from '../../src/rules/dns-name.js';
import { type Blocklist, type Criteria, ExaminedRequest } from '../../src/rules/examined-request.js';
import { type Judgement, judge } from '../../src/rules/judge.js';
import { type Profile, profiles } from '../../src/rules/profile.js';
import { requestIn } from './read-request.js';
import { attribute, buildRequest, dns, type RequestParts } from './request-builder.js';

/** A request and how it is asked about. */
export type Ask = RequestParts & { readonly criteria?: Partial<Criteria>; readonly pem?: readonly string[] };

const noBlocklist: Blocklist = { size: 0, hasModulus: () => false, hasPoint: () => false };

/** The judgement of a request put together by hand, as of November 2026. */
export async function judged(
  { criteria, pem, ...parts }: Ask,
  profile: Partial<Profile> & Pick<Profile, 'base'> = profiles.webpki,
): Promise<Judgement> {
  const { request, envelope } = requestIn(buildRequest(parts), pem);
  const examined = new ExaminedRequest(
    request,
    {
      profile: { ...profiles[profile.base], ...profile },
      now: new Date('2026-11-23T00:00:00Z'),
      oracle: { suffixOf: publicSuffixOf, sha3 },
      blocklist: noBlocklist,
      ...criteria,
    },
    envelope,
  );
  return judge(examined, { verbose: true });
}

/** A request for these DNS names. */
export const named = (...list: readonly string[]): Ask => ({ subject: [], names: list.map(dns) });

/** A subject's attributes: short name or OID, value, string type where it is not the usual one. */
export const subjectOf = (...fields: readonly (readonly [string, string, number?])[]) =>
  fields.map(([type, value, tag]) => attribute(oids[type] ?? type, value, tag ?? defaultTag(type)));
const defaultTag = (type: string) =>
  type === 'C' ? Tag.printableString : type === 'E' ? Tag.ia5String : Tag.utf8String;
const oids: Readonly<Record<string, string>> = {
  CN: '2.5.4.3',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  E: '1.2.840.113549.1.9.1',
  street: '2.5.4.9',
};
