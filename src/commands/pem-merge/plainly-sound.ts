import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { publicKeyObject } from '../../crypto/public-key.js';
import { usualCurves } from '../../x509/curves.js';
import { signatureAlgorithm } from '../../x509/signature-algorithm.js';
import { type Contents, certificatesInOrder, oneFile } from './contents.js';
import type { Layout } from './layout.js';

const strongHashes: ReadonlySet<string | null> = new Set(['sha256', 'sha384', 'sha512']);

/**
 * True for what servers built on OpenSSL take beyond doubt: it reads the certificates and the key, the key is that of the
 * first, and all are of usual kinds and sizes. Of anything else it has to be asked as a server asks it, which loads all of
 * TLS and takes longer than the rest of a call.
 */
export function isPlainlySound(contents: Contents, layout: Layout): boolean {
  const certificates = certificatesInOrder(contents, layout);
  try {
    // Of the key in it, which may be one that OpenSSL computes with for minutes, it is not asked.
    const read = certificates.map(({ der }) => new X509Certificate(der));
    const areStrong =
      certificates.every(({ publicKey }) => isStrong(publicKeyObject(publicKey.der))) &&
      certificates.every((each) => strongHashes.has(signatureAlgorithm(each.signatureAlgorithm).hash));
    if (!areStrong || contents.key === undefined) return areStrong;
    const key = createPrivateKey(oneFile(contents, { ...layout, order: ['key'] }, undefined));
    return read[0]?.checkPrivateKey(key) === true;
  } catch {
    return false;
  }
}

/** True for a key of a kind all servers know, and of 112 bits of security at least. */
function isStrong({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (asymmetricKeyType === 'rsa') return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  const curve = asymmetricKeyDetails?.namedCurve;
  return asymmetricKeyType === 'ec' && usualCurves.some(({ openssl, isPublic }) => isPublic && openssl === curve);
}
