import { SignatureVerification, sign } from '../crypto/signature.js';
import { Tag } from '../der/tag.js';
import { bitString, element, header, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { ExtensionOid } from '../x509/extension.js';
import type { Authority } from './authority.js';
import { issuerKeyIdentifier } from './key-identifier.js';
import { timeValue } from './revocation-entry.js';

/** The content of a revocation list, version 2 (RFC 5280 5.1). */
interface CrlContent {
  /** Milliseconds since 1970. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly number: bigint;
  /** The number of the complete list a delta goes with; undefined for a complete one. */
  readonly baseNumber: bigint | undefined;
  /** The DER of the issuing distribution point; undefined for a list of everything the CA issues. */
  readonly scope: Uint8Array | undefined;
  readonly entries: EncodedEntries;
}

/** The DER of entries, in their order. */
export interface EncodedEntries {
  /** In octets, of all of them. */
  readonly length: number;
  /** The octets, each time from the beginning; a piece is good until the next. */
  pieces(): Iterable<Uint8Array>;
}

/**
 * Makes a signed revocation list; its signature has been verified when this returns. PKI.js would hold every entry as a
 * tree of objects: the DER is written as it is, in pieces.
 *
 * @returns the pieces, in their order, each of which is good until the next
 * @throws {PkiError} the key cannot sign so
 */
export function makeCrl(content: CrlContent, { certificate, signer }: Authority): Iterable<Uint8Array> {
  const { key, algorithm, publicKey } = signer;
  const { entries } = content;
  const front = Buffer.concat([
    integer(1),
    algorithm.identifier,
    certificate.elements.subject.encoding(),
    timeValue(content.thisUpdate),
    timeValue(content.nextUpdate),
    ...(entries.length === 0 ? [] : [header(Tag.sequence, entries.length)]),
  ]);
  const back = element(0xa0, extensionsOf(content, issuerKeyIdentifier(certificate)));
  const tbsHeader = header(Tag.sequence, front.length + entries.length + back.length);
  const tbs = function* (): Generator<Uint8Array, void> {
    yield tbsHeader;
    yield front;
    yield* entries.pieces();
    yield back;
  };
  const verification = new SignatureVerification({ algorithm: algorithm.identifier, publicKey });
  const heard = function* (): Generator<Uint8Array, void> {
    for (const piece of tbs()) {
      verification.update(piece);
      yield piece;
    }
  };
  const signature = sign(key, algorithm, heard());
  if (verification.verdict(signature) !== 'good') {
    throw new PkiError('SIGNING_FAILED', 'the signature just made does not verify: nothing is written', {
      hint: 'a fault of this machine, or a key whose halves do not belong together',
    });
  }
  const rest = Buffer.concat([algorithm.identifier, bitString(signature)]);
  const length = tbsHeader.length + front.length + entries.length + back.length + rest.length;
  return (function* () {
    yield header(Tag.sequence, length);
    yield* tbs();
    yield rest;
  })();
}

function extensionsOf({ number, baseNumber, scope }: CrlContent, keyIdentifier: Uint8Array): Buffer {
  return sequence(
    extension(ExtensionOid.authorityKeyId, false, sequence(element(0x80, keyIdentifier))),
    extension(ExtensionOid.crlNumber, false, bigInteger(number)),
    ...(baseNumber === undefined ? [] : [extension(ExtensionOid.deltaCrlIndicator, true, bigInteger(baseNumber))]),
    ...(scope === undefined ? [] : [extension(ExtensionOid.issuingDistributionPoint, true, scope)]),
  );
}

const extension = (oid: string, critical: boolean, value: Uint8Array): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [element(Tag.boolean, Buffer.of(0xff))] : []), octetString(value));

function bigInteger(value: bigint): Buffer {
  const digits = value.toString(16);
  return integer(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'));
}

/** An issuing distribution point of these URLs (RFC 5280 5.2.5). */
export const distributionPoint = (urls: readonly string[]): Buffer =>
  sequence(element(0xa0, element(0xa0, ...urls.map((url) => element(0x86, Buffer.from(url, 'latin1'))))));
