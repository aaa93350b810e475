/** A shape of hostile input, which can be made in any size, and the part that has to read it. */
export interface Shape {
  readonly name: string;
  /** An input of about this many octets, and the reading of it: an answer or a refusal. */
  readonly make: (size: number) => { readonly size: number; readonly read: () => unknown };
}

/** Octets; of a list of objects or texts, those of all. */
export type Input = string | Uint8Array | readonly (string | { readonly der: Uint8Array })[];

/** @param make an input of about `size` octets */
export function shape<T extends Input>(name: string, make: (size: number) => T, read: (input: T) => unknown): Shape {
  return {
    name,
    make: (size) => {
      const input = make(size);
      return { size: sizeOf(input), read: () => read(input) };
    },
  };
}

function sizeOf(input: Input): number {
  if (typeof input === 'string' || input instanceof Uint8Array) return Buffer.byteLength(input);
  return input.reduce((sum, each) => sum + (typeof each === 'string' ? each : each.der).length, 0);
}

export const repeat =
  (text: string) =>
  (size: number): string =>
    text.repeat(Math.ceil(size / text.length));

export const inside =
  (before: string, text: string, after: string) =>
  (size: number): string =>
    before + repeat(text)(size) + after;
