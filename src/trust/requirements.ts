import type { Certificate } from '../x509/certificate.js';
import type { PeerName } from './peer-names.js';
import type { Problem } from './problem.js';

/** The rules a path is held to: RFC 5280's alone, or also those of browsers and the Baseline Requirements. */
export const pathProfiles = ['webpki', 'rfc5280'] as const;
export type PathProfile = (typeof pathProfiles)[number];

/** The use a certificate is wanted for (RFC 5280 4.2.1.12); `any` asks for none. */
export const purposes = ['server', 'client', 'email', 'any'] as const;
export type Purpose = (typeof purposes)[number];

/**
 * The reason not to go on with a certificate for what is said of its revocation at a time, undefined where there is none.
 *
 * @param path the certificates of the path, its issuer among them: they may sign lists
 * @throws {DerError}
 */
export type RevocationCheck = (
  certificate: Certificate,
  issuer: Certificate,
  path: readonly Certificate[],
  at: number,
) => Problem | undefined;

/** The questions a path has to answer: the inputs of RFC 5280 6.1.1, and what applications add. */
export interface Requirements {
  /** Milliseconds since 1970; whole seconds count, as in certificates. */
  readonly at: number;
  readonly profile: PathProfile;
  readonly purpose: Purpose;
  /** Names the first certificate must be good for, every one of them. */
  readonly names: readonly PeerName[];
  /** The most certificates between the first and the anchor, self-issued ones not counted; undefined means no limit. */
  readonly depth: number | undefined;
  /** The user-initial-policy-set as OIDs; empty means any policy, and none is asked for. */
  readonly policies: readonly string[];
  /** Undefined where no list is at hand. */
  readonly revocation: RevocationCheck | undefined;
  /** True for a name that a registry gives names under (`hu`, `co.uk`): no wildcard may stand before it. */
  readonly isRegistrySuffix: (name: string) => boolean;
}

/**
 * RFC 5280 alone asked of a path, whatever its names, length and policies; nothing about revocation.
 *
 * @param at milliseconds since 1970
 */
export const plainRequirements = (at: number, purpose: Purpose): Requirements => ({
  at,
  profile: 'rfc5280',
  purpose,
  names: [],
  depth: undefined,
  policies: [],
  revocation: undefined,
  isRegistrySuffix: () => false,
});
