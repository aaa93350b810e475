import { type Complaint, PkiError } from '../errors.js';
import type { Content } from './content.js';
import { kindName } from './kinds.js';

/** The kinds of objects that are asked for, as messages call them. */
export type WantedKind =
  | 'a certificate'
  | 'a revocation list'
  | 'an OCSP response'
  | 'a certificate request'
  | 'a certificate or a request'
  | 'a private key';

/** The refusal of an object that is not of the kind that is wanted, and the command that takes it. */
export function refusal(wanted: WantedKind, content: Content): Complaint {
  const { object } = content;
  return {
    message: `${content.place}: expected ${wanted}, found ${objectName(object)}`,
    hint: object.type === 'unknown' ? object.hint : hints[object.type],
  };
}

/**
 * The error of an input that has nothing of the kind that is wanted. Of several other objects the first is named that is
 * more than something beside it: keys and parameters often are.
 */
export function nothingWanted(wanted: WantedKind, contents: readonly Content[], source: string): PkiError {
  const telling = contents.find((each) => !isKeyOrParameters(each)) ?? contents[0];
  if (telling === undefined) return new PkiError('INPUT_KIND', `expected ${wanted}, found nothing`, { source });
  const { message, hint } = refusal(wanted, telling);
  return new PkiError('INPUT_KIND', message, { source, hint });
}

/** True for what often stands beside a certificate: keys, and parameters. */
export const isKeyOrParameters = ({ object }: Content): boolean =>
  ['private_key', 'encrypted_private_key', 'parameters'].includes(object.type);

/** An object with its article. */
export function objectName(object: Content['object']): string {
  switch (object.type) {
    case 'certificate':
      return 'a certificate';
    case 'request':
      return 'a certificate request';
    case 'crl':
      return 'a revocation list';
    case 'ocsp_response':
      return 'an OCSP response';
    case 'public_key':
      return 'a public key';
    case 'private_key':
      return 'a private key';
    case 'encrypted_private_key':
      return 'an encrypted private key';
    case 'container':
      return `a ${kindName(object.container)}`;
    case 'parameters':
      return `parameters of ${{ dh: 'Diffie-Hellman', ec: 'a curve', dsa: 'DSA' }[object.parameters]}`;
    case 'unknown':
      return object.what;
  }
}

/** The commands that take an object. */
const hints: Readonly<Record<Exclude<Content['object']['type'], 'unknown'>, string>> = {
  certificate: 'cert-info reads certificates; csr-gen --from FILE makes a request from one',
  request: 'csr-check judges requests, csr-sign issues certificates for them',
  crl: 'cert-info reads revocation lists; cert-verify --crl FILE goes by them',
  ocsp_response: 'cert-info reads OCSP responses; cert-status --staple FILE goes by one',
  public_key: 'cert-info reads public keys',
  private_key: 'csr-gen --key FILE makes a request with a key; pem-merge puts one beside its certificate',
  encrypted_private_key: 'csr-gen --key FILE makes a request with a key; pem-merge puts one beside its certificate',
  container: 'cert-info and pem-merge open PKCS#7 and PKCS#12',
  parameters: 'pem-merge puts them beside a certificate, for servers that want them there',
};
