import type { Secrets } from '../../cli/secrets.js';
import { isPkiError, PkiError } from '../../errors.js';
import type { InputObject } from '../../input/item.js';
import { contents, readSoundObjects } from '../../input/objects.js';
import type { Source } from '../../input/source.js';
import { containerKind } from '../../pkcs/container.js';
import { Certificate } from '../../x509/certificate.js';
import { kindOf } from '../../x509/kind.js';
import { readLeniently } from '../../x509/lenient.js';

/**
 * The certificate a request is to renew: of several in a file the first that is no CA's, for a server's file holds its key
 * and its chain too. PKCS#7 and PKCS#12 are opened.
 *
 * @throws {PkiError} there is none, or it cannot be read
 */
export async function readRenewed(source: Source, secrets: Secrets, maxSize: number | undefined): Promise<Certificate> {
  const objects = await readSoundObjects(source, { maxSize });
  const found = (await Promise.all(objects.map((object) => certificatesIn(object, secrets, source.name)))).flat();
  const chosen = found.find(({ basicConstraints }) => basicConstraints?.isCa !== true) ?? found[0];
  if (chosen !== undefined) return chosen;
  throw new PkiError('RENEWS', `no certificate in it, ${contents(objects)}`, { source: source.name });
}

async function certificatesIn({ der, place }: InputObject, secrets: Secrets, source: string): Promise<Certificate[]> {
  const container = containerKind(der);
  try {
    if (container !== undefined) {
      const { openContainer } = await import('../../show/containers.js');
      const opened = await openContainer(container, der, secrets.input, source);
      const certificates = opened.contents.filter(({ kind }) => kind === 'certificate');
      return await Promise.all(certificates.map((each) => readWhole(each.der)));
    }
    return kindOf(der) === 'certificate' ? [await readWhole(der)] : [];
  } catch (error) {
    if (isPkiError(error)) throw new PkiError(error.code, `${place}: ${error.message}`, { source, hint: error.hint });
    throw error;
  }
}

/** A certificate all of whose parts a renewal is compared with can be read. */
const readWhole = (der: Uint8Array): Promise<Certificate> =>
  readLeniently(der, (bytes) => {
    const certificate = new Certificate(bytes);
    // Each is read when it is asked for, and throws where it cannot be.
    return certificate.subjectAltNames && certificate.subject.attributes && certificate.publicKey && certificate;
  });
