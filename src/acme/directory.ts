import { PkiError } from '../errors.js';
import { objectIn, parseObject, textIn } from './json-object.js';

/** The resources of a CA, by URL (RFC 8555 7.1.1). */
export interface Directory {
  readonly newNonce: string;
  readonly newAccount: string;
  readonly newOrder: string;
  readonly revokeCert: string | undefined;
  readonly keyChange: string | undefined;
  /** RFC 9773; undefined where the CA has no renewal information. */
  readonly renewalInfo: string | undefined;
  readonly termsOfService: string | undefined;
  readonly requiresExternalAccount: boolean;
  /** The certificate profiles by name, with their description; undefined where the CA has none. */
  readonly profiles: ReadonlyMap<string, string> | undefined;
}

/**
 * @param url where the body is from, for the error
 * @throws {PkiError} this is no directory of an ACME server
 */
export function parseDirectory(body: Uint8Array, url: string): Directory {
  const object = parseObject(body);
  const [newNonce, newAccount, newOrder] = ['newNonce', 'newAccount', 'newOrder'].map(
    (name) => object && textIn(object, name),
  );
  if (object === undefined || newNonce === undefined || newAccount === undefined || newOrder === undefined) {
    const lack = object === undefined ? 'no JSON object' : 'no newNonce, newAccount and newOrder in it';
    throw new PkiError('ACME_DIRECTORY', `this is no ACME directory: ${lack}`, {
      source: url,
      hint: 'the CA says which URL its directory has; it often ends in /directory',
    });
  }
  const meta = objectIn(object, 'meta') ?? {};
  const profiles = objectIn(meta, 'profiles');
  return {
    newNonce,
    newAccount,
    newOrder,
    revokeCert: textIn(object, 'revokeCert'),
    keyChange: textIn(object, 'keyChange'),
    renewalInfo: textIn(object, 'renewalInfo'),
    termsOfService: textIn(meta, 'termsOfService'),
    requiresExternalAccount: meta['externalAccountRequired'] === true,
    profiles: profiles && new Map(Object.entries(profiles).map(([name, text]) => [name, String(text)])),
  };
}
