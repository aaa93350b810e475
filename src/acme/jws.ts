import { createHmac } from 'node:crypto';
import { type AccountKey, signatureBy } from './account-key.js';

/** A JWS in flattened JSON serialization (RFC 7515 7.2.2), as RFC 8555 6.2 wants its requests. */
interface Jws {
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

/** The members of a protected header beside the algorithm. */
export type JwsHeader = Readonly<Record<string, unknown>>;

/** @param payload undefined is the empty payload of POST-as-GET (RFC 8555 6.3) */
export function signedJws(key: AccountKey, header: JwsHeader, payload: unknown): Jws {
  return assembled({ alg: key.algorithm, ...header }, payload, (input) => signatureBy(key, input));
}

/** A JWS under a symmetric key: the external account binding (RFC 8555 7.3.4). */
export function authenticated(key: Uint8Array, header: JwsHeader, payload: unknown): Jws {
  const mac = (input: string) => createHmac('sha256', key).update(input).digest('base64url');
  return assembled({ alg: 'HS256', ...header }, payload, mac);
}

function assembled(header: JwsHeader, payload: unknown, sign: (input: string) => string): Jws {
  const parts = {
    protected: base64url(JSON.stringify(header)),
    payload: payload === undefined ? '' : base64url(JSON.stringify(payload)),
  };
  return { ...parts, signature: sign(`${parts.protected}.${parts.payload}`) };
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
