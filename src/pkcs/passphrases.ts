import { PkiError } from '../errors.js';

/** Passphrases to try on one encrypted input, in order; `what` names it in a question to the user. */
export type Passphrases = (what: string) => AsyncIterable<Buffer>;

/**
 * The error when no passphrase fits.
 *
 * @param tried how many there were
 * @param what `the private key`
 */
export function passphraseError(tried: number, what: string): PkiError {
  if (tried === 0) {
    return new PkiError('PASSPHRASE_MISSING', `${what} is encrypted and no passphrase is given`, {
      hint: 'give it with --passin env:NAME, file:PATH or fd:N',
    });
  }
  const reason = tried === 1 ? 'the passphrase is wrong' : `none of the ${tried} passphrases is right`;
  return new PkiError('PASSPHRASE_WRONG', `${what} is encrypted and ${reason}`);
}
