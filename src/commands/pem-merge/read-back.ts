import { createSecureContext } from 'node:tls';
import { opensslReasons } from '../../crypto/openssl-reason.js';
import { encodePem } from '../../pem/encode.js';
import type { Certificate } from '../../x509/certificate.js';
import { displayName } from '../../x509/display-name.js';
import type { Bundle } from './bundle.js';
import { type CheckOptions, warningOrRefusal } from './checks.js';
import { type Contents, certificatesInOrder, oneFile } from './contents.js';
import type { Layout } from './layout.js';

/** The security level of Debian and, since OpenSSL 3.2, of everybody: what has less than 112 bits of it is refused. */
const USUAL_LEVEL = 'DEFAULT@SECLEVEL=2';

/**
 * Reads what is to be written as servers built on OpenSSL do when they start, by the functions they call, and says what they
 * would refuse, in their words. An encrypted key is read as it is below its encryption; certificates that stand in a file
 * without their leaf are read behind it.
 */
export function readBack({ key }: Bundle, contents: Contents, layout: Layout, options: CheckOptions): void {
  const certificates = certificatesInOrder(contents, layout);
  const keyPem = contents.key && oneFile(contents, { ...layout, order: ['key'] }, undefined);
  if (serverWords(certificates, keyPem) === undefined) return;
  const complain = warningOrRefusal(options);
  // The first that is refused is where a server stops.
  const culprits = certificates.map((certificate, i) => ({
    certificate,
    words: serverWords(certificates.slice(0, i + 1), undefined),
  }));
  const refused = culprits.find(({ words }) => words !== undefined);
  if (refused?.words !== undefined) {
    const { certificate, words } = refused;
    const hint = /too (?:small|weak)/.test(words) ? 'at the usual security level, 2' : undefined;
    complain(
      options.originOf(certificate),
      `servers built on OpenSSL refuse the certificate of ${displayName(certificate)}: ${words}`,
      hint,
    );
    return;
  }
  const alone = serverWords([], keyPem);
  const words = alone ?? serverWords(certificates, keyPem);
  const where = alone === undefined ? ' beside these certificates' : '';
  complain(key?.source, `${key?.place}: servers built on OpenSSL refuse this private key${where}: ${words}`);
}

/** The reasons a server gives for not taking these; undefined where it does. */
function serverWords(certificates: readonly Certificate[], key: string | undefined): string | undefined {
  const cert = certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
  try {
    createSecureContext({
      // None: nothing is verified, and loading the usual ones takes longer than all the rest.
      ca: [],
      ciphers: USUAL_LEVEL,
      ...(cert === '' ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    });
    return undefined;
  } catch (error) {
    return opensslReasons(error);
  }
}
