import type { InputObject } from '../input/item.js';
import { containerKind } from '../pkcs/container.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { kindOf } from '../x509/kind.js';
import type { Contained } from './containers.js';

/**
 * Objects with what is in PKCS#7 and PKCS#12 in their place.
 *
 * @param what names the input when a passphrase is asked for
 * @throws {PkiError} one cannot be opened
 */
export async function opened(
  objects: readonly InputObject[],
  passphrases: Passphrases,
  what: string,
): Promise<readonly InputObject[]> {
  const all: InputObject[] = [];
  for (const object of objects) {
    const { label, pemKind, der } = object;
    const kind = label === undefined ? (kindOf(der) ?? containerKind(der)) : pemKind;
    if (kind !== 'pkcs7' && kind !== 'pkcs12') {
      all.push(object);
      continue;
    }
    const { openContainer } = await import('./containers.js');
    const { contents } = await openContainer(kind, der, passphrases, what);
    all.push(...contents.map((each) => ({ ...object, ...forms[each.kind], der: Buffer.from(each.der) })));
  }
  return all;
}

/** What the contents would be in PEM. */
const forms = {
  certificate: { label: 'CERTIFICATE', pemKind: 'certificate' },
  crl: { label: 'X509 CRL', pemKind: 'crl' },
  pkcs8: { label: 'PRIVATE KEY', pemKind: 'private_key' },
} as const satisfies Record<Contained['kind'], Pick<InputObject, 'label' | 'pemKind'>>;
