import { constants } from 'node:crypto';
import process from 'node:process';
import { createSecureContext, type SecureContext, type SecureVersion } from 'node:tls';
import { PkiError } from '../errors.js';

export type TlsVersion = '1.0' | '1.1' | '1.2' | '1.3';
export type KeyType = 'rsa' | 'ecdsa';

export interface ContextOptions {
  /** This version and no other. */
  readonly version?: TlsVersion | undefined;
  /** The kind of certificate to ask for where a server has both. */
  readonly keyType?: KeyType | undefined;
  /** True where nothing but the stapled OCSP response is good for anything. */
  readonly needsStaple?: boolean;
  /** A certificate of ours, with its chain behind it, and its key, PEM, for servers that want one. */
  readonly identity?: { readonly certificates: string; readonly key: string } | undefined;
}

const versions: Readonly<Record<TlsVersion, SecureVersion>> = {
  '1.0': 'TLSv1',
  '1.1': 'TLSv1.1',
  '1.2': 'TLSv1.2',
  '1.3': 'TLSv1.3',
};

/** The signatures a certificate of each kind makes (RFC 8446 4.2.3, RFC 5246 7.4.1.4.1). */
const signatures: Readonly<Record<KeyType, string>> = {
  rsa: [...hashes('RSA-PSS'), ...hashes('RSA'), 'RSA+SHA1'].join(':'),
  ecdsa: ['ed25519', 'ed448', ...hashes('ECDSA'), 'ECDSA+SHA1'].join(':'),
};

/** The runtime of the standalone executable has BoringSSL: it knows no levels, and not all of the signatures. */
const isBoringSsl = process.versions['bun'] !== undefined;

/** Small keys and old hashes too. */
const weakestLevel = isBoringSsl ? '' : ':@SECLEVEL=0';

/** The suites up to TLS 1.2 that go with them; those of TLS 1.3 say nothing about the certificate. */
const suites: Readonly<Record<KeyType, string>> = { rsa: 'aRSA', ecdsa: 'aECDSA' };

function hashes(kind: string): string[] {
  return ['SHA256', 'SHA384', 'SHA512'].map((hash) => `${kind}+${hash}`);
}

const lacks = (what: string) => new PkiError('RUNTIME', `this runtime ${what}`, { hint: 'use Node.js for it' });

/**
 * How TLS is spoken with servers whose certificates are wanted, and nothing else: every version from 1.0, every key, hash
 * and suite but those that need no certificate, and servers without secure renegotiation (RFC 5746) too.
 */
export function permissiveContext({ version, keyType, identity, needsStaple }: ContextOptions): SecureContext {
  if (isBoringSsl && keyType !== undefined) throw lacks('cannot ask for a kind of certificate');
  if (isBoringSsl && needsStaple) throw lacks('is not told of stapled OCSP responses');
  const kind = keyType === undefined ? 'DEFAULT' : `${suites[keyType]}:!aNULL:!eNULL`;
  return createSecureContext({
    // None: nothing is verified, and the system's need not be loaded.
    ca: [],
    ciphers: `TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:${kind}${weakestLevel}`,
    minVersion: version === undefined ? 'TLSv1' : versions[version],
    maxVersion: version === undefined ? 'TLSv1.3' : versions[version],
    secureOptions: constants.SSL_OP_LEGACY_SERVER_CONNECT,
    ...(keyType === undefined ? {} : { sigalgs: signatures[keyType] }),
    ...(identity === undefined ? {} : { cert: identity.certificates, key: identity.key }),
  });
}
