const END = '-----END CERTIFICATE-----';

/**
 * BEGIN, and base64 that begins as a certificate of version 3 does and no key: SEQUENCE { SEQUENCE { [0] { INTEGER 2 },
 * INTEGER …, both of 256 octets or more.
 */
const plain = /^\s*-----BEGIN CERTIFICATE-----\r?\nMII[\w+/]{3}CC[\w+/]{3}gAwIBAgI[\w+/=\s]*$/;

/**
 * True for PEM of certificates and nothing else, as commands write it, by its beginnings: it is told so from a file with
 * keys that none of the readers has to be loaded, and no octet is decoded.
 */
export function arePlainCertificates(text: string): boolean {
  const parts = text.split(END);
  return parts.length > 1 && parts.pop()?.trim() === '' && parts.every((part) => plain.test(part));
}
