import type { KeyObject } from 'node:crypto';
import { PkiError } from '../errors.js';
import { jwkCurveByName, jwkCurveByOpenssl } from './jwk-curves.js';

/** Which key to make: the value of --new-key, parsed. */
export type KeyAlgorithm =
  | { readonly type: 'rsa'; readonly bits: number }
  | { readonly type: 'ec'; readonly curve: CurveName }
  | { readonly type: (typeof plainKinds)[number] };

export type CurveName = (typeof madeOn)[number];

/** The curves keys are made on: those public CAs take. */
const madeOn = ['P-256', 'P-384', 'P-521'] as const;

/** The kinds that are called by one name. */
const plainKinds = ['ed25519', 'ed448', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const;

/** True for the names a curve goes by: `P-256`, `p256`, `prime256v1`, `secp256r1`. */
function isCalled(name: CurveName, text: string): boolean {
  const { openssl, alias } = jwkCurveByName(name);
  const lower = name.toLowerCase();
  return [lower, lower.replace('-', ''), openssl, alias].includes(text);
}

/** Below, no CA takes it (BR 6.1.5); above, making one takes minutes and servers slow to a crawl. */
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 8192;

/** The key that is made where none is asked for. */
export const DEFAULT_KEY: KeyAlgorithm = { type: 'rsa', bits: MIN_RSA_BITS };

/** The kinds of key of one size or curve: `ec:P-256`, `ed25519`. */
const fixedKinds: readonly string[] = [...madeOn.map((curve) => `ec:${curve}`), ...plainKinds];

/** The values of --new-key people choose from. */
export const usualAlgorithms: readonly string[] = ['rsa:2048', 'rsa:3072', 'rsa:4096', ...fixedKinds];

const expected = `rsa:${MIN_RSA_BITS} (to ${MAX_RSA_BITS}, in steps of 8), ${fixedKinds.slice(0, -1).join(', ')} or ${fixedKinds.at(-1)}`;

/**
 * Parses `rsa:2048`, `ec:P-256`, `ed25519`, `ed448`, `ml-dsa-65`.
 *
 * @throws {PkiError} anything else
 */
export function parseKeyAlgorithm(text: string): KeyAlgorithm {
  const [type = '', parameter, ...rest] = text.toLowerCase().split(':');
  if (rest.length === 0) {
    if (type === 'rsa') return { type, bits: parseBits(text, parameter) };
    if (type === 'ec') return { type, curve: parseCurve(text, parameter) };
    const plain = plainKinds.find((kind) => kind === type);
    if (plain !== undefined && parameter === undefined) return { type: plain };
  }
  const meant = meantBy(text.toLowerCase());
  throw new PkiError('KEY_ALGORITHM', `${text} is not a kind of key`, {
    hint: meant === undefined ? expected : `did you mean ${meant}?`,
  });
}

/** The kind of key that other tools call so: `rsa4096`, `ecdsa`, `P-256`; undefined for what none does. */
function meantBy(text: string): string | undefined {
  const [, bits] = /^rsa[-_ ]?(\d{4})$/.exec(text) ?? [];
  if (bits !== undefined) return `rsa:${bits}`;
  if (/^\d{4}$/.test(text)) return `rsa:${text}`;
  const letters = (word: string) => word.replace(/[-_:]/g, '');
  const plain = plainKinds.find((kind) => letters(kind) === letters(text));
  if (plain !== undefined) return plain;
  if (text === 'ecdsa' || text === 'ecc') return 'ec:P-256';
  const name = text.replace(/^(?:ecdsa|ecc|ec)[-_:]?/, '').replace(/^p-?/, 'p-');
  const curve = madeOn.find((each) => isCalled(each, name) || isCalled(each, text) || each.slice(2) === name);
  return curve === undefined ? undefined : `ec:${curve}`;
}

function parseBits(text: string, parameter: string | undefined): number {
  if (parameter === undefined) return DEFAULT_KEY.type === 'rsa' ? DEFAULT_KEY.bits : MIN_RSA_BITS;
  const bits = /^\d{1,6}$/.test(parameter) ? Number(parameter) : Number.NaN;
  if (bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS && bits % 8 === 0) return bits;
  const hint = `an RSA key has ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, in steps of 8`;
  throw new PkiError('KEY_ALGORITHM', `${text} is not a kind of key`, { hint });
}

function parseCurve(text: string, parameter: string | undefined): CurveName {
  if (parameter === undefined) return 'P-256';
  const found = madeOn.find((curve) => isCalled(curve, parameter));
  if (found !== undefined) return found;
  throw new PkiError('KEY_ALGORITHM', `${text} is not a kind of key`, {
    hint: madeOn.map((curve) => `ec:${curve}`).join(', '),
  });
}

/** True when a key is of the kind asked for: type, and size or curve. */
export function isOfKind(key: KeyObject, algorithm: KeyAlgorithm): boolean {
  if (key.asymmetricKeyType !== algorithm.type) return false;
  const details = key.asymmetricKeyDetails;
  if (algorithm.type === 'rsa') return details?.modulusLength === algorithm.bits;
  if (algorithm.type === 'ec') return details?.namedCurve === jwkCurveByName(algorithm.curve).openssl;
  return true;
}

/** `rsa:2048`, `ec:P-256`, `ed25519`: as --new-key writes it. */
export function keyAlgorithmText(algorithm: KeyAlgorithm): string {
  if (algorithm.type === 'rsa') return `rsa:${algorithm.bits}`;
  return algorithm.type === 'ec' ? `ec:${algorithm.curve}` : algorithm.type;
}

/** {@link keyAlgorithmText} of a key that exists; also for kinds --new-key does not make. */
export function keyKindText(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const parameter = modulusLength ?? jwkCurveByOpenssl(namedCurve ?? '')?.name ?? namedCurve;
  return parameter === undefined ? (key.asymmetricKeyType ?? 'secret') : `${key.asymmetricKeyType}:${parameter}`;
}
