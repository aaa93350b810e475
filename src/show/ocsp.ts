import { toHex } from '../der/values.js';
import { attempt } from '../errors.js';
import { isoText } from '../text/iso-time.js';
import type { JsonObject } from '../text/json.js';
import { printable } from '../text/printable.js';
import { AlgorithmIdentifier } from '../x509/algorithm-identifier.js';
import { hashByOid } from '../x509/algorithms.js';
import { fingerprint } from '../x509/fingerprint.js';
import type { BasicOcspResponse, OcspResponse, ResponderId, SingleOcspResponse } from '../x509/ocsp.js';
import { type SignatureAlgorithm, signatureAlgorithm } from '../x509/signature-algorithm.js';
import type { Row } from './block.js';
import { fingerprintsProperty, signatureProperty, timeProperty } from './property-values.js';

/** OCSP responses, shown: nothing is verified, as of everything that is shown. */

/** The rows of a block, warnings not among them. */
export function ocspRows({ der, status, basic }: OcspResponse): Row[] {
  return [['status', status], ...(basic === undefined ? [] : basicRows(basic)), ['sha256', fingerprint('sha256', der)]];
}

function basicRows(basic: BasicOcspResponse): Row[] {
  const { nonce } = basic;
  return [
    ['signer', printable(responderText(basic.responder))],
    ['made', isoText(basic.producedAt)],
    ...basic.responses.flatMap(singleRows),
    ...(nonce === undefined ? [] : [['nonce', toHex(nonce)] as const]),
  ];
}

const singleRows = (single: SingleOcspResponse): Row[] => [
  ['serial', single.id.serial],
  ['', statusText(single)],
  ['issued', isoText(single.thisUpdate)],
  ['next', single.nextUpdate === null ? 'none said' : isoText(single.nextUpdate)],
];

function statusText({ status, revokedAt, reason }: SingleOcspResponse): string {
  if (status !== 'revoked') return status;
  const word = reason === 'certificateHold' ? 'suspended' : 'revoked';
  return `${word}${revokedAt === null ? '' : ` ${isoText(revokedAt)}`}${reason === null ? '' : ` (${reason})`}`;
}

const responderText = ({ name, keyHash }: ResponderId): string =>
  name === undefined ? `key ${toHex(keyHash)}` : name.toString();

/** The properties of a response, as pkiutils-json(5) lists them. */
export function ocspProperties({ der, status, basic }: OcspResponse, warnings: readonly string[]): JsonObject {
  const { name, keyHash } = basic?.responder ?? {};
  const nonce = basic?.nonce;
  return {
    warnings,
    response_status: status,
    responder: name?.toString() ?? null,
    responder_key_id: keyHash === undefined ? null : toHex(keyHash),
    produced_at: timeProperty(basic?.producedAt),
    responses: (basic?.responses ?? []).map(singleProperties),
    nonce: nonce === undefined ? null : toHex(nonce),
    signature: basic === undefined ? null : signatureProperty(algorithmOf(basic)),
    certificates: (basic?.certificates ?? []).map((each) => each.subject.toString()),
    fingerprints: fingerprintsProperty(der),
  };
}

function singleProperties({ id, ...single }: SingleOcspResponse): JsonObject {
  return {
    serial: id.serial,
    hash: hashByOid(id.hashOid)?.name ?? id.hashOid,
    issuer_name_hash: toHex(id.issuerNameHash),
    issuer_key_hash: toHex(id.issuerKeyHash),
    status: single.status,
    time: timeProperty(single.revokedAt),
    reason: single.reason,
    this_update: timeProperty(single.thisUpdate),
    next_update: timeProperty(single.nextUpdate),
  };
}

const algorithmOf = ({ algorithm }: BasicOcspResponse): SignatureAlgorithm | null =>
  attempt(() => signatureAlgorithm(new AlgorithmIdentifier(algorithm))) ?? null;
