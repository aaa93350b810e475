import type { Report } from '../../cli/report.js';
import { UsageError } from '../../errors.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import type { GatherOptions } from '../../input/gathered.js';
import { type Source, type StandardInput, sourceOf } from '../../input/source.js';
import type { GivenEvidence } from './finder.js';
import type { ListLoader, NamedList } from './list-loader.js';
import { isWebUrl } from './web.js';

interface EvidenceValues {
  readonly crl: readonly string[];
  readonly ocsp: string | undefined;
  readonly staple: string | undefined;
}

/** The evidence a call names, not read yet. */
interface EvidenceSources {
  readonly lists: readonly Source[];
  readonly listUrls: readonly string[];
  readonly responderUrls: readonly string[];
  readonly staples: readonly Source[];
}

/** The evidence --crl, --ocsp and --staple name; undefined where they name none. @throws {UsageError} */
export function evidenceSources(
  { crl, ocsp, staple }: EvidenceValues,
  stdin: StandardInput,
): EvidenceSources | undefined {
  if (crl.length === 0 && ocsp === undefined && staple === undefined) return undefined;
  if (ocsp !== undefined && !isWebUrl(ocsp)) {
    throw new UsageError(`--ocsp: ${ocsp} is not the URL of a responder`, 'for example http://ocsp.valami.hu');
  }
  return {
    lists: crl.filter((each) => !isWebUrl(each)).map((file) => sourceOf(file, stdin, '--crl -')),
    listUrls: crl.filter(isWebUrl),
    responderUrls: ocsp === undefined ? [] : [ocsp],
    staples: staple === undefined ? [] : [sourceOf(staple, stdin, '--staple -')],
  };
}

/** Reads what is in files; what cannot be read is said, and the rest goes on. */
export async function readEvidence(
  { lists: listSources, staples: stapleSources, ...urls }: EvidenceSources,
  loader: ListLoader,
  reading: GatherOptions,
  report: Report,
): Promise<GivenEvidence> {
  const lists: NamedList[] = [];
  const staples: GivenEvidence['staples'][number][] = [];
  const attempt = async (source: Source, read: () => Promise<void>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      report.error(source.name, error);
    }
  };
  for (const source of listSources) {
    await attempt(source, async () => void lists.push(...(await loader.inFile(source, reading.passphrases))));
  }
  for (const source of stapleSources) {
    await attempt(source, async () => {
      staples.push({ source: source.name, der: await readStaple(source, reading.maxSize) });
    });
  }
  return { ...urls, lists, staples };
}

/** A response at hand, in DER or in the PEM that GnuTLS writes. @throws {PkiError} there is none */
async function readStaple(source: Source, maxSize: number | undefined): Promise<Uint8Array> {
  const contents = await soundContentsOf(source, { maxSize });
  for (const { object } of contents) if (object.type === 'ocsp_response') return object.view.der;
  throw nothingWanted('an OCSP response', contents, source.name);
}
