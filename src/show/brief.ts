import type { Paint } from '../cli/color.js';
import { children, type Element } from '../der/reader.js';
import { Tag } from '../der/tag.js';
import { isoText } from '../text/iso-time.js';
import { count, printable } from '../text/printable.js';
import { ByteMemo } from '../x509/byte-memo.js';
import type { Certificate } from '../x509/certificate.js';
import { frameWarnings } from '../x509/certificate-warnings.js';
import type { Crl, RevokedCertificate } from '../x509/crl.js';
import { fingerprint } from '../x509/fingerprint.js';
import { type GeneralName, generalNameText } from '../x509/general-name.js';
import { Name, readRelativeName, relativeNameText } from '../x509/name.js';
import type { PublicKey } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';
import { timeOrNull } from '../x509/time.js';
import { type ExtensionSummary, extensionSummary } from './extensions-json.js';
import type { Show, Shown, ShowSink } from './inspector.js';
import { type Item, typeNames } from './item.js';
import { type Lookups, onDemand } from './on-demand.js';
import type { KeyFacts } from './parts-json.js';
import { attempt, isCommonName, plainCommonName } from './parts-json.js';
import { publicKeyOf } from './public-half.js';
import { type Validity, validity } from './validity.js';

/** What the blocks depend on besides the object. */
export interface TextContext {
  readonly now: number;
  readonly paint: Paint;
}

/** A line of a block: a word for what it says, and what it says. */
export type Row = readonly [label: string, text: string];

/**
 * The rows of the block a person reads at a glance, without the heading. What certificates say about themselves is
 * escaped, so that no terminal takes it for a command.
 *
 * @throws {DerError} it cannot be read
 */
export function briefRows(item: Item, context: TextContext, warnings: readonly string[]): Row[] {
  switch (item.type) {
    case 'certificate':
      return certificateRows(item.view, context, warnings);
    case 'request':
      return requestRows(item.view, warnings);
    case 'crl':
      return crlRows(item.view, context, warnings);
    case 'public_key':
      return [...keyRows(item.view), ...warningRows([...warnings, ...item.warnings])];
    case 'private_key': {
      const publicKey = publicKeyOf(item.view, item.der);
      return [
        ['format', item.view.format],
        ...(publicKey === undefined ? [keyRow(item.view)] : keyRows(publicKey)),
        ...warningRows([...warnings, ...item.warnings]),
      ];
    }
    case 'encrypted_private_key':
      return [
        ['format', item.view.format],
        ['encrypted', printable(item.view.encryption)],
        ...warningRows([...warnings, ...item.warnings]),
      ];
  }
}

function certificateRows(certificate: Certificate, { now, paint }: TextContext, given: readonly string[]): Row[] {
  const own = frameWarnings(certificate);
  const warnings = given.length === 0 ? own : [...given, ...own];
  // Says what cannot be read of extensions, so that nothing below has to.
  const { names, fields } = extensionSummary(certificate.extensionSequences, lookups, warnings);
  const rows: Row[] = [
    ['subject', subjectText(certificate.subject)],
    ['issuer', certificate.isSelfIssued ? 'itself' : issuerTexts.get(certificate.elements.issuer, issuerText)],
    ['serial', certificate.serial],
  ];
  if (names.length > 0) rows.push(['names', namesText(names)]);
  rows.push(['valid', validityText(validity(certificate, now), paint)]);
  rows.push(['key', `${keyText(certificate.publicKey, warnings)}${caText(fields)}`]);
  rows.push(['sha1', fingerprint('sha1', certificate.der)], ['sha256', fingerprint('sha256', certificate.der)]);
  return warnings.length === 0 ? rows : [...rows, ...warningRows(warnings)];
}

/** {@link nameText} of a subject, by its parts: all but common names come again and again in a bundle. */
function subjectText({ element }: Name): string {
  const cursor = children(element);
  let text = '';
  while (!cursor.atEnd) {
    const set = cursor.read(Tag.set, 'RelativeDistinguishedName');
    const part = isCommonName(set) ? commonNameText(set) : relativeTexts.get(set, relativeText);
    text = text === '' ? part : `${part},${text}`;
  }
  return text === '' ? '(empty)' : text;
}

function commonNameText(set: Element): string {
  const plain = plainCommonName(set);
  return plain === undefined ? relativeText(set) : `CN=${plain}`;
}

const relativeTexts = new ByteMemo<string>();
const relativeText = (set: Element): string => printable(relativeNameText(readRelativeName(set)));

/** Issuers, which the certificates of a bundle share. */
const issuerTexts = new ByteMemo<string>();
const issuerText = (element: Element): string => nameText(new Name(element).toString());

function requestRows(request: CertificationRequest, given: readonly string[]): Row[] {
  const warnings = [...given, ...request.frameWarnings];
  const { names } = extensionSummary(request.extensionSequences, lookups, warnings);
  const rows: Row[] = [['subject', nameText(request.subject.toString())]];
  if (names.length > 0) rows.push(['names', namesText(names)]);
  rows.push(['key', keyText(request.publicKey, warnings)]);
  const signed = attempt(() => signatureAlgorithm(request.signatureAlgorithm), 'the signature algorithm', warnings);
  if (signed !== null)
    rows.push(['signed', signed.hash === null ? signed.algorithm : `${signed.algorithm} with ${signed.hash}`]);
  rows.push(['spki', fingerprint('sha256', request.publicKey.der)], ['sha256', fingerprint('sha256', request.der)]);
  return [...rows, ...warningRows(warnings)];
}

/** How many entries of a CRL a brief block shows. */
const MAX_ENTRIES = 10;

function crlRows(crl: Crl, { now, paint }: TextContext, given: readonly string[]): Row[] {
  const { thisUpdate, nextUpdate } = crl.elements;
  const next = nextUpdate === undefined ? null : timeOrNull(nextUpdate);
  const isOld = next !== null && next < now;
  const nextText = nextUpdate === undefined ? 'none said' : momentText(next);
  const rows: Row[] = [
    ['issuer', nameText(crl.issuer.toString())],
    ['version', String(crl.version)],
    ['number', attempt(() => crl.number, undefined, []) ?? 'none'],
    ['issued', momentText(timeOrNull(thisUpdate))],
    ['next', isOld ? paint.red(`${nextText}, overdue`) : nextText],
  ];
  const warnings = [...given, ...crl.frameWarnings];
  extensionSummary(crl.extensionSequences, lookups, warnings);
  let total = 0;
  let suspended = 0;
  const entries: Row[] = [];
  for (const entry of crl.revoked()) {
    total++;
    if (entry.reason === 'certificateHold') suspended++;
    if (total <= MAX_ENTRIES) entries.push([total === 1 ? 'entries' : '', revokedText(entry)]);
  }
  if (total > MAX_ENTRIES) entries.push(['', `and ${total - MAX_ENTRIES} more, --long shows them`]);
  rows.push(['revoked', `${total - suspended}${suspended === 0 ? '' : `, and ${suspended} suspended`}`], ...entries);
  rows.push(['sha256', fingerprint('sha256', crl.der)]);
  return [...rows, ...warningRows(warnings)];
}

/** One entry of a CRL: serial, date, reason. On hold is what people call suspended. */
export function revokedText({ serial, time, reason }: RevokedCertificate): string {
  const word = reason === 'certificateHold' ? 'suspended (certificateHold)' : (reason ?? 'revoked');
  return `${serial} ${momentText(time)} ${word}`;
}

/** A time that may be unreadable. */
export const momentText = (time: number | null): string => (time === null ? '?' : isoText(time));

function keyRows(key: PublicKey): Row[] {
  const warnings: string[] = [];
  return [['key', keyText(key, warnings)], ['spki', fingerprint('sha256', key.der)], ...warningRows(warnings)];
}

function keyRow(facts: KeyFacts): Row {
  return ['key', factsText(facts)];
}

export function warningRows(warnings: readonly string[]): Row[] {
  return warnings.map((warning) => ['warning', printable(warning)]);
}

/** A name for people: what it says, safe to print; an empty one said to be so. */
export function nameText(text: string): string {
  return text === '' ? '(empty)' : printable(text);
}

/** As many names as a few lines hold. */
function namesText(all: readonly GeneralName[]): string {
  const names = all.filter(({ type }) => type !== 'malformed');
  const shown = names.slice(0, 12).map((name) => printable(name.type === 'dns' ? name.value : generalNameText(name)));
  return names.length > 12 ? `${shown.join(', ')} and ${names.length - 12} more` : shown.join(', ');
}

/** `2026-01-01T00:00:00Z to 2026-04-01T00:00:00Z, 37 days left`, coloured. */
export function validityText({ notBefore, notAfter, daysLeft, status }: Validity, paint: Paint): string {
  const span = `${momentText(notBefore)} to ${momentText(notAfter)}`;
  if (status === 'expired' && daysLeft !== null) return `${span}, ${paint.red(expiredText(-daysLeft))}`;
  if (status === 'not_yet_valid') return `${span}, ${paint.yellow('not yet valid')}`;
  if (status === null || daysLeft === null) return `${span}, ${paint.red('unreadable')}`;
  const left = `${count(daysLeft, 'day')} left`;
  return `${span}, ${daysLeft < 30 ? paint.yellow(left) : paint.green(left)}`;
}

const expiredText = (days: number): string =>
  days <= 1 ? 'expired less than a day ago' : `expired ${count(days - 1, 'day')} ago`;

/** `RSA 2048, e 65537`; `EC P-256`; `Ed25519`. */
export function keyText(key: PublicKey, warnings: string[]): string {
  const bits = attempt(() => key.bits, 'the public key', warnings);
  const exponent = attempt(() => key.exponent, undefined, warnings);
  return factsText({ type: key.type, bits, curve: key.curve, exponent });
}

function factsText({ type, bits, curve, exponent }: KeyFacts): string {
  const words = [type, ...(curve === null ? [] : [curve]), ...(bits === null ? [] : [`${bits} bit`])];
  return `${words.join(' ')}${exponent === null || exponent === '65537' ? '' : `, exponent ${exponent}`}`;
}

/** What makes a CA certificate one, behind its key. */
function caText({ isCa, pathLength }: ExtensionSummary['fields']): string {
  if (isCa !== 'true') return '';
  return pathLength === 'null' ? ', CA' : `, CA, path length ${pathLength}`;
}

/** Nothing in a block needs the names of extensions. */
const lookups: Lookups = { ...onDemand, nameOf: () => undefined };

/**
 * Writes a block: a heading with the object's type, index and source, and rows, their labels in a column. Rows that are made
 * on the way must not fail.
 */
export function writeBlock({ item, source }: Shown, rows: Iterable<Row>, { paint }: TextContext, sink: ShowSink): void {
  let text = '';
  let isBegun = false;
  const flush = () => {
    if (!isBegun) {
      sink.separate();
      sink.write(`${paint.bold(typeNames[item.type])} `);
      sink.index();
      sink.write(`${paint.dim(` of ${printable(source)}`)}\n`);
      isBegun = true;
    }
    sink.write(text);
    text = '';
  };
  for (const [label, value] of rows) {
    text += `${label === 'warning' ? paint.yellow(margin(label)) : margin(label)}${value}\n`;
    if (text.length > PIECE) flush();
  }
  flush();
}

/** The list of a large CRL does not fit into one string. */
const PIECE = 64 * 1024;

const COLUMN = 9;

/** What stands left of a text. */
function margin(label: string): string {
  margins[label] ??= `  ${label.padEnd(COLUMN)} `;
  return margins[label];
}

/** Of the few labels there are. */
const margins: Record<string, string> = {};

/** The default way of showing: a block an object. */
export function showBrief(context: TextContext): Show {
  return (shown, sink) => writeBlock(shown, briefRows(shown.item, context, shown.warnings), context, sink);
}
