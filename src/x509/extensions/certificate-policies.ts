import { children, type Element } from '../../der/reader.js';
import { Tag } from '../../der/tag.js';
import { readOid, readSmallInteger, toHex } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { readString } from '../strings.js';
import { expect, sequencesOf } from './expect.js';
import type { ExtensionType, OidText } from './extension-type.js';

/** A policy qualifier (RFC 5280 4.2.1.4). */
type PolicyQualifier =
  | { readonly kind: 'cps'; readonly uri: string }
  | {
      readonly kind: 'notice';
      readonly reference: { readonly organization: string; readonly numbers: readonly number[] } | null;
      readonly text: string | null;
    }
  | { readonly kind: 'other'; readonly oid: string; readonly value: Element };

/** One policy of certificate policies (RFC 5280 4.2.1.4). */
export interface PolicyInformation {
  readonly oid: string;
  readonly qualifiers: readonly PolicyQualifier[];
}

const CPS = '1.3.6.1.5.5.7.2.1';
const USER_NOTICE = '1.3.6.1.5.5.7.2.2';

const policiesType = (oid: string, name: string): ExtensionType<readonly PolicyInformation[]> => ({
  oid,
  name,
  read(content, warn) {
    const policies = sequencesOf(expect(content, Tag.sequence, 'CertificatePolicies'), 'PolicyInformation', readPolicy);
    if (policies.length === 0) warn('empty');
    if (new Set(policies.map((policy) => policy.oid)).size < policies.length) warn('a policy is there twice');
    return policies;
  },
  lines: (policies, oidText) =>
    policies.flatMap((policy) => [
      oidText(policy.oid),
      ...policy.qualifiers.flatMap((qualifier) => qualifierLines(qualifier, oidText)),
    ]),
});

export const certificatePolicies = policiesType(ExtensionOid.certificatePolicies, 'certificatePolicies');
/** The extended key usages of Windows, in the form of policies. */
export const applicationPolicies = policiesType(
  ExtensionOid.microsoftApplicationPolicies,
  'microsoftApplicationPolicies',
);

function readPolicy(element: Element): PolicyInformation {
  const fields = children(element);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'policyIdentifier'));
  const qualifiers = fields.optional(Tag.sequence);
  fields.end();
  return {
    oid,
    qualifiers: qualifiers === undefined ? [] : sequencesOf(qualifiers, 'PolicyQualifierInfo', readQualifier),
  };
}

function readQualifier(element: Element): PolicyQualifier {
  const fields = children(element);
  const oid = readOid(fields.read(Tag.objectIdentifier, 'policyQualifierId'));
  const value = fields.next();
  fields.end();
  if (oid === CPS) return { kind: 'cps', uri: readString(value) ?? toHex(value.encoding()) };
  return oid === USER_NOTICE ? readNotice(value) : { kind: 'other', oid, value };
}

function readNotice(element: Element): PolicyQualifier {
  const fields = children(expect(element, Tag.sequence, 'UserNotice'));
  const reference = fields.optional(Tag.sequence);
  const text = fields.atEnd ? undefined : fields.next();
  fields.end();
  return {
    kind: 'notice',
    reference: reference === undefined ? null : readReference(reference),
    text: text === undefined ? null : (readString(text) ?? toHex(text.encoding())),
  };
}

function readReference(element: Element) {
  const fields = children(element);
  const organization = readString(fields.next()) ?? '';
  const cursor = children(fields.read(Tag.sequence, 'noticeNumbers'));
  fields.end();
  const numbers: number[] = [];
  while (!cursor.atEnd) numbers.push(readSmallInteger(cursor.read(Tag.integer)));
  return { organization, numbers };
}

function qualifierLines(qualifier: PolicyQualifier, oidText: OidText): string[] {
  switch (qualifier.kind) {
    case 'cps':
      return [`  CPS ${qualifier.uri}`];
    case 'notice': {
      const { reference, text } = qualifier;
      return [
        ...(reference === null ? [] : [`  notice ${reference.numbers.join(', ')} of ${reference.organization}`]),
        ...(text === null ? [] : [`  notice: ${text}`]),
      ];
    }
    case 'other':
      return [`  ${oidText(qualifier.oid)} ${toHex(qualifier.value.encoding())}`];
  }
}
