import { children, type Element } from '../../der/reader.js';
import { context, contextConstructed, Tag } from '../../der/tag.js';
import { readSmallInteger } from '../../der/values.js';
import { ExtensionOid } from '../extension.js';
import { type GeneralName, generalNameText, readGeneralName } from '../general-name.js';
import { expect, sequencesOf } from './expect.js';
import type { ExtensionType, Warn } from './extension-type.js';

/** A subtree of names (RFC 5280 4.2.1.10). */
interface GeneralSubtree {
  /** An IP address is a `range` here. */
  readonly base: GeneralName;
  /** RFC 5280 has no use for a minimum but 0, or a maximum. */
  readonly minimum: number;
  readonly maximum: number | undefined;
}

/** Name constraints (RFC 5280 4.2.1.10); undefined where a field is absent. */
export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[] | undefined;
  readonly excluded: readonly GeneralSubtree[] | undefined;
}

export const nameConstraints: ExtensionType<NameConstraints> = {
  oid: ExtensionOid.nameConstraints,
  name: 'nameConstraints',
  read(content, warn) {
    const fields = children(expect(content, Tag.sequence, 'NameConstraints'));
    const permitted = fields.optional(contextConstructed(0));
    const excluded = fields.optional(contextConstructed(1));
    fields.end();
    if (permitted === undefined && excluded === undefined) warn('empty');
    return {
      permitted: permitted && readSubtrees(permitted, warn),
      excluded: excluded && readSubtrees(excluded, warn),
    };
  },
  lines: ({ permitted = [], excluded = [] }) => [
    ...permitted.map(({ base }) => `permitted ${generalNameText(base)}`),
    ...excluded.map(({ base }) => `excluded ${generalNameText(base)}`),
  ],
};

function readSubtrees(element: Element, warn: Warn): GeneralSubtree[] {
  const subtrees = sequencesOf(element, 'GeneralSubtree', (subtree) => readSubtree(subtree, warn));
  if (subtrees.length === 0) warn('a list of no subtrees');
  return subtrees;
}

function readSubtree(element: Element, warn: Warn): GeneralSubtree {
  const fields = children(element);
  const base = readGeneralName(fields.next(), warn, { isSubtree: true });
  const minimum = fields.optional(context(0));
  const maximum = fields.optional(context(1));
  fields.end();
  const subtree = {
    base,
    minimum: minimum === undefined ? 0 : readSmallInteger(minimum),
    maximum: maximum && readSmallInteger(maximum),
  };
  if (subtree.minimum !== 0 || subtree.maximum !== undefined) warn('a subtree with a minimum or a maximum');
  return subtree;
}
