import type { Paint } from '../cli/color.js';
import type { EncryptedKeyObject } from '../input/pki-object.js';
import { isoText } from '../text/iso-time.js';
import { count, listed, printable } from '../text/printable.js';
import type { RevokedCertificate } from '../x509/crl.js';
import { subjectAltName } from '../x509/extensions/alternative-names.js';
import { type BasicConstraints, basicConstraints } from '../x509/extensions/basic-constraints.js';
import { crlNumber } from '../x509/extensions/crl-numbers.js';
import { fingerprint } from '../x509/fingerprint.js';
import { type GeneralName, generalNameText, readableValue } from '../x509/general-name.js';
import type { PublicKey } from '../x509/public-key.js';
import type { SignatureAlgorithm } from '../x509/signature-algorithm.js';
import { timeOrNull } from '../x509/time.js';
import type { Show, Shown, ShowSink } from './inspector.js';
import { type Item, typeNames } from './item.js';
import { ocspRows } from './ocsp.js';
import { publicKeyOf } from './public-half.js';
import {
  type CertificateReading,
  type CrlReading,
  type KeyFacts,
  keyFacts,
  type RequestReading,
  readCertificate,
  readCrl,
  readRequest,
} from './reading.js';
import { type Validity, validity } from './validity.js';

/** The things the blocks depend on besides the object. */
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
function briefRows(item: Item, context: TextContext, given: readonly string[]): Row[] {
  switch (item.type) {
    case 'certificate':
      return certificateRows(readCertificate(item.view, given), context);
    case 'request':
      return requestRows(readRequest(item.view, given));
    case 'crl':
      return crlRows(readCrl(item.view, given), context);
    case 'ocsp_response':
      return [...ocspRows(item.view), ...warningRows(given)];
    case 'public_key':
      return keyRows(item.view, [...given, ...item.warnings]);
    case 'private_key': {
      const warnings = [...given, ...item.warnings];
      const publicKey = publicKeyOf(item, warnings);
      return [
        ['format', item.view.format],
        ...(publicKey === undefined
          ? [['key', keyText(item.view)] as const, ...warningRows(warnings)]
          : keyRows(publicKey, warnings)),
      ];
    }
    case 'encrypted_private_key':
      return encryptedKeyRows(item, given);
  }
}

/** The rows of a key that is encrypted, the same in every block. */
export const encryptedKeyRows = ({ view, warnings }: EncryptedKeyObject, given: readonly string[]): Row[] => [
  ['format', view.format],
  ['encrypted', printable(view.encryption)],
  ...warningRows([...given, ...warnings]),
];

function certificateRows(reading: CertificateReading, { now, paint }: TextContext): Row[] {
  const { certificate, subject, issuer, key, extensions, warnings } = reading;
  const names = extensions.get(subjectAltName) ?? [];
  return [
    ['subject', nameText(subject.text)],
    ['issuer', certificate.isSelfIssued ? 'itself' : nameText(issuer.text)],
    ['serial', certificate.serial],
    ...namesRows(names),
    ['valid', validityText(validity(certificate, now), paint)],
    ['key', `${keyText(key)}${caText(extensions.get(basicConstraints))}`],
    ['sha1', fingerprint('sha1', certificate.der)],
    ['sha256', fingerprint('sha256', certificate.der)],
    ...warningRows(warnings),
  ];
}

function requestRows({ request, subject, key, extensions, signature, warnings }: RequestReading): Row[] {
  return [
    ['subject', nameText(subject.text)],
    ...namesRows(extensions.get(subjectAltName) ?? []),
    ['key', keyText(key)],
    ['signed', signatureText(signature)],
    ['spki', fingerprint('sha256', request.publicKey.der)],
    ['sha256', fingerprint('sha256', request.der)],
    ...warningRows(warnings),
  ];
}

/** How many entries of a CRL a brief block shows. */
const MAX_ENTRIES = 10;

function crlRows({ crl, issuer, extensions, warnings }: CrlReading, { now, paint }: TextContext): Row[] {
  const { thisUpdate, nextUpdate } = crl.elements;
  const next = nextUpdate === undefined ? null : timeOrNull(nextUpdate);
  const isOld = next !== null && next < now;
  const nextText = nextUpdate === undefined ? 'none said' : momentText(next);
  let total = 0;
  let suspended = 0;
  const entries: Row[] = [];
  for (const entry of crl.revoked()) {
    total++;
    if (entry.reason === 'certificateHold') suspended++;
    if (total <= MAX_ENTRIES) entries.push([total === 1 ? 'entries' : '', revokedText(entry)]);
  }
  if (total > MAX_ENTRIES) entries.push(['', `and ${total - MAX_ENTRIES} more, --long shows them`]);
  return [
    ['issuer', nameText(issuer.text)],
    ['version', String(crl.version)],
    ['number', extensions.get(crlNumber)?.hex ?? 'none'],
    ['issued', momentText(timeOrNull(thisUpdate))],
    ['next', isOld ? paint.red(`${nextText}, overdue`) : nextText],
    ['revoked', `${total - suspended}${suspended === 0 ? '' : `, and ${suspended} suspended`}`],
    ...entries,
    ['sha256', fingerprint('sha256', crl.der)],
    ...warningRows(warnings),
  ];
}

/** One entry of a CRL: serial, date, reason. On hold is what people call suspended. */
export function revokedText({ serial, time, reason }: RevokedCertificate): string {
  const word = reason === 'certificateHold' ? 'suspended (certificateHold)' : (reason ?? 'revoked');
  return `${serial} ${momentText(time)} ${word}`;
}

/** A time that may be unreadable. */
export const momentText = (time: number | null): string => (time === null ? '?' : isoText(time));

function keyRows(key: PublicKey, warnings: string[]): Row[] {
  const facts = keyFacts(key, warnings);
  return [['key', keyText(facts)], ['spki', fingerprint('sha256', key.der)], ...warningRows(warnings)];
}

export function warningRows(warnings: readonly string[]): Row[] {
  return warnings.map((warning) => ['warning', printable(warning)]);
}

/** A name for people: what it says, safe to print; an empty one said to be so. */
export function nameText(text: string): string {
  return text === '' ? '(empty)' : printable(text);
}

/** How many alternative names a brief block shows. */
const MAX_NAMES = 12;

function namesRows(all: readonly GeneralName[]): Row[] {
  const names = all.filter(({ type }) => type !== 'malformed');
  if (names.length === 0) return [];
  const shown = names
    .slice(0, MAX_NAMES)
    .map((name) => listed(printable(name.type === 'dns' ? readableValue(name) : generalNameText(name))))
    .join(', ');
  return [['names', names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown]];
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

/** `rsa 2048 bit`, `ec P-256 256 bit`; the exponent where it is an unusual one. */
export function keyText({ type, bits, curve, exponent }: KeyFacts): string {
  const words = [type, ...(curve === null ? [] : [curve]), ...(bits === null ? [] : [`${bits} bit`])];
  return `${words.join(' ')}${exponent === null || exponent === '65537' ? '' : `, exponent ${exponent}`}`;
}

/** `ecdsa with sha256`. */
export function signatureText(signature: SignatureAlgorithm | null): string {
  if (signature === null) return 'unreadable';
  const { algorithm, hash } = signature;
  return hash === null ? algorithm : `${algorithm} with ${hash}`;
}

/** The signs of a CA certificate, behind its key. */
function caText(constraints: BasicConstraints | undefined): string {
  if (!constraints?.isCa) return '';
  const { pathLength } = constraints;
  return pathLength === null ? ', CA' : `, CA, path length ${pathLength}`;
}

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

/** The label left of a text. */
const margin = (label: string): string => `  ${label.padEnd(COLUMN)} `;

/** The default way of showing: a block an object. */
export function showBrief(context: TextContext): Show {
  return (shown, sink) => writeBlock(shown, briefRows(shown.item, context, shown.warnings), context, sink);
}
