import { berElementAt } from '../der/ber.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { readPkcs7 } from '../pkcs/pkcs7.js';
import { readPkcs12 } from '../pkcs/pkcs12.js';
import type { Container } from './item.js';

/** An object in a PKCS#7 or PKCS#12. */
export interface Contained {
  readonly kind: 'certificate' | 'crl' | 'pkcs8';
  readonly der: Uint8Array;
}

/** A PKCS#7 or PKCS#12, opened. */
export interface Opened {
  /** In their order. */
  readonly contents: readonly Contained[];
  /** Octets that follow it in what it was read from. */
  readonly trailing: number;
}

/**
 * Opens a PKCS#7 or PKCS#12.
 *
 * @param what names it when its passphrase is asked for
 * @throws {PkiError} it is damaged, holds something else, or its passphrase is missing or wrong
 */
export async function openContainer(
  container: Container,
  der: Uint8Array,
  passphrases: Passphrases,
  what: string,
): Promise<Opened> {
  const trailing = der.length - berElementAt(der, 0, der.length).behind;
  return { contents: await contentsOf(container, der, passphrases, what), trailing };
}

async function contentsOf(
  container: Container,
  der: Uint8Array,
  passphrases: Passphrases,
  what: string,
): Promise<Contained[]> {
  if (container === 'pkcs7') {
    const { certificates, crls } = readPkcs7(der);
    return [...all('certificate', certificates), ...all('crl', crls)];
  }
  const { keys, certificates, crls } = await readPkcs12(der, passphrases, what);
  const bytes = (items: readonly { readonly der: Uint8Array }[]) => items.map((item) => item.der);
  return [...all('pkcs8', bytes(keys)), ...all('certificate', bytes(certificates)), ...all('crl', bytes(crls))];
}

const all = (kind: Contained['kind'], objects: readonly Uint8Array[]): Contained[] =>
  objects.map((der) => ({ kind, der }));
