import { DerError } from '../../der/error.js';
import { children, type Element } from '../../der/reader.js';
import { context, Tag } from '../../der/tag.js';
import { readSmallInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { expect } from './expect.js';
import type { ExtensionType } from './extension-type.js';

/**
 * Policy constraints (RFC 5280 4.2.1.11): how many certificates may pass before each holds; undefined where it never
 * does.
 */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

export const policyConstraints: ExtensionType<PolicyConstraints> = {
  oid: ExtensionOid.policyConstraints,
  name: 'policyConstraints',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'PolicyConstraints'));
    const require = fields.optional(context(0));
    const inhibit = fields.optional(context(1));
    fields.end();
    if (require === undefined && inhibit === undefined) warn('empty');
    return {
      requireExplicitPolicy: require && readSkip(require),
      inhibitPolicyMapping: inhibit && readSkip(inhibit),
    };
  },
  lines: ({ requireExplicitPolicy: require, inhibitPolicyMapping: inhibit }) => [
    ...(require === undefined ? [] : [`a policy is required after ${require} certificates`]),
    ...(inhibit === undefined ? [] : [`no mapping after ${inhibit} certificates`]),
  ],
};

/** Inhibit anyPolicy (RFC 5280 4.2.1.14): how many certificates may pass before anyPolicy no longer counts. */
export const inhibitAnyPolicy: ExtensionType<number> = {
  oid: ExtensionOid.inhibitAnyPolicy,
  name: 'inhibitAnyPolicy',
  read: (content) => readSkip(expect(content, Tag.integer, 'INTEGER')),
  lines: (skip) => [`after ${skip} certificates`],
};

/** SkipCerts, a number of certificates. @throws {DerError} */
function readSkip(element: Element): number {
  const skip = readSmallInteger(element);
  if (skip < 0) throw new DerError('DER_VALUE', element.start, 'a negative number of certificates');
  return skip;
}
