/**
 * An error in the input, said so that a person can act on it. Every error this project throws on purpose is
 * one of these; anything else that surfaces is a bug of ours.
 *
 * `code` is stable and meant for programs, `message` is lower case without a full stop and meant for people, `hint` is
 * the way out where we know one. The class is recognised by a registered symbol rather than by identity, because a
 * bundle and the parts it loads on demand each carry a copy.
 */
const brand = Symbol.for('pkiutils.error');

interface PkiErrorOptions {
  /** The way out, where we know it: one line, lower case, no full stop. */
  readonly hint?: string | undefined;
  /** Exit status: 1 "the answer is no", 2 "cannot tell" (the default). */
  readonly status?: 1 | 2;
  /** The file or operand it is about, for errors thrown where the caller does not know it. */
  readonly source?: string | undefined;
  /** The other faults of the same input, when all of them are known. */
  readonly others?: readonly Complaint[];
  readonly cause?: unknown;
}

/** A message and the way out, as an error has them. */
export interface Complaint {
  readonly message: string;
  readonly hint?: string | undefined;
}

export class PkiError extends Error {
  readonly [brand] = true;
  readonly code: string;
  readonly hint: string | undefined;
  readonly status: 1 | 2;
  readonly source: string | undefined;
  readonly others: readonly Complaint[];

  constructor(code: string, message: string, options: PkiErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PkiError';
    this.code = code;
    this.hint = options.hint;
    this.status = options.status ?? 2;
    this.source = options.source;
    this.others = options.others ?? [];
  }
}

/** A mistake in how a command was called: exit status 2. */
export class UsageError extends PkiError {
  constructor(message: string, hint?: string) {
    super('USAGE', message, { hint });
    this.name = 'UsageError';
  }
}

/** True for every {@link PkiError}, also one thrown by a part loaded on demand. */
export function isPkiError(error: unknown): error is PkiError {
  return typeof error === 'object' && error !== null && brand in error;
}

/** The error as it is, but about `source` where it does not say yet what it is about. */
export function withSource(error: unknown, source: string): unknown {
  if (!isPkiError(error) || error.source !== undefined) return error;
  const { code, message, hint, status, others } = error;
  return new PkiError(code, message, { hint, status, others, source, cause: error });
}

/** The value read, or undefined where the reader finds its input malformed. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/**
 * The value of a lazy field, or null and a warning when it cannot be read.
 *
 * @param what names the field in the warning; undefined when another warning says it already
 */
export function readOrWarn<T>(read: () => T, what: string | undefined, warnings: string[]): T | null {
  try {
    return read();
  } catch (error) {
    // Too much to be looked at is no damage to be read past.
    if (!isPkiError(error) || error.code === 'DER_COUNT') throw error;
    if (what !== undefined) warnings.push(`${what}: ${error.message}`);
    return null;
  }
}

/** The message of a reader that finds its input malformed; undefined where it finds nothing wrong. */
export function complaint(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (isPkiError(error)) return error.message;
    throw error;
  }
}
