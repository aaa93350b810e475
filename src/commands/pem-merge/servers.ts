/** The parts of a bundle. */
export type Part = 'key' | 'leaf' | 'chain' | 'dh';

/** How a server wants its file. */
export interface ServerLayout {
  /** What goes into the one file, in order. */
  readonly order: readonly Part[];
  /** What goes into PREFIX.crt when the parts are split; the chain always is in PREFIX.chain too. */
  readonly certificateFile: readonly Part[];
  /** `old`: PKCS#1 for RSA, SEC 1 for EC; otherwise as it came. */
  readonly keyFormat: 'keep' | 'old';
}

const oneFile = {
  order: ['key', 'leaf', 'chain'],
  certificateFile: ['leaf', 'chain'],
  keyFormat: 'keep',
} as const satisfies ServerLayout;

/** Without --for. */
export const plainLayout: ServerLayout = { ...oneFile, certificateFile: ['leaf'] };

/**
 * Servers by name. All of them take key, leaf and chain from one file in this order; Postfix (smtpd_tls_chain_files)
 * insists on it, the others read the key wherever it is. Diffie-Hellman parameters are read from the same file by
 * HAProxy, Apache (SSLCertificateFile) and stunnel; the others have a setting of their own for them.
 */
export const servers: Readonly<Record<string, ServerLayout>> = {
  icewarp: { ...oneFile, certificateFile: ['leaf'], keyFormat: 'old' },
  haproxy: { ...oneFile, order: [...oneFile.order, 'dh'] },
  nginx: oneFile,
  apache: { ...oneFile, order: [...oneFile.order, 'dh'], certificateFile: [...oneFile.certificateFile, 'dh'] },
  lighttpd: oneFile,
  postfix: oneFile,
  dovecot: oneFile,
  exim: oneFile,
  stunnel: { ...oneFile, order: [...oneFile.order, 'dh'], certificateFile: [...oneFile.certificateFile, 'dh'] },
  courier: oneFile,
};
