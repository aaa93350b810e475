import { Crypto } from '@peculiar/webcrypto';
import { CryptoEngine, setEngine } from 'pkijs';

/**
 * Gives PKI.js its engine, @peculiar/webcrypto. Only what encrypts, decrypts or signs inside PKI.js (CMS, PKCS #12) needs
 * one and imports this; building requests and certificates does not, and saves loading it.
 */
setEngine('pkiutils', new CryptoEngine({ name: 'pkiutils', crypto: new Crypto() }));
