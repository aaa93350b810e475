import { readElement } from '../der/reader.js';
import { isPkiError } from '../errors.js';
import type { PrivateKeyObject } from '../input/pki-object.js';
import { PublicKey } from '../x509/public-key.js';
import type { Show } from './inspector.js';
import type { Item } from './item.js';

/** Private keys are rare among what is looked at, and node:crypto takes 4 ms to load. */
let PrivateKey: typeof import('../crypto/private-key.js').PrivateKey | undefined;

async function load(): Promise<void> {
  PrivateKey = (await import('../crypto/private-key.js')).PrivateKey;
}

/** A way of showing, for which {@link publicKeyOf} is loaded where it is asked. */
export function withPublicHalves(show: Show): Show {
  return (shown, sink) => {
    if (shown.item.type !== 'private_key' || PrivateKey !== undefined) return show(shown, sink);
    return load().then(() => show(shown, sink));
  };
}

/**
 * The public key of a private one; undefined for one that is damaged, or of a kind node:crypto does not know. Only within
 * {@link withPublicHalves}.
 *
 * @param warnings gets the reason where there is none
 */
export function publicKeyOf({ form, der }: PrivateKeyObject, warnings: string[]): PublicKey | undefined {
  if (PrivateKey === undefined) return undefined;
  try {
    return new PublicKey(readElement(new PrivateKey(der, form, false).publicKeyInfo));
  } catch (error) {
    if (!isPkiError(error)) throw error;
    warnings.push(error.message);
    return undefined;
  }
}

/**
 * The public key an object is about: its own, or the public half of a private one. Only within {@link withPublicHalves}.
 */
export function publicKeyIn(item: Item): PublicKey | undefined {
  switch (item.type) {
    case 'certificate':
    case 'request':
      return item.view.publicKey;
    case 'public_key':
      return item.view;
    case 'private_key':
      return publicKeyOf(item, []);
    default:
      return undefined;
  }
}
