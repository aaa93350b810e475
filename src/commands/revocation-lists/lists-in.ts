import { PkiError } from '../../errors.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { DEFAULT_MAX_LIST_SIZE, octetsSource } from '../../input/source.js';
import { LongBlock } from '../../pem/long-block.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import type { RevocationList } from '../../trust/revocation/question.js';
import { StreamedList } from '../../trust/revocation/streamed-list.js';
import { wholeList } from '../../trust/revocation/whole-list.js';
import type { Certificate } from '../../x509/certificate.js';
import type { EntryTaker } from '../../x509/crl-entry-scanner.js';

/** The ways lists are read. */
export interface ListInterest {
  /** Gives who takes the entries of a list that is walked as it comes; those of others are in it. */
  readonly taker: () => EntryTaker;
  /** The certificates it may be signed with. */
  readonly signers: readonly Certificate[];
  /** In octets; undefined for the default. */
  readonly maxSize: number | undefined;
  /** For lists in a PKCS#12; what comes from the network gets none. */
  readonly passphrases?: Passphrases | undefined;
}

/** Up to this size an input is read as all others are, in any form; a larger list is walked as it comes. */
const SMALL = 1024 * 1024;

const LABEL = 'X509 CRL';
const SEQUENCE = 0x30;
const INDEFINITE = 0x80;

/**
 * The revocation lists in some octets.
 *
 * @param chunks each of which is done with before the next is asked for
 * @throws {PkiError} there are none, or they are damaged or too large
 */
export async function listsIn(
  name: string,
  chunks: AsyncIterable<Buffer>,
  interest: ListInterest,
): Promise<RevocationList[]> {
  const limit = interest.maxSize ?? DEFAULT_MAX_LIST_SIZE;
  const head: Buffer[] = [];
  let size = 0;
  let take: ((chunk: Buffer) => void) | undefined;
  let streamed: Streamed | undefined;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    if (take === undefined) head.push(Buffer.from(chunk));
    else take(chunk);
    if (take !== undefined || size <= SMALL) continue;
    streamed = streamOf(head[0] ?? chunk, interest);
    if (streamed === undefined) {
      take = (more) => head.push(Buffer.from(more));
      continue;
    }
    take = streamed.push.bind(streamed);
    for (const early of head.splice(0)) streamed.push(early);
  }
  return streamed === undefined ? await readWhole(name, Buffer.concat(head), interest) : [streamed.end()];
}

const tooLarge = (limit: number): PkiError =>
  new PkiError('TOO_LARGE', `larger than ${limit} bytes`, { hint: 'raise the limit with --max-size' });

interface Streamed {
  push(chunk: Buffer): void;
  end(): RevocationList;
}

/** The way to walk a list as it comes, by how it begins; undefined where it has to be read as a whole. */
function streamOf(first: Buffer, { taker, signers }: ListInterest): Streamed | undefined {
  if (LongBlock.isAt(first, LABEL)) {
    const list = new StreamedList(taker(), signers);
    const block = new LongBlock(LABEL);
    const end = () => {
      block.end();
      return list.end();
    };
    return { push: (chunk) => list.push(block.push(chunk)), end };
  }
  return first[0] === SEQUENCE && first[1] !== INDEFINITE ? new StreamedList(taker(), signers) : undefined;
}

const noPassphrases: Passphrases = async function* () {};

async function readWhole(name: string, octets: Buffer, interest: ListInterest): Promise<RevocationList[]> {
  const { maxSize, passphrases = noPassphrases } = interest;
  const contents = await soundContentsOf(octetsSource(name, octets), { maxSize, passphrases });
  const lists = contents.flatMap(({ object }) => (object.type === 'crl' ? [wholeList(object.view)] : []));
  if (lists.length === 0) throw nothingWanted('a revocation list', contents, name);
  return lists;
}
