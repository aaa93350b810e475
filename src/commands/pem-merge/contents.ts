import type { PrivateKey } from '../../crypto/private-key.js';
import { UsageError } from '../../errors.js';
import { encodePem } from '../../pem/encode.js';
import { keyLabels, privateKeyPem } from '../../pkcs/write-key.js';
import type { Certificate } from '../../x509/certificate.js';
import type { Bundle } from './bundle.js';
import type { Parameters } from './bundle-input.js';
import type { Layout, Section } from './layout.js';

/** The blocks that are written of one bundle. */
export interface Contents {
  readonly key: PrivateKey | undefined;
  readonly leaf: Certificate;
  /** The certificates that follow the leaf, its issuer first. */
  readonly chain: readonly Certificate[];
  /** The root, where there is one and it is left out. */
  readonly droppedRoot: Certificate | undefined;
  readonly parameters: readonly Parameters[];
}

/** Decides what of a bundle goes in: the key unless the order leaves it out, the root only if it is to be kept. */
export function bundleContents(
  { key, leaf, chain }: Bundle,
  parameters: readonly Parameters[],
  layout: Layout,
): Contents {
  const above = chain.certificates.slice(1);
  const top = above.at(-1);
  const isRoot = chain.end === 'self-signed' || (chain.end === 'trusted' && top?.isSelfIssued === true);
  const droppedRoot = isRoot && !layout.keepsRoot ? top : undefined;
  return {
    key: layout.order.includes('key') ? key?.key : undefined,
    leaf: leaf.certificate,
    chain: above.filter((each) => each !== droppedRoot),
    droppedRoot,
    parameters: parameters.filter(({ kind }) => layout.parameters.includes(kind)),
  };
}

/** The certificates in the order a server meets them; those that stand in a file without their leaf are read behind it. */
export function certificatesInOrder({ leaf, chain }: Contents, { order }: Layout): readonly Certificate[] {
  const written = order.flatMap((part) => (part === 'leaf' ? [leaf] : part === 'chain' ? chain : []));
  return order.includes('leaf') ? written : [leaf, ...written];
}

/**
 * Everything as PEM, in the order asked for.
 *
 * @param passphrase encrypts the key
 * @throws {PkiError} the key has no such format
 */
export function oneFile(contents: Contents, layout: Layout, passphrase: Buffer | undefined): string {
  return pem(contents, layout.order, layout, passphrase) + parametersPem(contents);
}

/**
 * The one certificate in DER.
 *
 * @throws {UsageError} there is more than one
 */
export function onlyCertificate({ leaf, chain }: Contents, { order }: Layout): Uint8Array {
  const all = [...(order.includes('leaf') ? [leaf] : []), ...(order.includes('chain') ? chain : [])];
  const [only, ...others] = all;
  if (only !== undefined && others.length === 0) return only.der;
  throw new UsageError(
    `--der has room for one certificate, there are ${all.length}`,
    '--order leaf writes the leaf alone',
  );
}

/** Everything as PEM, key, leaf and chain apart. */
interface SplitFiles {
  readonly key: string;
  readonly certificate: string;
  readonly chain: string;
}

/** {@link oneFile} in three. Parts that are not there are empty. */
export function splitFiles(contents: Contents, layout: Layout, passphrase: Buffer | undefined): SplitFiles {
  const certificate: readonly Section[] = layout.chainBehindLeaf ? ['leaf', 'chain'] : ['leaf'];
  return {
    key: pem(contents, ['key'], layout, passphrase),
    certificate: pem(contents, certificate, layout, passphrase) + parametersPem(contents),
    chain: pem(contents, ['chain'], layout, passphrase),
  };
}

function pem(contents: Contents, parts: readonly Section[], layout: Layout, passphrase: Buffer | undefined): string {
  return parts.map((part) => partPem(part, contents, layout, passphrase)).join('');
}

function partPem(
  part: Section,
  { key, leaf, chain }: Contents,
  layout: Layout,
  passphrase: Buffer | undefined,
): string {
  switch (part) {
    case 'key':
      return key === undefined ? '' : keyPem(key, layout, passphrase);
    case 'leaf':
      return encodePem('CERTIFICATE', leaf.der);
    case 'chain':
      return chain.map(({ der }) => encodePem('CERTIFICATE', der)).join('');
  }
}

function keyPem(key: PrivateKey, layout: Layout, passphrase: Buffer | undefined): string {
  const format = layout.keyFormat(key);
  // An encrypted key is PKCS#8, whatever it came in.
  if (passphrase !== undefined) return privateKeyPem(key.key, format === 'keep' ? 'pkcs8' : format, passphrase);
  return format === 'keep' ? encodePem(keyLabels[key.form], key.der) : privateKeyPem(key.key, format);
}

const parametersPem = ({ parameters }: Contents): string =>
  parameters.map(({ label, der }) => encodePem(label, der)).join('');
