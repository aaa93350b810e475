import { attempt } from '../errors.js';
import { isoMilliseconds, isoText } from '../text/iso-time.js';
import type { JsonObject } from '../text/json.js';
import type { Certificate } from '../x509/certificate.js';
import type { SignedTimestamp } from '../x509/extensions/signed-timestamps.js';
import { fingerprint } from '../x509/fingerprint.js';
import { bareTypes, type GeneralName, generalNameText, isBare, readableValue } from '../x509/general-name.js';
import type { KeyFacts } from '../x509/public-key.js';
import type { SignatureAlgorithm } from '../x509/signature-algorithm.js';

/** The values of the properties that pkiutils-json(5) describes, for all commands that write them. */

/** RFC 3339, null for a time that is absent or unreadable. @param time milliseconds since 1970 */
export const timeProperty = (time: number | null | undefined): string | null => (time == null ? null : isoText(time));

type NameLists = Record<(typeof bareTypes)[number] | 'other', string[]>;

/** The fields of {@link namesProperty}. */
export const nameLists = [...bareTypes, 'other'];

/** Alternative names by kind; those that are malformed are none. */
export function namesProperty(names: readonly GeneralName[]): NameLists {
  const lists: NameLists = { dns: [], ip: [], email: [], uri: [], other: [] };
  for (const name of names) {
    if (isBare(name)) lists[name.type].push(readableValue(name));
    else if (name.type !== 'malformed') lists.other.push(generalNameText(name));
  }
  return lists;
}

/** @param spki the key's SubjectPublicKeyInfo in DER */
export const keyProperty = ({ type, bits, curve, exponent }: KeyFacts, spki: Uint8Array) => ({
  type,
  bits,
  curve,
  exponent,
  spki_sha256: fingerprint('sha256', spki),
});

export function signatureProperty(signature: SignatureAlgorithm | null): JsonObject | null {
  if (signature === null) return null;
  const { algorithm, hash, pss } = signature;
  if (pss === undefined) return { algorithm, hash };
  return { algorithm, hash, mgf_hash: pss.mgfHash, salt_length: pss.saltLength };
}

export const fingerprintsProperty = (der: Uint8Array) => ({
  sha1: fingerprint('sha1', der),
  sha256: fingerprint('sha256', der),
});

export const timestampsProperty = (timestamps: readonly SignedTimestamp[] = []) =>
  timestamps.map(({ logId, time }) => ({ log_id: logId, time: time === null ? null : isoMilliseconds(time) }));

/** The properties that tell which certificate is meant; those that cannot be read are null. */
export const identityProperties = ({ subject, issuer, serial }: Certificate) => ({
  subject: attempt(() => subject.toString()) ?? null,
  issuer: attempt(() => issuer.toString()) ?? null,
  serial,
});
