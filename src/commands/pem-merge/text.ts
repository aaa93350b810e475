import { encodePem } from '../../pem/encode.js';
import type { KeyForm, PrivateKey } from '../../pki/private-key.js';
import { privateKeyPem } from '../../pki/write-key.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Layout } from './layout.js';
import type { Part } from './servers.js';

/** What is written of one bundle, root decided. */
export interface Contents {
  readonly key: PrivateKey | undefined;
  readonly leaf: Certificate;
  readonly chain: readonly Certificate[];
  readonly dhParameters: readonly Uint8Array[];
}

/**
 * The parts of a bundle as PEM, in the order asked for.
 *
 * @param passphrase encrypts the key
 * @throws {PkiError} the key has no such format
 */
export function bundleText(
  contents: Contents,
  parts: readonly Part[],
  layout: Layout,
  passphrase: Buffer | undefined,
): string {
  return parts.map((part) => partText(part, contents, layout, passphrase)).join('');
}

function partText(part: Part, contents: Contents, layout: Layout, passphrase: Buffer | undefined): string {
  const { key, leaf, chain, dhParameters } = contents;
  switch (part) {
    case 'key':
      return key === undefined ? '' : keyText(key, layout, passphrase);
    case 'leaf':
      return encodePem('CERTIFICATE', leaf.der);
    case 'chain':
      return chain.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
    case 'dh':
      return dhParameters.map((der) => encodePem('DH PARAMETERS', der)).join('');
  }
}

const labels: Readonly<Record<KeyForm, string>> = {
  pkcs8: 'PRIVATE KEY',
  pkcs1: 'RSA PRIVATE KEY',
  sec1: 'EC PRIVATE KEY',
  dsa: 'DSA PRIVATE KEY',
};

function keyText(key: PrivateKey, layout: Layout, passphrase: Buffer | undefined): string {
  const format = layout.keyFormat(key);
  // What is encrypted is PKCS#8, whatever it came in.
  if (passphrase !== undefined) return privateKeyPem(key.key, format === 'keep' ? 'pkcs8' : format, passphrase);
  return format === 'keep' ? encodePem(labels[key.form], key.der) : privateKeyPem(key.key, format);
}
