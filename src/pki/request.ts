import type { KeyObject } from 'node:crypto';
import { contextConstructed, Tag } from '../der/tag.js';
import { bitString, element, integer, objectIdentifier, sequence } from '../der/writer.js';
import { PkiError } from '../errors.js';
import { AttributeOid } from '../x509/request.js';
import { type ExtensionToWrite, extensionList } from './extensions.js';
import { publicKeyInfo } from './match.js';
import { type SignatureAlgorithm, sign, verify } from './signature.js';

/** What goes into a PKCS #10 request (RFC 2986). */
export interface RequestContent {
  /** The DER of the subject. */
  readonly subject: Uint8Array;
  readonly extensions: readonly ExtensionToWrite[];
  /** What the CA will ask for when the certificate is to be revoked (RFC 2985 5.4.1). */
  readonly challengePassword?: string | undefined;
}

const CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';

/**
 * Makes a signed request; its signature has been verified when this returns.
 *
 * The structure is written without an ASN.1 library: it is small, and loading PKI.js would cost a one-shot call more
 * than all the rest of its work. The tests hold the result to what PKI.js reads and writes.
 *
 * @param key the private key
 * @throws {PkiError} the key cannot sign so
 */
export function makeRequest(content: RequestContent, key: KeyObject, algorithm: SignatureAlgorithm): Buffer {
  const spki = publicKeyInfo(key);
  const attributes = element(contextConstructed(0), ...attributesOf(content).sort(Buffer.compare));
  return signed(sequence(integer(0), content.subject, spki, attributes), key, algorithm, spki);
}

function attributesOf({ extensions, challengePassword }: RequestContent): Buffer[] {
  const attribute = (oid: string, value: Uint8Array) => sequence(objectIdentifier(oid), element(Tag.set, value));
  const attributes: Buffer[] = [];
  if (challengePassword !== undefined) {
    const value = element(Tag.utf8String, Buffer.from(challengePassword, 'utf8'));
    attributes.push(attribute(CHALLENGE_PASSWORD, value));
  }
  if (extensions.length > 0) attributes.push(attribute(AttributeOid.extensionRequest, extensionList(extensions)));
  return attributes;
}

/**
 * Signs octets and puts octets, algorithm and signature together, as requests, certificates and CRLs are.
 *
 * @param spki the signer's public key: what is written has been verified with it
 */
export function signed(tbs: Uint8Array, key: KeyObject, algorithm: SignatureAlgorithm, spki: Uint8Array): Buffer {
  const signature = sign(key, algorithm, tbs);
  if (verify({ algorithm: algorithm.identifier, publicKey: spki, signature, data: tbs }) !== 'good') {
    throw new PkiError('SIGNING_FAILED', 'the signature just made does not verify: nothing is written', {
      hint: 'a fault of this machine, or a key whose halves do not belong together',
    });
  }
  return sequence(tbs, algorithm.identifier, bitString(signature));
}
