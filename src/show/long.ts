import { toHex } from '../der/values.js';
import { readOrWarn } from '../errors.js';
import { printable } from '../text/printable.js';
import type { Crl } from '../x509/crl.js';
import { type Extension, ExtensionOid } from '../x509/extension.js';
import { crlNumber } from '../x509/extensions/crl-numbers.js';
import type { OidText } from '../x509/extensions/extension-type.js';
import { readValue } from '../x509/extensions/read-value.js';
import { extensionType } from '../x509/extensions/table.js';
import { fingerprint } from '../x509/fingerprint.js';
import { Name } from '../x509/name.js';
import { oidName } from '../x509/oid-names.js';
import type { KeyFacts, PublicKey } from '../x509/public-key.js';
import type { CertificationRequest } from '../x509/request.js';
import type { SignatureAlgorithm } from '../x509/signature-algorithm.js';
import { textOrHex } from '../x509/strings.js';
import { timeOrNull } from '../x509/time.js';
import { type Row, type TextContext, warningRows, writeBlock } from './block.js';
import { encryptedKeyRows } from './brief.js';
import type { Show } from './inspector.js';
import type { Item } from './item.js';
import type { NameReading } from './name-reading.js';
import { ocspRows } from './ocsp.js';
import { publicKeyOf } from './public-half.js';
import {
  type CertificateReading,
  type CrlReading,
  type ExtensionReading,
  type ExtensionReadings,
  type RequestReading,
  readCertificate,
  readCrl,
  readKey,
  readRequest,
} from './reading.js';
import { validity } from './validity.js';
import { keyText, momentText, nameText, revokedText, signatureText, validityText } from './words.js';

/** `--long`: everything in an object, grouped. */
export function showLong(context: TextContext): Show {
  return (shown, sink) => writeBlock(shown, longRows(shown.item, context, shown.warnings), context, sink);
}

/** @throws {DerError} it cannot be read */
function longRows(item: Item, context: TextContext, given: readonly string[]): Iterable<Row> {
  switch (item.type) {
    case 'certificate':
      return certificateRows(readCertificate(item.view, given), context);
    case 'request':
      return requestRows(readRequest(item.view, given));
    case 'crl':
      return crlRows(readCrl(item.view, given));
    case 'ocsp_response':
      return [...ocspRows(item.view), ...warningRows(given)];
    case 'public_key': {
      const warnings = [...given, ...item.warnings];
      const facts = readKey(item.view, warnings);
      return [...keyRows(item.view, facts, warnings), ...warningRows(warnings)];
    }
    case 'private_key': {
      const warnings = [...given, ...item.warnings];
      const publicKey = publicKeyOf(item, warnings);
      const { format } = item.view;
      const rows: Row[] =
        publicKey === undefined
          ? [['key', keyText(item.view)]]
          : keyRows(publicKey, readKey(publicKey, warnings), warnings);
      return [['format', format], ...rows, ...warningRows(warnings)];
    }
    case 'encrypted_private_key':
      return encryptedKeyRows(item, given);
  }
}

function certificateRows(reading: CertificateReading, { now, paint }: TextContext): Row[] {
  const { certificate, subject, issuer, key, extensions, signature } = reading;
  const warnings = [...reading.warnings];
  return [
    ['version', String(certificate.version)],
    ['serial', certificate.serial],
    ...nameRows('subject', subject),
    ...nameRows('issuer', issuer),
    ['valid', validityText(validity(certificate, now), paint)],
    ...keyRows(certificate.publicKey, key, warnings),
    ...extensionRows(extensions),
    ...signatureRows(certificate, signature, warnings),
    ['sha1', fingerprint('sha1', certificate.der)],
    ['sha256', fingerprint('sha256', certificate.der)],
    ['sha512', fingerprint('sha512', certificate.der)],
    ...warningRows(warnings),
  ];
}

function requestRows({ request, subject, key, extensions, signature, ...reading }: RequestReading): Row[] {
  const warnings = [...reading.warnings];
  return [
    ['version', String(request.version)],
    ...nameRows('subject', subject),
    ...keyRows(request.publicKey, key, warnings),
    ...attributeRows(request),
    ...extensionRows(extensions),
    ...signatureRows(request, signature, warnings),
    ['sha256', fingerprint('sha256', request.der)],
    ...warningRows(warnings),
  ];
}

/** The extensions asked for have rows of their own. */
function attributeRows(request: CertificationRequest): Row[] {
  return request.otherAttributes.flatMap(({ oid, values }): Row[] => [
    ['attribute', printable(oidText(oid))],
    ...values.map((value): Row => ['', `  ${printable(textOrHex(value))}`]),
  ]);
}

/** Everything that can fail is made before the first row: the list of entries was walked for its warnings. */
function crlRows({ crl, issuer, extensions, signature, ...reading }: CrlReading): Iterable<Row> {
  const warnings = [...reading.warnings];
  const { thisUpdate, nextUpdate } = crl.elements;
  const head: Row[] = [
    ['version', String(crl.version)],
    ...nameRows('issuer', issuer),
    ['number', extensions.value(crlNumber)?.hex ?? 'none'],
    ['issued', momentText(timeOrNull(thisUpdate))],
    ['next', nextUpdate === undefined ? 'none said' : momentText(timeOrNull(nextUpdate))],
  ];
  const tail: Row[] = [
    ...extensionRows(extensions),
    ...signatureRows(crl, signature, warnings),
    ['sha1', fingerprint('sha1', crl.der)],
    ['sha256', fingerprint('sha256', crl.der)],
    ...warningRows(warnings),
  ];
  return around(head, crl, tail);
}

function* around(head: readonly Row[], crl: Crl, tail: readonly Row[]): Generator<Row, void> {
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

/** An OID with its name where it has one: `domainValidated (2.23.140.1.2.1)`. */
const oidText: OidText = (oid) => {
  const name = oidName(oid);
  return name === undefined ? oid : `${name} (${oid})`;
};

/** The extensions of an entry besides its reason: since when, by whom. */
function entryExtensionRows(extension: Extension): Row[] {
  const { oid } = extension;
  if (oid === ExtensionOid.reasonCode) return [];
  const name = extensionType(oid)?.name ?? oidText(oid);
  const type = extensionType(oid);
  const value = type && readOrWarn(() => readValue(type, extension), undefined, []);
  const lines = contentLines({ type, value: value ?? undefined, extension });
  return lines.map((line): Row => ['', `  ${printable(`${name} ${line}`)}`]);
}

/** A name on one line, and its attributes below it. */
function nameRows(label: string, { element, text }: NameReading): Row[] {
  return [
    [label, nameText(text)],
    ...new Name(element).attributes.map(({ type, oid, value }): Row => {
      const words = type === oid ? oidText(oid) : type;
      return ['', `  ${words} = ${printable(value)}`];
    }),
  ];
}

function keyRows(key: PublicKey, facts: KeyFacts, warnings: string[]): Row[] {
  const octets = readOrWarn(() => key.subjectPublicKey, 'subjectPublicKey', warnings);
  const rsa = readOrWarn(() => key.rsa, undefined, warnings);
  const rows: Row[] = [
    ['key', keyText(facts)],
    ['spki', fingerprint('sha256', key.der)],
  ];
  if (rsa) return [...rows, ['exponent', facts.exponent ?? ''], ...hexRows('modulus', rsa.modulus)];
  return octets === null ? rows : [...rows, ...hexRows('public', octets)];
}

function signatureRows(
  signed: { readonly signature: Uint8Array },
  algorithm: SignatureAlgorithm | null,
  warnings: string[],
): Row[] {
  const octets = readOrWarn(() => signed.signature, 'the signature', warnings);
  const pss = algorithm?.pss;
  const padding = pss === undefined ? '' : `, MGF1 with ${pss.mgfHash}, ${pss.saltLength} octets of salt`;
  const words = `${signatureText(algorithm)}${padding}`;
  return [['signed', printable(words)], ...(octets === null ? [] : hexRows('', octets))];
}

const HEX_WIDTH = 64;

function hexRows(label: string, octets: Uint8Array): Row[] {
  const text = toHex(octets);
  const rows: Row[] = [];
  for (let i = 0; i < text.length; i += HEX_WIDTH) rows.push([i === 0 ? label : '', text.slice(i, i + HEX_WIDTH)]);
  return rows;
}

function extensionRows({ all }: ExtensionReadings): Row[] {
  return all.flatMap((reading, i): Row[] => {
    const { oid, critical, type } = reading;
    const name = type?.name ?? oidName(oid);
    const title = `${name === undefined ? oid : `${name} (${oid})`}${critical ? ', critical' : ''}`;
    return [
      [i === 0 ? 'extension' : '', printable(title)],
      ...contentLines(reading).map((line): Row => ['', `  ${printable(line)}`]),
    ];
  });
}

/** The content of an extension in words; what cannot be read is shown in hex, as what is unknown is. */
export function contentLines({
  type,
  value,
  extension,
}: Pick<ExtensionReading, 'type' | 'value' | 'extension'>): string[] {
  const lines = type === undefined || value === undefined ? hexLines(extension) : type.lines(value, oidText);
  return lines.length === 0 ? ['nothing'] : lines;
}

const hexLines = (extension: Extension): string[] => hexRows('', extension.value).map(([, text]) => text);
