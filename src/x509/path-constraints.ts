import { DerError } from '../der/error.js';
import { children, type Element } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { readOid, readSmallInteger } from '../der/values.js';
import { expect } from './extension-values.js';
import { type GeneralName, readGeneralName } from './general-name.js';

/** The extensions with which a CA binds those below it. */

/** Name constraints (RFC 5280 4.2.1.10). */
export interface NameConstraints {
  /** Undefined where the field is absent. */
  readonly permitted: readonly Subtree[] | undefined;
  readonly excluded: readonly Subtree[] | undefined;
}

export interface Subtree {
  readonly base: GeneralName;
  readonly minimum: number;
  readonly maximum: number | undefined;
}

export function readNameConstraints(element: Element): NameConstraints {
  const fields = children(expect(element, Tag.sequence, 'NameConstraints'));
  const permitted = fields.optional(contextConstructed(0));
  const excluded = fields.optional(contextConstructed(1));
  fields.end();
  return { permitted: permitted && readSubtrees(permitted), excluded: excluded && readSubtrees(excluded) };
}

function readSubtrees(element: Element): Subtree[] {
  const cursor = children(element);
  const subtrees: Subtree[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'GeneralSubtree'));
    const base = readGeneralName(fields.next(), true);
    const minimum = fields.optional(context(0));
    const maximum = fields.optional(context(1));
    fields.end();
    subtrees.push({
      base,
      minimum: minimum === undefined ? 0 : readSmallInteger(minimum),
      maximum: maximum && readSmallInteger(maximum),
    });
  }
  return subtrees;
}

/** One policy mapping (RFC 5280 4.2.1.5), OIDs. */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export function readPolicyMappings(element: Element): PolicyMapping[] {
  const cursor = children(expect(element, Tag.sequence, 'PolicyMappings'));
  if (cursor.atEnd) throw new DerError('DER_VALUE', element.start, 'empty PolicyMappings');
  const mappings: PolicyMapping[] = [];
  while (!cursor.atEnd) {
    const fields = children(cursor.read(Tag.sequence, 'PolicyMapping'));
    const issuerDomainPolicy = readOid(fields.read(Tag.objectIdentifier, 'issuerDomainPolicy'));
    const subjectDomainPolicy = readOid(fields.read(Tag.objectIdentifier, 'subjectDomainPolicy'));
    fields.end();
    mappings.push({ issuerDomainPolicy, subjectDomainPolicy });
  }
  return mappings;
}

/** Policy constraints (RFC 5280 4.2.1.11): after how many certificates each begins; undefined where it never does. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

export function readPolicyConstraints(element: Element): PolicyConstraints {
  const fields = children(expect(element, Tag.sequence, 'PolicyConstraints'));
  const explicit = fields.optional(context(0));
  const mapping = fields.optional(context(1));
  fields.end();
  if (explicit === undefined && mapping === undefined) {
    throw new DerError('DER_VALUE', element.start, 'empty PolicyConstraints');
  }
  return {
    requireExplicitPolicy: explicit && readSkipCerts(explicit),
    inhibitPolicyMapping: mapping && readSkipCerts(mapping),
  };
}

/** After how many certificates anyPolicy counts no more (RFC 5280 4.2.1.14). */
export function readInhibitAnyPolicy(element: Element): number {
  return readSkipCerts(expect(element, Tag.integer, 'SkipCerts'));
}

function readSkipCerts(element: Element): number {
  const count = readSmallInteger(element);
  if (count < 0) throw new DerError('DER_VALUE', element.start, 'a negative count of certificates');
  return count;
}
