import type { Kind } from '../x509/kind.js';

/** An object of other tools that no command takes: its name with an article, and the way to one that they take. */
interface Foreign {
  readonly what: string;
  readonly hint: string;
}

/** Told by its octets. */
const byKind: Readonly<Partial<Record<Kind, Foreign>>> = {
  spkac: {
    what: 'an SPKAC, which browsers once made in place of a request',
    hint: 'it names nobody: csr-gen makes a request, with a new key or the one it was made with',
  },
};

/** Told by the label of their PEM block. */
const byLabel: readonly (readonly [label: RegExp, foreign: Foreign])[] = [
  [
    /^SSH2 (?:ENCRYPTED )?PUBLIC KEY$/,
    {
      what: 'a public key in SSH2 form',
      hint: 'ssh-keygen -i -m RFC4716 -f FILE | ssh-keygen -e -m PKCS8 -f /dev/stdin',
    },
  ],
];

/** The name of what no command takes, undefined where it has none. */
export function foreignObject(kind: Kind | undefined, label: string | undefined): Foreign | undefined {
  const known = kind === undefined ? undefined : byKind[kind];
  return known ?? (label === undefined ? undefined : byLabel.find(([pattern]) => pattern.test(label))?.[1]);
}
