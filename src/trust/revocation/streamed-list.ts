import { type SignatureVerdict, SignatureVerification } from '../../crypto/signature.js';
import { frameFlaw } from '../../crypto/verify-signed.js';
import type { Certificate } from '../../x509/certificate.js';
import type { EntryTaker } from '../../x509/crl-entry-scanner.js';
import { CrlFilter, type CrlFront } from '../../x509/crl-filter.js';
import { signerCandidates } from './list-signer.js';
import type { RevocationList } from './question.js';

/** The most keys a list is verified with as it goes by: each hashes all of it. */
const MAX_KEYS = 4;

/**
 * Takes a list piece by piece, in memory that does not grow with it: its signature is verified, and its entries are taken,
 * in one walk.
 */
export class StreamedList {
  readonly #filter: CrlFilter;
  readonly #signers: readonly Certificate[];
  readonly #verifications = new Map<string, SignatureVerification>();

  /** @param signers the certificates it may be signed with */
  constructor(taker: EntryTaker, signers: readonly Certificate[]) {
    this.#signers = signers;
    this.#filter = new CrlFilter(taker, {
      front: (front) => this.#begin(front),
      signed: (octets) => {
        for (const verification of this.#verifications.values()) verification.update(octets);
      },
    });
  }

  /** Takes the next octets, which are the caller's again when it returns. @throws {DerError} it is no list */
  push(chunk: Uint8Array): void {
    this.#filter.push(chunk);
  }

  /** The list, when nothing more comes. @throws {DerError} */
  end(): RevocationList {
    const crl = this.#filter.end();
    const isSound = frameFlaw(crl) === undefined;
    const verdicts = new Map<string, SignatureVerdict>();
    for (const [key, verification] of this.#verifications) {
      verdicts.set(key, isSound ? verification.verdict(crl.signature) : 'bad');
    }
    const unknown: SignatureVerdict = { unchecked: 'its key was not known when the list came' };
    return { crl, verdictOf: (signer) => verdicts.get(keyOf(signer)) ?? unknown };
  }

  #begin({ issuer, algorithm }: CrlFront): void {
    for (const signer of signerCandidates(issuer, this.#signers).slice(0, MAX_KEYS)) {
      const publicKey = signer.elements.publicKey.encoding();
      this.#verifications.set(
        keyOf(signer),
        new SignatureVerification({ algorithm: algorithm.element.encoding(), publicKey }),
      );
    }
  }
}

const keyOf = (signer: Certificate): string => Buffer.from(signer.elements.publicKey.encoding()).toString('latin1');
