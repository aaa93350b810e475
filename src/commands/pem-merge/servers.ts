/** Parameters that some servers read from the file of certificates. */
export type ServerParameterKind = 'dh' | 'ec';

/** How a server wants its file: always key, leaf, chain and parameters, in this order. */
export interface ServerLayout {
  /** `old`: PKCS#1 for RSA, SEC 1 for EC; `pkcs8`; otherwise as it came. */
  readonly keyFormat: 'keep' | 'old' | 'pkcs8';
  /** True where the server loads PKCS#12 and nothing else. */
  readonly isPkcs12?: true;
  /** True where PREFIX.crt of --split holds the chain too. PREFIX.chain always does. */
  readonly chainBehindLeaf: boolean;
  /** True where it reads keys and certificates with OpenSSL. */
  readonly usesOpenssl: boolean;
  readonly parameters: readonly ServerParameterKind[];
}

const usual = {
  keyFormat: 'keep',
  chainBehindLeaf: true,
  usesOpenssl: true,
  parameters: [],
} as const satisfies ServerLayout;

/** Without --for. */
export const plainLayout: ServerLayout = { ...usual, chainBehindLeaf: false };

/**
 * Servers by name. All of them take key, leaf and chain from one file in this order: Postfix (smtpd_tls_chain_files)
 * insists on it, the others find the key wherever it is. HAProxy, stunnel and Apache (SSLCertificateFile) read
 * Diffie-Hellman parameters from the same file, Apache also a curve; the others have a setting of their own for them. IIS
 * imports PKCS#12 only.
 */
export const servers: Readonly<Record<string, ServerLayout>> = {
  icewarp: { ...usual, keyFormat: 'old', chainBehindLeaf: false },
  haproxy: { ...usual, parameters: ['dh'] },
  nginx: usual,
  apache: { ...usual, parameters: ['dh', 'ec'] },
  lighttpd: usual,
  postfix: usual,
  dovecot: usual,
  exim: usual,
  stunnel: { ...usual, parameters: ['dh'] },
  courier: usual,
  // Its own reader of PEM knows PKCS#8 in every version.
  tomcat: { ...usual, usesOpenssl: false, keyFormat: 'pkcs8' },
  postgresql: usual,
  mariadb: usual,
  caddy: { ...usual, usesOpenssl: false },
  traefik: { ...usual, usesOpenssl: false },
  iis: { ...usual, usesOpenssl: false, isPkcs12: true },
  prosody: usual,
  vsftpd: usual,
};
