import type { ChallengeType, Proof } from './challenge.js';

/** A way to put up what a challenge asks for, and to take it down again. */
export interface Responder {
  /** The types it can answer, the one it takes without being told first. */
  readonly types: readonly ChallengeType[];
  /**
   * Looks, before anything is asked of the CA, whether it can do its work.
   *
   * @throws {PkiError}
   */
  prepare(): Promise<void>;
  /** Puts the proof up; it can be seen from outside when this returns. Ends early when `signal` is aborted. */
  present(proof: Proof, signal: AbortSignal): Promise<void>;
  /** Takes the proof down, also one that is half up; one that is not there is no error. Bounded in time. */
  withdraw(proof: Proof): Promise<void>;
  /** Gives back what it holds: sockets. */
  close(): Promise<void>;
}
