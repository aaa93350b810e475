import process from 'node:process';
import { readElement } from '../der/reader.js';
import type { PrivateKeyInfo } from '../x509/private-key-info.js';
import { PublicKey } from '../x509/public-key.js';

/** The public key of a private one; undefined for kinds node:crypto does not know. */
export function publicKeyOf({ format }: PrivateKeyInfo, der: Uint8Array): PublicKey | undefined {
  const { createPrivateKey, createPublicKey } = process.getBuiltinModule('node:crypto');
  try {
    const key =
      format === 'dsa'
        ? createPublicKey(`-----BEGIN DSA PRIVATE KEY-----\n${base64(der)}\n-----END DSA PRIVATE KEY-----\n`)
        : createPublicKey(createPrivateKey({ key: Buffer.from(der), format: 'der', type: format }));
    return new PublicKey(readElement(key.export({ format: 'der', type: 'spki' })));
  } catch {
    return undefined;
  }
}

const base64 = (der: Uint8Array): string => Buffer.from(der).toString('base64');
