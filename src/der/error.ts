import { PkiError } from '../errors.js';

/** The faults of a piece of DER. */
/** `DER_COUNT`: more of something than is looked at. */
type DerErrorCode =
  | 'DER_TRUNCATED'
  | 'DER_LENGTH'
  | 'DER_TAG'
  | 'DER_DEPTH'
  | 'DER_COUNT'
  | 'DER_TRAILING'
  | 'DER_VALUE';

/** A DER fault with its place: `offset` counts bytes from the start of the outermost object. */
export class DerError extends PkiError {
  readonly offset: number;
  /** The message without the place. */
  readonly reason: string;

  constructor(code: DerErrorCode, offset: number, message: string) {
    super(code, `${message} at byte ${offset}`);
    this.name = 'DerError';
    this.offset = offset;
    this.reason = message;
  }
}

/** An error in a copy, told by the place in what the copy was made of; errors that have no offset as they are. */
export function movedError(error: PkiError, originalOffset: (offset: number) => number): PkiError {
  if (!('offset' in error && 'reason' in error)) return error;
  const { offset, reason, code, hint } = error;
  if (typeof offset !== 'number' || typeof reason !== 'string') return error;
  return new PkiError(code, `${reason} at byte ${originalOffset(offset)}`, { hint, cause: error });
}
