import type { EncryptedKeyObject } from '../input/pki-object.js';
import { listed, printable } from '../text/printable.js';
import type { BasicConstraints } from '../x509/extensions/basic-constraints.js';
import { crlNumber } from '../x509/extensions/crl-numbers.js';
import { fingerprint } from '../x509/fingerprint.js';
import { bareNameText, type GeneralName } from '../x509/general-name.js';
import type { PublicKey } from '../x509/public-key.js';
import { timeOrNull } from '../x509/time.js';
import { addWarnings, type Row, type TextContext, warningRows, writeBlock } from './block.js';
import type { Show } from './inspector.js';
import type { Item } from './item.js';
import { ocspRows } from './ocsp.js';
import { publicKeyOf } from './public-half.js';
import {
  type CertificateReading,
  type CrlReading,
  type RequestReading,
  readCertificate,
  readCrl,
  readKey,
  readRequest,
} from './reading.js';
import { validity } from './validity.js';
import { keyText, momentText, nameText, revokedText, signatureText, validityText } from './words.js';

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
  // Pushed, not spread: the runtime compiles for one kind of array, and compiled this again and again as others came by,
  // which took a fifth of a bundle of 20,000.
  const rows: Row[] = [
    ['subject', nameText(subject.text)],
    ['issuer', certificate.isSelfIssued ? 'itself' : nameText(issuer.text)],
    ['serial', certificate.serial],
  ];
  const names = namesText(extensions.subjectAltNames);
  if (names !== undefined) rows.push(['names', names]);
  rows.push(
    ['valid', validityText(validity(certificate, now), paint)],
    ['key', `${keyText(key)}${caText(extensions.basicConstraints)}`],
    ['sha1', fingerprint('sha1', certificate.der)],
    ['sha256', fingerprint('sha256', certificate.der)],
  );
  addWarnings(warnings, rows);
  return rows;
}

function requestRows({ request, subject, key, extensions, signature, warnings }: RequestReading): Row[] {
  const names = namesText(extensions.subjectAltNames);
  return [
    ['subject', nameText(subject.text)],
    ...(names === undefined ? [] : [['names', names] as const]),
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
  let released = 0;
  const entries: Row[] = [];
  for (const entry of crl.revoked()) {
    total++;
    if (entry.reason === 'certificateHold') suspended++;
    if (entry.reason === 'removeFromCRL') released++;
    if (total <= MAX_ENTRIES) entries.push([total === 1 ? 'entries' : '', revokedText(entry)]);
  }
  if (total > MAX_ENTRIES) entries.push(['', `and ${total - MAX_ENTRIES} more, --long shows them`]);
  return [
    ['issuer', nameText(issuer.text)],
    ['version', String(crl.version)],
    ['number', extensions.value(crlNumber)?.hex ?? 'none'],
    ['issued', momentText(timeOrNull(thisUpdate))],
    ['next', isOld ? paint.red(`${nextText}, overdue`) : nextText],
    [
      'revoked',
      [
        `${total - suspended - released}`,
        ...(suspended === 0 ? [] : [`${suspended} suspended`]),
        ...(released === 0 ? [] : [`${released} released`]),
      ].join(', and '),
    ],
    ...entries,
    ['sha256', fingerprint('sha256', crl.der)],
    ...warningRows(warnings),
  ];
}

function keyRows(key: PublicKey, warnings: string[]): Row[] {
  const facts = readKey(key, warnings);
  return [['key', keyText(facts)], ['spki', fingerprint('sha256', key.der)], ...warningRows(warnings)];
}

/** How many alternative names a brief block shows. */
const MAX_NAMES = 12;

/** The first alternative names, and how many more there are; undefined where there are none. */
function namesText(names: readonly GeneralName[]): string | undefined {
  let text = '';
  let total = 0;
  for (const name of names) {
    if (name.type === 'malformed') continue;
    total++;
    if (total > MAX_NAMES) continue;
    const shown = isUsual(name) ? name.value : listed(printable(bareNameText(name, bare)));
    text = total === 1 ? shown : `${text}, ${shown}`;
  }
  if (total === 0) return undefined;
  return total > MAX_NAMES ? `${text} and ${total - MAX_NAMES} more` : text;
}

/** A host name that is nothing but one: it is shown as it is, and only one look at it is taken. */
const isUsual = ({ type, value }: GeneralName): boolean => type === 'dns' && /^[*.0-9A-Za-z_-]*$/.test(value);

/** The names of people's servers say enough without their kind. */
const bare = ['dns'] as const;

/** The signs of a CA certificate, behind its key. */
function caText(constraints: BasicConstraints | undefined): string {
  if (!constraints?.isCa) return '';
  const { pathLength } = constraints;
  return pathLength === null ? ', CA' : `, CA, path length ${pathLength}`;
}

/** The default way of showing: a block an object. */
export function showBrief(context: TextContext): Show {
  return (shown, sink) => writeBlock(shown, briefRows(shown.item, context, shown.warnings), context, sink);
}
