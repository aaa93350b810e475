import { PkiError, withSource } from '../../errors.js';
import type { Source } from '../../input/source.js';
import { RevocationTable } from '../../make/revocation-table.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Crl } from '../../x509/crl.js';
import { ExtensionOid } from '../../x509/extension.js';
import { crlNumber } from '../../x509/extensions/crl-numbers.js';
import { issuingDistributionPoint } from '../../x509/extensions/distribution-points.js';
import { sameName } from '../../x509/name.js';
import { type ListInterest, listsIn } from '../revocation-lists/lists-in.js';

/** A complete list of a CA, which the next one goes on from. */
interface OldList {
  /** All of it but the entries. */
  readonly crl: Crl;
  readonly entries: RevocationTable;
}

type ReadingOptions = Pick<ListInterest, 'maxSize' | 'passphrases'>;

/**
 * Reads a complete list of a CA; a large one as it comes.
 *
 * @throws {PkiError} status 1: it is another CA's; status 2: it is damaged, a delta, or an indirect list
 */
export async function readOldList(source: Source, ca: Certificate, reading: ReadingOptions): Promise<OldList> {
  const entries = new RevocationTable();
  const taker = () => ({
    entry: (bytes: Buffer, start: number, end: number) => entries.addEntry(bytes, start, end),
    kept: [],
  });
  const fail = (message: string, status: 1 | 2) => new PkiError('OLD_LIST', message, { status, source: source.name });
  try {
    const [list, ...others] = await listsIn(source.name, source.chunks('passing'), {
      taker,
      signers: [ca],
      ...reading,
    });
    if (list === undefined || others.length > 0) throw fail('holds several revocation lists: which one?', 2);
    const { crl } = list;
    if (!sameName(crl.issuer, ca.subject)) throw fail(`the list is of another CA: ${crl.issuer}`, 1);
    if (list.verdictOf(ca) !== 'good') throw fail('the list has a signature that the key of the CA did not make', 1);
    if (crl.extension(ExtensionOid.deltaCrlIndicator) !== undefined) {
      throw fail('the list is a delta: it does not name all that is revoked', 2);
    }
    if (crl.value(issuingDistributionPoint)?.isIndirect) {
      throw fail('the list is for certificates of other CAs, too, which is not made here', 2);
    }
    for (const { element } of crl.revoked()) {
      const entry = Buffer.from(element.encoding());
      entries.addEntry(entry, 0, entry.length);
    }
    return { crl, entries };
  } catch (error) {
    throw withSource(error, source.name);
  }
}

/** The number of a list, 0 where it has none. */
export const numberOf = (crl: Crl): bigint => crl.value(crlNumber)?.value ?? 0n;
