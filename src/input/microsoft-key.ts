import { bitString, integer, nullValue, objectIdentifier, sequence } from '../der/writer.js';
import { KeyOid } from '../x509/key-oid.js';
import type { Format, InputItem } from './item.js';

/** Far more than an RSA key of the largest size takes. */
const MOST = 64 * 1024;

/** The file of a private key, as makecert and signtool wrote it: a header, and a key BLOB behind it. */
const PVK = 0xb0b5f11e;
const PVK_HEADER = 24;

/** Kinds of key BLOBs (wincrypt.h), and what they begin with behind their own header of eight octets. */
const PUBLIC_KEY_BLOB = 6;
const PRIVATE_KEY_BLOB = 7;
const magic = { [PUBLIC_KEY_BLOB]: 'RSA1', [PRIVATE_KEY_BLOB]: 'RSA2' } as const;
const NUMBERS = 20;

/** True for an input that begins like a key of the Microsoft CryptoAPI. */
export function isMicrosoftKey(head: Buffer): boolean {
  if (head.length < 8) return false;
  const isBlob = head[0] === PUBLIC_KEY_BLOB || head[0] === PRIVATE_KEY_BLOB;
  return head.readUInt32LE(0) === PVK || (isBlob && head[1] === 2 && head.readUInt16LE(2) === 0 && isRsa(head));
}

/** CALG_RSA_SIGN, CALG_RSA_KEYX. */
const isRsa = (blob: Buffer): boolean => [0x2400, 0xa400].includes(blob.readUInt32LE(4));

/** A key of the Microsoft CryptoAPI: a key BLOB (MSBLOB), or PVK around one. */
export class MicrosoftKeyFormat implements Format {
  #octets: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): InputItem[] {
    if (this.#octets.length <= MOST) this.#octets = Buffer.concat([this.#octets, chunk]);
    return [];
  }

  end(): InputItem[] {
    const octets = this.#octets;
    const isPvk = octets.readUInt32LE(0) === PVK;
    const der = octets.length > MOST ? undefined : isPvk ? insidePvk(octets) : keyInBlob(octets);
    const found = { label: undefined, pemKind: undefined, headers: [], place: 'byte 0', notices: [] };
    if (der !== undefined) return [{ kind: 'object', der, ...found }];
    const form = isPvk ? 'PVK' : 'MSBLOB';
    const hint = `openssl rsa -inform ${form} -in FILE makes PEM of one that is encrypted`;
    const message = `this key in ${form} form is damaged, encrypted or none of RSA`;
    return [{ kind: 'fault', message, ...(isPvk ? { hint } : {}), isForeign: true }];
  }
}

/** The key in a PVK; undefined where it is encrypted. */
function insidePvk(octets: Buffer): Buffer | undefined {
  if (octets.length < PVK_HEADER || octets.readUInt32LE(12) !== 0) return undefined;
  return keyInBlob(octets.subarray(PVK_HEADER + octets.readUInt32LE(16)));
}

/** RSAPrivateKey (RFC 8017 A.1.2) or SubjectPublicKeyInfo of an RSA key BLOB; undefined for any other, and for a part of one. */
function keyInBlob(blob: Buffer): Buffer | undefined {
  const kind = blob[0];
  if (blob.length < NUMBERS || !isRsa(blob) || (kind !== PUBLIC_KEY_BLOB && kind !== PRIVATE_KEY_BLOB))
    return undefined;
  if (blob.toString('latin1', 8, 12) !== magic[kind]) return undefined;
  const size = Math.ceil(blob.readUInt32LE(12) / 8);
  const exponent = integer(Buffer.from(blob.subarray(16, NUMBERS)).reverse());
  const half = Math.ceil(size / 2);
  const sizes = kind === PUBLIC_KEY_BLOB ? [size] : [size, half, half, half, half, half, size];
  const numbers: Buffer[] = [];
  let at = NUMBERS;
  for (const length of sizes) {
    if (at + length > blob.length) return undefined;
    // The other way round: the least significant octet comes first.
    numbers.push(integer(Buffer.from(blob.subarray(at, at + length)).reverse()));
    at += length;
  }
  const [modulus, p, q, dP, dQ, qInv, d] = numbers;
  if (modulus === undefined) return undefined;
  if (
    p === undefined ||
    q === undefined ||
    dP === undefined ||
    dQ === undefined ||
    qInv === undefined ||
    d === undefined
  ) {
    const algorithm = sequence(objectIdentifier(KeyOid.rsa), nullValue());
    return sequence(algorithm, bitString(sequence(modulus, exponent)));
  }
  return sequence(integer(0), modulus, exponent, d, p, q, dP, dQ, qInv);
}
