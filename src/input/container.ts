import { berElementAt } from '../der/ber.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { readPkcs7 } from '../pkcs/pkcs7.js';
import { readPkcs12 } from '../pkcs/pkcs12.js';
import type { ContainerKind } from './pki-object.js';

/** An object in a PKCS#7 or PKCS#12. */
interface Contained {
  readonly kind: 'certificate' | 'crl' | 'pkcs8';
  readonly der: Uint8Array;
  /** True for a key that lay there encrypted. */
  readonly wasEncrypted: boolean;
}

/** A PKCS#7 or PKCS#12, opened. */
interface Opened {
  /** In their order. */
  readonly contents: readonly Contained[];
  /** Octets that follow it in what it was read from. */
  readonly trailing: number;
}

/**
 * Opens a PKCS#7 or PKCS#12; load with import().
 *
 * @param what names it when its passphrase is asked for
 * @throws {PkiError} it is damaged, holds something else, or its passphrase is missing or wrong
 */
export async function openContainer(
  container: ContainerKind,
  der: Uint8Array,
  passphrases: Passphrases,
  what: string,
): Promise<Opened> {
  const trailing = der.length - berElementAt(der, 0, der.length).behind;
  return { contents: await contentsOf(container, der, passphrases, what), trailing };
}

async function contentsOf(
  container: ContainerKind,
  der: Uint8Array,
  passphrases: Passphrases,
  what: string,
): Promise<Contained[]> {
  const plain = (kind: Contained['kind']) => (each: Uint8Array) => ({ kind, der: each, wasEncrypted: false });
  if (container === 'pkcs7') {
    const { certificates, crls } = readPkcs7(der);
    return [...certificates.map(plain('certificate')), ...crls.map(plain('crl'))];
  }
  const { keys, certificates, crls } = await readPkcs12(der, passphrases, what);
  return [
    ...keys.map((key): Contained => ({ kind: 'pkcs8', der: key.der, wasEncrypted: key.wasEncrypted })),
    ...certificates.map(plain('certificate')),
    ...crls.map(plain('crl')),
  ];
}
