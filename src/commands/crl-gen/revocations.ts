import { parseTime } from '../../cli/time.js';
import { PkiError, UsageError } from '../../errors.js';
import { contentsOf } from '../../input/contents.js';
import { nothingWanted, refusal } from '../../input/expected.js';
import { faultText } from '../../input/item.js';
import { type Line, passingLinesOf } from '../../input/lines.js';
import type { Source } from '../../input/source.js';
import type { Revocation } from '../../make/revocation-entry.js';
import { nearest } from '../../text/nearest.js';
import { isIssuedBy } from '../../trust/revocation/issuer.js';
import type { Certificate } from '../../x509/certificate.js';
import { subjectText } from '../../x509/display-name.js';
import { revocationReasons } from '../../x509/extensions/reason-code.js';
import { serialContent } from '../../x509/serial.js';

/** The reasons that can be given. */
export const reasons: readonly string[] = revocationReasons.filter(
  (name): name is string => name !== undefined && name !== 'removeFromCRL',
);

/** @param option what messages call it @throws {UsageError} it is none of RFC 5280's */
export function parseReason(option: string, text: string): string {
  const found = reasons.includes(text) ? text : reasons.find((each) => each.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(text, reasons);
  throw new UsageError(`${option}: ${text} is no reason`, near === undefined ? reasons.join(', ') : `${near}?`);
}

/** A revocation that is asked for. */
export interface Asked extends Revocation {
  /** The certificate, where that is given; undefined for a serial number. */
  readonly certificate: Certificate | undefined;
}

/** What revocations have in common that lines do not say otherwise. */
export interface Usual {
  readonly ca: Certificate;
  readonly time: number;
  readonly reason: string | null;
  readonly maxSize: number | undefined;
}

/** Serial numbers, as lines begin with them: hex, as cert-info and openssl print it. */
const line = /^\s*(?:0x)?(-?[0-9a-f]+(?::[0-9a-f]+)*)(?:\s+(\S+)(?:\s+(\S+))?)?\s*$/i;

/**
 * The revocations a source asks for, piece by piece: certificates of the CA, or lines of `SERIAL [TIME [REASON]]`, each
 * read when it is its turn.
 *
 * @throws {PkiError} also while a piece is gone through. Status 1: a certificate of another CA; 2: something that is neither
 */
export async function* revocationsIn(source: Source, usual: Usual): AsyncGenerator<Iterable<Asked>, void> {
  const { head, whole } = await peeked(source);
  if (isText(head)) yield* fromLines(whole, usual);
  else yield* fromCertificates(whole, usual);
}

/** Nothing, or lines that begin with a number. */
const isText = (head: Buffer): boolean =>
  /^(?:\s*(?:#.*)?(?:\r?\n|$))*(?:\s*(?:0x)?-?[0-9a-f]+(?::[0-9a-f]+)*(?:\s|$)|$)/i.test(head.toString('latin1'));

/** The first octets of a source, and the source with them. */
async function peeked(source: Source): Promise<{ head: Buffer; whole: Source }> {
  const chunks = source.chunks();
  const first = await chunks.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  return {
    head,
    whole: {
      name: source.name,
      async *chunks() {
        if (!first.done) yield head;
        yield* chunks;
      },
    },
  };
}

async function* fromLines(source: Source, usual: Usual): AsyncGenerator<Iterable<Asked>, void> {
  // Lists have many lines with one time.
  let last = { text: '', time: usual.time };
  const timeIn = (place: string, text: string): number => {
    if (text !== last.text) last = { text, time: parseTime(place, text).getTime() };
    return last.time;
  };
  for await (const lines of passingLinesOf(source)) yield askedIn(lines, usual, timeIn);
}

function* askedIn(
  lines: Iterable<Line>,
  { time, reason }: Usual,
  timeIn: (place: string, text: string) => number,
): Generator<Asked, void> {
  for (const { text, number } of lines) {
    const [, serial = '', when, why] = line.exec(text) ?? [];
    const place = `line ${number}`;
    if (serial === '') {
      const hint = 'SERIAL [TIME [REASON]]: 03 2026-11-30T08:00:00Z keyCompromise';
      throw new PkiError('REVOCATION', `${place}: not a serial number, a time and a reason`, { hint });
    }
    yield {
      serial: serialContent(serial.includes(':') ? serial.replaceAll(':', '') : serial),
      time: when === undefined ? time : timeIn(place, when),
      reason: why === undefined ? reason : parseReason(place, why),
      certificate: undefined,
    };
  }
}

async function* fromCertificates(
  source: Source,
  { time, reason, maxSize, ca }: Usual,
): AsyncGenerator<Iterable<Asked>, void> {
  const certificates = await certificatesOf(source, ca, maxSize);
  yield certificates.map((certificate) => ({ serial: certificate.serialBytes, time, reason, certificate }));
}

/**
 * The certificates in a source, all of them of a CA.
 *
 * @throws {PkiError} status 1: one is of another CA; 2: something is damaged, or none
 */
export async function certificatesOf(
  source: Source,
  ca: Certificate,
  maxSize: number | undefined,
): Promise<Certificate[]> {
  const certificates: Certificate[] = [];
  for await (const item of contentsOf(source, { maxSize })) {
    if (item.kind === 'fault') throw new PkiError('INPUT', faultText(item), { hint: item.hint });
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
  if (certificates.length === 0) throw nothingWanted('a certificate', [], source.name);
  return certificates;
}
