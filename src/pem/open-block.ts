import type { PemFault } from './body.js';

/** A block whose BEGIN was seen, and what there is to say about it. */
export interface OpenBlock {
  readonly label: string;
  /** The line of its BEGIN. */
  readonly line: number;
  /** True when BEGIN stands in the line of the END before it. */
  readonly isGlued: boolean;
}

/** The oddities of a block that can be read; `endLabel` is the one of its END line. */
export function oddities({ label, isGlued }: OpenBlock, endLabel: string): readonly string[] {
  const glued = isGlued ? ['BEGIN stands glued to the END before it'] : [];
  const labels = label === endLabel ? [] : [`BEGIN says ${label}, END says ${endLabel}: taken for the same`];
  return [...glued, ...labels];
}

export const noEnd = (open: OpenBlock): PemFault => ({
  kind: 'fault',
  line: open.line,
  message: `${open.label} has no END line`,
});

export const tooLarge = (open: OpenBlock, limit: number): PemFault => ({
  kind: 'fault',
  line: open.line,
  message: `${open.label} is larger than ${limit} bytes`,
});
