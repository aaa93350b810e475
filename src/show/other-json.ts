import { toHex } from '../der/values.js';
import { quote, quoteAll, quoteOrNull } from '../text/json.js';
import type { Crl } from '../x509/crl.js';
import type { CertificationRequest } from '../x509/request.js';
import { readString } from '../x509/strings.js';
import { timeOrNull } from '../x509/time.js';
import type { JsonContext } from './certificate-json.js';
import { extensionFields } from './extensions-json.js';
import type { Item } from './item.js';
import { attempt, fingerprintsJson, keyFactsJson, keyJson, nameJson, signatureJson } from './parts-json.js';
import { publicKeyOf } from './public-half.js';
import { isoTime } from './validity.js';

/** The properties of everything that is no certificate, behind `index` and without the closing brace. */

/** @throws {DerError} */
export function requestJson(request: CertificationRequest, context: JsonContext, warnings: readonly string[]): string {
  const all = [...warnings, ...request.frameWarnings];
  const subject = nameJson(request.subject);
  const key = keyJson(request.publicKey, all);
  const { shared, own } = extensionFields(request.extensionSequences, context.lookups, all);
  const signature = signatureJson(request.elements.algorithm, all);
  return (
    `,"warnings":${quoteAll(all)},"version":${request.version}` +
    `,"subject":${subject.text},"subject_fields":${subject.fields}` +
    `,"names":${own.names},"key":${key},"signature":${signature}` +
    `,"fingerprints":${fingerprintsJson(request.der)}` +
    `${shared.usages},"subject_key_id":${own.subjectKeyId},"policies":${shared.policies}` +
    `,"must_staple":${shared.mustStaple},"extensions":${shared.list}` +
    `,"attributes":${attributesJson(request)}`
  );
}

/** The attributes: text where they are strings, the hex of their DER where not. */
function attributesJson(request: CertificationRequest): string {
  const entries = request.attributes.map(({ oid, name, values }) => {
    const texts = values.map((value) => readString(value) ?? toHex(value.encoding()));
    return `{"oid":"${oid}","name":${quoteOrNull(name)},"values":${quoteAll(texts)}}`;
  });
  return `[${entries.join(',')}]`;
}

/** In pieces, for the list of a large CRL does not fit into one string. @throws {DerError} */
export function* crlJson(crl: Crl, context: JsonContext, warnings: readonly string[]): Generator<string, void> {
  const all = [...warnings, ...crl.frameWarnings];
  const issuer = nameJson(crl.issuer);
  const { shared } = extensionFields(crl.extensionSequences, context.lookups, all);
  const signature = signatureJson(crl.elements.algorithm, all);
  const { thisUpdate, nextUpdate } = crl.elements;
  yield `,"warnings":${quoteAll(all)},"version":${crl.version}` +
    `,"issuer":${issuer.text},"issuer_fields":${issuer.fields}` +
    `,"this_update":${isoTime(timeOrNull(thisUpdate))},"next_update":${isoTime(nextUpdate ? timeOrNull(nextUpdate) : null)}` +
    `,"number":${quoteOrNull(attempt(() => crl.number, undefined, []))},"signature":${signature}` +
    `,"fingerprints":${fingerprintsJson(crl.der)},"authority_key_id":${shared.authorityKeyId}` +
    `,"extensions":${shared.list},"revoked":[`;
  let separator = '';
  for (const { serial, time, reason } of crl.revoked()) {
    yield `${separator}{"serial":"${serial}","time":${isoTime(time)},"reason":${quoteOrNull(reason)}}`;
    separator = ',';
  }
  yield ']';
}

/** @throws {DerError} */
export function publicKeyJson({ view, warnings }: ItemOf<'public_key'>, given: readonly string[]): string {
  const all = [...given, ...warnings];
  const json = keyJson(view, all);
  return `,"warnings":${quoteAll(all)},"key":${json}`;
}

/** A private key's public facts, and the fingerprint of its public half. */
export function privateKeyJson({ view, der, warnings }: ItemOf<'private_key'>, given: readonly string[]): string {
  const all = [...given, ...warnings];
  const publicKey = publicKeyOf(view, der);
  const key = publicKey === undefined ? `{${keyFactsJson(view)},"spki_sha256":null}` : keyJson(publicKey, all);
  return `,"warnings":${quoteAll(all)},"format":${quote(view.format)},"key":${key}`;
}

export function encryptedKeyJson(
  { view, warnings }: ItemOf<'encrypted_private_key'>,
  given: readonly string[],
): string {
  const { format, encryption } = view;
  return `,"warnings":${quoteAll([...given, ...warnings])},"format":"${format}","encryption":${quote(encryption)},"key":null`;
}

type ItemOf<Type extends Item['type']> = Extract<Item, { readonly type: Type }>;
