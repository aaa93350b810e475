import { signingHashes } from '../crypto/signature-algorithm.js';
import type { Severity } from './severity.js';

export const builtInProfiles = ['webpki', 'letsencrypt', 'netlock', 'internal'] as const;
export type BuiltInProfile = (typeof builtInProfiles)[number];

/**
 * A profile says whose rules a request is judged by: how severe each rule is there, and what that CA asks of its own form.
 */
export interface Profile {
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** The built-in profile it is, or rests on. */
  readonly base: BuiltInProfile;
  /** Severities that differ from the base's. */
  readonly severities: ReadonlyMap<string, Severity | 'off'>;
  /** Subject fields that must be there, by short name. */
  readonly required: readonly string[];
  /** Subject fields that must not be there. */
  readonly forbidden: readonly string[];
  /** Kinds of key taken (`rsa:2048`, `rsa`, `ec:P-256`, `ec`, `ed25519`); undefined leaves it to the rules. */
  readonly keys?: readonly string[];
  /** The only RSA exponent taken. */
  readonly exponent?: bigint;
  /** Signature schemes and hashes taken; undefined leaves it to the rules. */
  readonly signatures?: { readonly schemes: readonly string[]; readonly hashes: readonly string[] };
  /** The patterns every name must match: `*` one label, `**` any number of them; undefined for any name. */
  readonly names?: readonly string[];
  /** More names are refused; undefined for no limit. */
  readonly maxNames?: number;
  /** More names are worth a notice. */
  readonly manyNames?: number;
  /** More labels in a DNS name are refused. */
  readonly maxLabels?: number;
  /** True when the CA takes a common name for one more DNS name. */
  readonly commonNameIsHost: boolean;
}

const none: ReadonlyMap<string, Severity | 'off'> = new Map();
const plain = { severities: none, required: [], forbidden: [], commonNameIsHost: false };

export const profiles: Readonly<Record<BuiltInProfile, Profile>> = {
  webpki: {
    ...plain,
    name: 'webpki',
    title: 'any publicly trusted CA: the CA/Browser Forum Baseline Requirements',
    base: 'webpki',
  },
  letsencrypt: {
    ...plain,
    name: 'letsencrypt',
    title: "Let's Encrypt: errors are what its software, boulder, refuses",
    base: 'letsencrypt',
    keys: ['rsa:2048', 'rsa:3072', 'rsa:4096', 'ec:P-256', 'ec:P-384'],
    exponent: 65537n,
    signatures: { schemes: ['rsa-pkcs1', 'ecdsa'], hashes: signingHashes },
    maxNames: 100,
    manyNames: 25,
    maxLabels: 10,
    commonNameIsHost: true,
  },
  netlock: {
    ...plain,
    name: 'netlock',
    title: 'NetLock: the Baseline Requirements and the fields its request form asks for',
    base: 'netlock',
    required: ['C', 'L', 'O', 'CN'],
  },
  internal: {
    ...plain,
    name: 'internal',
    title: 'a CA of your own: private names and addresses, any sound key',
    base: 'internal',
  },
};
