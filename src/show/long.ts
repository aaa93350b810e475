import { toHex } from '../der/values.js';
import { printable } from '../text/printable.js';
import type { Certificate } from '../x509/certificate.js';
import { frameWarnings } from '../x509/certificate-warnings.js';
import type { Crl } from '../x509/crl.js';
import type { Extended } from '../x509/extended.js';
import { type Extension, ExtensionOid } from '../x509/extension.js';
import { extensionType } from '../x509/extensions/table.js';
import { fingerprint } from '../x509/fingerprint.js';
import type { Name } from '../x509/name.js';
import { oidName } from '../x509/oid-names.js';
import type { PublicKey } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import { signatureAlgorithm } from '../x509/signature-algorithm.js';
import { readString } from '../x509/strings.js';
import { timeOrNull } from '../x509/time.js';
import {
  keyText,
  momentText,
  nameText,
  type Row,
  revokedText,
  type TextContext,
  validityText,
  warningRows,
  writeBlock,
} from './brief.js';
import { extensionLines, oidText } from './extension-text.js';
import { extensionSummary } from './extensions-json.js';
import type { Show } from './inspector.js';
import type { Item } from './item.js';
import type { Lookups } from './on-demand.js';
import { attempt } from './parts-json.js';
import { publicKeyOf } from './public-half.js';
import { validity } from './validity.js';

/** `--long`: everything in an object, grouped. */
export function showLong(context: TextContext): Show {
  return (shown, sink) => writeBlock(shown, longRows(shown.item, context, shown.warnings), context, sink);
}

/** @throws {DerError} it cannot be read */
function* longRows(item: Item, context: TextContext, given: readonly string[]): Generator<Row, void> {
  const warnings = [...given];
  yield* rowsOf(item, context, warnings);
  yield* warningRows(warnings);
}

function rowsOf(item: Item, context: TextContext, warnings: string[]): Iterable<Row> {
  switch (item.type) {
    case 'certificate':
      return certificateRows(item.view, context, warnings);
    case 'request':
      return requestRows(item.view, warnings);
    case 'crl':
      return crlRows(item.view, warnings);
    case 'public_key':
      warnings.push(...item.warnings);
      return keyRows(item.view, warnings);
    case 'private_key': {
      warnings.push(...item.warnings);
      const publicKey = publicKeyOf(item.view, item.der);
      const { format, type, bits, curve } = item.view;
      const facts: Row[] = [['key', [type, curve, bits === null ? null : `${bits} bit`].filter(Boolean).join(' ')]];
      return [['format', format], ...(publicKey === undefined ? facts : keyRows(publicKey, warnings))];
    }
    case 'encrypted_private_key':
      warnings.push(...item.warnings);
      return [
        ['format', item.view.format],
        ['encrypted', printable(item.view.encryption)],
      ];
  }
}

function certificateRows(certificate: Certificate, { now, paint }: TextContext, warnings: string[]): Row[] {
  warnings.push(...frameWarnings(certificate));
  return [
    ['version', String(certificate.version)],
    ['serial', certificate.serial],
    ...nameRows('subject', certificate.subject),
    ...nameRows('issuer', certificate.issuer),
    ['valid', validityText(validity(certificate, now), paint)],
    ...keyRows(certificate.publicKey, warnings),
    ...extensionRows(certificate, warnings),
    ...signatureRows(certificate, warnings),
    ['sha1', fingerprint('sha1', certificate.der)],
    ['sha256', fingerprint('sha256', certificate.der)],
    ['sha512', fingerprint('sha512', certificate.der)],
  ];
}

function requestRows(request: CertificationRequest, warnings: string[]): Row[] {
  warnings.push(...request.frameWarnings);
  return [
    ['version', String(request.version)],
    ...nameRows('subject', request.subject),
    ...keyRows(request.publicKey, warnings),
    ...attributeRows(request),
    ...extensionRows(request, warnings),
    ...signatureRows(request, warnings),
    ['sha256', fingerprint('sha256', request.der)],
  ];
}

/** Attributes but for the extensions asked for, which have rows of their own. */
function attributeRows(request: CertificationRequest): Row[] {
  return request.attributes
    .filter(({ name }) => name !== 'extensionRequest' && name !== 'microsoftCertificateExtensions')
    .flatMap(({ oid, values }): Row[] => [
      ['attribute', printable(oidText(oid))],
      ...values.map((value): Row => ['', `  ${printable(readString(value) ?? toHex(value.encoding()))}`]),
    ]);
}

/** Everything that can fail is made before the first row: the list of entries was walked for its warnings. */
function* crlRows(crl: Crl, warnings: string[]): Generator<Row, void> {
  warnings.push(...crl.frameWarnings);
  const { thisUpdate, nextUpdate } = crl.elements;
  const head: Row[] = [
    ['version', String(crl.version)],
    ...nameRows('issuer', crl.issuer),
    ['number', attempt(() => crl.number, undefined, []) ?? 'none'],
    ['issued', momentText(timeOrNull(thisUpdate))],
    ['next', nextUpdate === undefined ? 'none said' : momentText(timeOrNull(nextUpdate))],
  ];
  const tail = [
    ...extensionRows(crl, warnings),
    ...signatureRows(crl, warnings),
    ['sha1', fingerprint('sha1', crl.der)] as const,
    ['sha256', fingerprint('sha256', crl.der)] as const,
  ];
  yield* head;
  let label = 'revoked';
  for (const entry of crl.revoked()) {
    yield [label, revokedText(entry)];
    yield* entry.extensions.flatMap(entryExtensionRows);
    label = '';
  }
  if (label !== '') yield [label, 'none'];
  yield* tail;
}

/** What an entry says besides its reason: since when, by whom. */
function entryExtensionRows(extension: Extension): Row[] {
  const { oid } = extension;
  if (oid === ExtensionOid.reasonCode) return [];
  const name = extensionType(oid)?.name ?? oidText(oid);
  return linesOf(extension).map((line): Row => ['', `  ${printable(`${name} ${line}`)}`]);
}

/** A name on one line, and its attributes below it. */
function nameRows(label: string, name: Name): Row[] {
  return [
    [label, nameText(name.toString())],
    ...name.attributes.map(({ type, oid, value }): Row => {
      const words = type === oid ? oidText(oid) : type;
      return ['', `  ${words} = ${printable(value)}`];
    }),
  ];
}

function keyRows(key: PublicKey, warnings: string[]): Row[] {
  const octets = attempt(() => key.subjectPublicKey, 'subjectPublicKey', warnings);
  const rsa = attempt(() => key.rsa, undefined, warnings);
  const rows: Row[] = [
    ['key', keyText(key, warnings)],
    ['spki', fingerprint('sha256', key.der)],
  ];
  if (rsa) return [...rows, ['exponent', key.exponent ?? ''], ...hexRows('modulus', rsa.modulus)];
  return octets === null ? rows : [...rows, ...hexRows('public', octets)];
}

interface Signed {
  readonly signatureAlgorithm: Certificate['signatureAlgorithm'];
  readonly signature: Uint8Array;
}

function signatureRows(signed: Signed, warnings: string[]): Row[] {
  const facts = attempt(() => signatureAlgorithm(signed.signatureAlgorithm), 'the signature algorithm', warnings);
  const octets = attempt(() => signed.signature, 'the signature', warnings);
  const pss = facts?.pss;
  const padding = pss === undefined ? '' : `, MGF1 with ${pss.mgfHash}, ${pss.saltLength} octets of salt`;
  const words = facts === null ? 'unreadable' : `${facts.algorithm}${facts.hash === null ? '' : ` with ${facts.hash}`}`;
  return [['signed', printable(words + padding)], ...(octets === null ? [] : hexRows('', octets))];
}

const HEX_WIDTH = 64;

function hexRows(label: string, octets: Uint8Array): Row[] {
  const text = toHex(octets);
  const rows: Row[] = [];
  for (let i = 0; i < text.length; i += HEX_WIDTH) rows.push([i === 0 ? label : '', text.slice(i, i + HEX_WIDTH)]);
  return rows;
}

const lookups: Lookups = { nameOf: oidName };

function extensionRows(view: Extended, warnings: string[]): Row[] {
  extensionSummary(view.extensionSequences, lookups, warnings);
  return view.extensions.flatMap((extension, i): Row[] => {
    const { oid, critical } = extension;
    const name = extensionType(oid)?.name ?? oidName(oid);
    const title = `${name === undefined ? oid : `${name} (${oid})`}${critical ? ', critical' : ''}`;
    return [
      [i === 0 ? 'extension' : '', printable(title)],
      ...linesOf(extension).map((line): Row => ['', `  ${printable(line)}`]),
    ];
  });
}

/** What cannot be read is shown in hex, as what is unknown is. */
function linesOf(extension: Extension): string[] {
  const lines = attempt(() => extensionLines(extension), undefined, []) ?? hexLines(extension);
  return lines.length === 0 ? ['nothing'] : lines;
}

const hexLines = (extension: Extension): string[] => hexRows('', extension.value).map(([, text]) => text);
