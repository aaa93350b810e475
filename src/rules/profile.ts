import { signingHashes } from '../crypto/signature-algorithm.js';
import type { Severity } from './rule.js';

/** The profiles rules have severities of their own for. */
export const baseProfiles = ['webpki', 'letsencrypt', 'netlock', 'internal'] as const;
export type BaseProfile = (typeof baseProfiles)[number];

export const builtInProfiles = [...baseProfiles, 'client', 'smime', 'codesign'] as const;
export type BuiltInProfile = (typeof builtInProfiles)[number];

/**
 * A profile says whose rules a request is judged by: how severe each rule is there, and what that CA asks of its own form.
 */
export interface Profile {
  readonly name: string;
  /** One line for people. */
  readonly title: string;
  /** The profile it is, or rests on. */
  readonly base: BaseProfile;
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
  /** The extended key usages that may be asked for; undefined leaves them to the rules. */
  readonly purposes?: readonly string[];
  /** The types of alternative names taken; undefined leaves them to the rules. */
  readonly nameTypes?: readonly string[];
  /** True when one of the alternative names must be an e-mail address. */
  readonly needsMailbox?: boolean;
  /** True when the CA takes a common name for one more DNS name. */
  readonly commonNameIsHost: boolean;
}

const none: ReadonlyMap<string, Severity | 'off'> = new Map();

/** For certificates of people and programs: a common name is a name, and alternative names are not hosts. */
const withoutHosts: ReadonlyMap<string, Severity | 'off'> = new Map(
  ['e_common_name_not_san', 'e_san_missing', 'e_san_email', 'e_san_other'].map((rule) => [rule, 'off']),
);

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
  client: {
    ...plain,
    name: 'client',
    title: 'users and devices that log in over TLS, by a CA of your own',
    base: 'internal',
    severities: withoutHosts,
    purposes: ['clientAuth'],
  },
  smime: {
    ...plain,
    name: 'smime',
    title: 'signed and encrypted mail: the CA/Browser Forum S/MIME Baseline Requirements',
    base: 'internal',
    severities: new Map([...withoutHosts, ['e_ca', 'error']]),
    purposes: ['emailProtection', 'clientAuth'],
    nameTypes: ['email', 'other'],
    needsMailbox: true,
  },
  codesign: {
    ...plain,
    name: 'codesign',
    title: 'signed programs: the CA/Browser Forum Code Signing Baseline Requirements',
    base: 'internal',
    severities: new Map([...withoutHosts, ['e_ca', 'error']]),
    required: ['C', 'O', 'CN'],
    keys: ['rsa:3072+', 'ec:P-256', 'ec:P-384', 'ec:P-521'],
    purposes: ['codeSigning', 'timeStamping'],
  },
};

/**
 * The profile that fits what a request asks for, where that is no TLS server's certificate.
 *
 * @param purposes its extended key usages
 */
export function fittingProfile(purposes: readonly string[]): BuiltInProfile | undefined {
  if (purposes.length === 0) return undefined;
  const fitting = ['client', 'smime', 'codesign'] as const;
  return fitting.find((name) => purposes.every((purpose) => profiles[name].purposes?.includes(purpose)));
}
