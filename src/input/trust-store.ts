import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { PkiError } from '../errors.js';
import { readSmallFile } from './source.js';

/** Where systems keep their trust anchors in one file of PEM; the first that is there counts. */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Arch
  '/etc/pki/tls/certs/ca-bundle.crt', // RHEL, Fedora
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem', // Alpine, macOS, OpenBSD
  '/usr/local/share/certs/ca-root-nss.crt', // FreeBSD
] as const;

/**
 * The files of the system's trust anchors, PEM each: what SSL_CERT_FILE and the folders of SSL_CERT_DIR name (as OpenSSL
 * has them), or else the one the system keeps.
 *
 * @throws {PkiError} there is none; it says where we looked
 */
export function trustStoreFiles(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { SSL_CERT_FILE: file, SSL_CERT_DIR: folders } = environment;
  if (file || folders) {
    const inFolders = (folders ?? '').split(delimiter).filter(Boolean).flatMap(filesIn);
    const files = [...(file ? [file] : []), ...inFolders];
    if (files.length > 0) return files;
    throw new PkiError('NO_ANCHORS', `the system has no trust anchors: looked in ${folders}`, {
      hint: 'SSL_CERT_DIR names folders with files of PEM in them',
    });
  }
  const found = bundles.find((path) => existsSync(path));
  if (found !== undefined) return [found];
  throw new PkiError('NO_ANCHORS', `the system has no trust anchors: looked for ${bundles.join(', ')}`, {
    hint: 'install ca-certificates, or name a file in SSL_CERT_FILE',
  });
}

/** The files in a folder; links made by c_rehash lead to the same certificates again, which does no harm. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/**
 * The system's trust anchors as PEM.
 *
 * @throws {PkiError}
 */
export function readTrustStore(): string {
  return trustStoreFiles()
    .map((path) => readSmallFile(path).toString('latin1'))
    .join('\n');
}
