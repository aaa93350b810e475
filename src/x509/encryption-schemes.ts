import { once } from '../once.js';

/** Ways to encrypt under a passphrase, by the OIDs that keys and PKCS#12 files name them with. */

/** A scheme that fixes key derivation and cipher (RFC 8018 A.3, RFC 7292 C). */
interface PasswordScheme {
  /** For people: `PBES1 md5 des-cbc`. */
  readonly name: string;
  /** The hash of PBKDF1; undefined where the derivation is PKCS#12's, with SHA-1. */
  readonly hash?: 'md2' | 'md5' | 'sha1';
  /** OpenSSL's name. */
  readonly cipher: string;
}

export const passwordSchemes = once(
  (): ReadonlyMap<string, PasswordScheme> =>
    new Map<string, PasswordScheme>([
      ['1.2.840.113549.1.5.1', { name: 'PBES1 md2 des-cbc', hash: 'md2', cipher: 'des-cbc' }],
      ['1.2.840.113549.1.5.3', { name: 'PBES1 md5 des-cbc', hash: 'md5', cipher: 'des-cbc' }],
      ['1.2.840.113549.1.5.4', { name: 'PBES1 md2 rc2-cbc', hash: 'md2', cipher: 'rc2-64-cbc' }],
      ['1.2.840.113549.1.5.6', { name: 'PBES1 md5 rc2-cbc', hash: 'md5', cipher: 'rc2-64-cbc' }],
      ['1.2.840.113549.1.5.10', { name: 'PBES1 sha1 des-cbc', hash: 'sha1', cipher: 'des-cbc' }],
      ['1.2.840.113549.1.5.11', { name: 'PBES1 sha1 rc2-cbc', hash: 'sha1', cipher: 'rc2-64-cbc' }],
      ['1.2.840.113549.1.12.1.1', { name: 'PKCS#12 rc4-128', cipher: 'rc4' }],
      ['1.2.840.113549.1.12.1.2', { name: 'PKCS#12 rc4-40', cipher: 'rc4-40' }],
      ['1.2.840.113549.1.12.1.3', { name: 'PKCS#12 3des-cbc', cipher: 'des-ede3-cbc' }],
      ['1.2.840.113549.1.12.1.4', { name: 'PKCS#12 2des-cbc', cipher: 'des-ede-cbc' }],
      ['1.2.840.113549.1.12.1.5', { name: 'PKCS#12 rc2-128-cbc', cipher: 'rc2-cbc' }],
      ['1.2.840.113549.1.12.1.6', { name: 'PKCS#12 rc2-40-cbc', cipher: 'rc2-40-cbc' }],
    ]),
);

/** The cipher whose parameters hold more than an IV (RFC 8018 B.2.3). */
export const RC2_CBC = '1.2.840.113549.3.2';

const AES = '2.16.840.1.101.3.4.1';

/** OpenSSL's names of the ciphers of PBES2. */
export const ciphersByOid = once(
  (): ReadonlyMap<string, string> =>
    new Map([
      [`${AES}.2`, 'aes-128-cbc'],
      [`${AES}.3`, 'aes-128-ofb'],
      [`${AES}.4`, 'aes-128-cfb'],
      [`${AES}.6`, 'aes-128-gcm'],
      [`${AES}.22`, 'aes-192-cbc'],
      [`${AES}.23`, 'aes-192-ofb'],
      [`${AES}.24`, 'aes-192-cfb'],
      [`${AES}.42`, 'aes-256-cbc'],
      [`${AES}.43`, 'aes-256-ofb'],
      [`${AES}.44`, 'aes-256-cfb'],
      [`${AES}.46`, 'aes-256-gcm'],
      ['1.2.392.200011.61.1.1.1.2', 'camellia-128-cbc'],
      ['1.2.392.200011.61.1.1.1.3', 'camellia-192-cbc'],
      ['1.2.392.200011.61.1.1.1.4', 'camellia-256-cbc'],
      ['1.2.410.200046.1.1.2', 'aria-128-cbc'],
      ['1.2.410.200046.1.1.7', 'aria-192-cbc'],
      ['1.2.410.200046.1.1.12', 'aria-256-cbc'],
      ['1.2.156.10197.1.104.2', 'sm4-cbc'],
      ['1.2.840.113549.3.7', 'des-ede3-cbc'],
      ['1.3.14.3.2.7', 'des-cbc'],
      [RC2_CBC, 'rc2-cbc'],
      ['1.3.6.1.4.1.3029.1.2', 'bf-cbc'],
      ['1.2.840.113533.7.66.10', 'cast5-cbc'],
      ['1.3.6.1.4.1.188.7.1.1.2', 'idea-cbc'],
      ['1.2.410.200004.1.4', 'seed-cbc'],
    ]),
);
