import { publicKeyIdentity } from '../crypto/key-pair.js';
import { isPkiError, PkiError } from '../errors.js';
import { soundContentsOf } from '../input/contents.js';
import type { Certificate } from '../x509/certificate.js';
import { type Identifier, sameIdentifiers } from './identifier.js';

/** A certificate the CA issued, and those above it, in the CA's order. */
export interface IssuedChain {
  readonly leaf: Certificate;
  readonly certificates: readonly Certificate[];
}

/**
 * The chain in a download, if it is what was asked for.
 *
 * @param body PEM (RFC 8555 9.1)
 * @param url where it is from, for the error
 * @param publicKey SubjectPublicKeyInfo of the request in DER
 * @throws {PkiError} it does not begin with a certificate for the key and the names of the request
 */
export async function issuedChain(
  body: Buffer,
  url: string,
  publicKey: Uint8Array,
  identifiers: readonly Identifier[],
): Promise<IssuedChain> {
  const certificates = await certificatesIn(body, url);
  const [leaf] = certificates;
  if (leaf === undefined) throw wrong('the CA sent no certificate', url);
  if (publicKeyIdentity(leaf.elements.publicKey.encoding()) !== publicKeyIdentity(publicKey)) {
    throw wrong('the certificate the CA sent is for another key than the request', url);
  }
  const names = leaf.subjectAltNames.flatMap(({ type, value }): Identifier[] =>
    type === 'dns' || type === 'ip' ? [{ type, value: value.toLowerCase() }] : [],
  );
  if (!sameIdentifiers(names, identifiers)) {
    const found = names.map(({ value }) => value).join(', ') || 'none';
    throw wrong(`the certificate the CA sent has other names than the request: ${found}`, url);
  }
  return { leaf, certificates };
}

async function certificatesIn(body: Buffer, url: string): Promise<Certificate[]> {
  async function* chunks(): AsyncGenerator<Buffer, void> {
    yield body;
  }
  try {
    const contents = await soundContentsOf({ name: url, chunks }, {});
    return contents.map(({ object, place }) => {
      if (object.type === 'certificate') return object.view;
      throw wrong(`the CA sent something else at ${place} of its chain`, url);
    });
  } catch (error) {
    if (!isPkiError(error) || error.code === 'ACME_CHAIN') throw error;
    throw wrong(`the chain the CA sent cannot be read: ${error.message}`, url);
  }
}

const wrong = (message: string, source: string): PkiError =>
  new PkiError('ACME_CHAIN', message, { source, hint: 'nothing of it is written' });

/** True when a certificate of the chain bears this common name, or was issued by one that does: how people name a root. */
export function isIssuedUnder({ certificates }: IssuedChain, name: string): boolean {
  const wanted = name.toLowerCase();
  return certificates.some(({ issuer }) => issuer.commonNames.some((each) => each.toLowerCase() === wanted));
}

/** The common names that {@link isIssuedUnder} knows a chain by. */
export const issuersIn = ({ certificates }: IssuedChain): string[] => [
  ...new Set(certificates.flatMap(({ issuer }) => issuer.commonNames)),
];
