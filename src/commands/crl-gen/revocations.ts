import { PkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { type ContentOptions, contentsOf } from '../../input/contents.js';
import { isKeyOrParameters, nothingWanted, refusal } from '../../input/expected.js';
import { faultText } from '../../input/item.js';
import type { Source } from '../../input/source.js';
import { isIssuedBy } from '../../trust/revocation/issuer.js';
import type { Certificate } from '../../x509/certificate.js';
import { subjectText } from '../../x509/display-name.js';
import type { Asked, Usual } from './asked.js';
import { areRevocationLines, revocationLines } from './revocation-lines.js';

/** The CA whose certificates are meant, and how they are read. */
interface RevocationOptions extends Usual {
  readonly ca: Certificate;
  readonly reading: ContentOptions;
}

/**
 * The revocations a source asks for, piece by piece: certificates of the CA, or lines of `SERIAL [TIME [REASON]]`, each
 * read when it is its turn, and good until the next.
 *
 * @throws {PkiError} also while a piece is gone through. Status 1: a certificate of another CA; 2: something that is neither
 */
export async function* revocationsIn(source: Source, usual: RevocationOptions): AsyncGenerator<Iterable<Asked>, void> {
  const pieces = source.chunks('passing');
  const first = await pieces.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  const whole = async function* (): AsyncGenerator<Buffer, void> {
    yield head;
    yield* pieces;
  };
  if (areRevocationLines(head)) yield* revocationLines({ name: source.name, chunks: whole }, usual);
  else yield* fromCertificates({ name: source.name, chunks: () => copied(whole()) }, usual);
}

async function* copied(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

async function* fromCertificates(
  source: Source,
  { time, reason, reading, ca }: RevocationOptions,
): AsyncGenerator<Iterable<Asked>, void> {
  const certificates = await certificatesOf(source, ca, reading);
  yield certificates.map((certificate) => ({ serial: certificate.serialBytes, time, reason, certificate }));
}

/**
 * The certificates in a source, all of them of a CA. A key beside one, as PKCS#12 has it, is passed over.
 *
 * @throws {PkiError} status 1: one is of another CA; 2: something is damaged, or none
 */
export async function certificatesOf(source: Source, ca: Certificate, reading: ContentOptions): Promise<Certificate[]> {
  const certificates: Certificate[] = [];
  const others: Content[] = [];
  for await (const item of contentsOf(source, reading)) {
    if (item.kind === 'fault') throw new PkiError('INPUT', faultText(item), { hint: item.hint });
    if (isKeyOrParameters(item)) {
      others.push(item);
      continue;
    }
    if (item.object.type !== 'certificate') {
      const { message, hint } = refusal('a certificate', item);
      throw new PkiError('INPUT_KIND', message, { hint });
    }
    const { view } = item.object;
    if (!isIssuedBy(view, ca)) {
      const message = `${item.place}: ${subjectText(view)} was not issued by ${ca.subject}`;
      throw new PkiError('REVOCATION', message, { status: 1 });
    }
    certificates.push(view);
  }
  if (certificates.length === 0) throw nothingWanted('a certificate', others, source.name);
  return certificates;
}
