import { createRequire } from 'node:module';
import { CryptoEngine, setEngine } from 'pkijs';

/**
 * Gives PKI.js the WebCrypto of @peculiar/webcrypto, so that what our own module over node:crypto has signed is verified
 * by code that shares nothing with it but OpenSSL. Required rather than imported: its ES module cannot be loaded in Node.js.
 */
export function usePeculiarWebcrypto(): void {
  const { Crypto } = createRequire(import.meta.url)('@peculiar/webcrypto') as typeof import('@peculiar/webcrypto');
  setEngine('@peculiar/webcrypto', new CryptoEngine({ name: '@peculiar/webcrypto', crypto: new Crypto() }));
}
