import { encodePem } from '../pem/encode.js';
import { printable } from '../text/printable.js';
import { type FingerprintHash, fingerprint } from '../x509/fingerprint.js';
import { bareNameText, bareTypes } from '../x509/general-name.js';
import type { Show, Shown, ShowSink } from './inspector.js';
import { type Item, typeNames } from './item.js';
import { publicKeyIn } from './public-half.js';

/** The ways of showing that scripts read a line at a time. */

/** `--names`: every subject alternative name, one a line, DNS names and addresses bare. */
export function showNames(): Show {
  return ({ item }, sink) => {
    if (item.type !== 'certificate' && item.type !== 'request') return;
    for (const name of item.view.subjectAltNames) {
      if (name.type !== 'malformed') sink.write(`${printable(bareNameText(name, bareTypes))}\n`);
    }
  };
}

/** The values of `--fingerprint=HASH`: a hash over the whole object, or SHA-256 over the public key alone. */
export const fingerprintKinds = ['sha1', 'sha256', 'sha512', 'spki'] as const;
export type FingerprintKind = (typeof fingerprintKinds)[number];

/** `--fingerprint`: lower hex, one object a line. Keys are known by their public half, whatever form they are in. */
export function showFingerprint(kind: FingerprintKind): Show {
  return ({ item, source }, sink) => {
    const hash: FingerprintHash = kind === 'spki' ? 'sha256' : kind;
    const bytes = kind === 'spki' ? publicKeyIn(item)?.der : wholeOf(item);
    if (bytes === undefined) sink.passOver(source, `no ${kind} fingerprint of ${typeNames[item.type]}`);
    else sink.write(`${fingerprint(hash, bytes)}\n`);
  };
}

function wholeOf(item: Item): Uint8Array | undefined {
  switch (item.type) {
    case 'certificate':
    case 'request':
    case 'crl':
    case 'ocsp_response':
      return item.view.der;
    default:
      return publicKeyIn(item)?.der;
  }
}

/** `--pem`: clean PEM again. Private keys are left out. */
export function showPem(): Show {
  return (shown, sink) => {
    const der = publicDerOf(shown, sink);
    if (der !== undefined) sink.write(encodePem(pemLabels[shown.item.type], der));
  };
}

/** The octets of what may be written: private keys may not, which is said. */
export function publicDerOf({ item, source }: Shown, sink: ShowSink): Uint8Array | undefined {
  if ('der' in item.view) return item.view.der;
  sink.passOver(source, `a private key is left out: key-conv writes private keys`);
  return undefined;
}

const pemLabels: Readonly<Record<Item['type'], string>> = {
  certificate: 'CERTIFICATE',
  request: 'CERTIFICATE REQUEST',
  crl: 'X509 CRL',
  ocsp_response: 'OCSP RESPONSE',
  public_key: 'PUBLIC KEY',
  private_key: 'PRIVATE KEY',
  encrypted_private_key: 'ENCRYPTED PRIVATE KEY',
};
