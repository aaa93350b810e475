import process from 'node:process';
import { children, readElement } from '../der/reader.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { readOid } from '../der/values.js';
import { PkiError } from '../errors.js';
import { keyType } from '../x509/algorithms.js';
import { curveName } from '../x509/ec-parameters.js';
import { KeyOid } from '../x509/key-oid.js';

/** The gaps in the cryptography below us. Node.js brings OpenSSL; the standalone executable, made with Bun, BoringSSL. */
export const isBoringSsl = 'boringssl' in process.versions;

/** The kinds of key BoringSSL does not know, or cannot sign and verify with. */
const lackedKinds: readonly string[] = ['x448', 'ed448', 'rsa-pss', 'dsa'];

const knownCurves: readonly string[] = ['P-224', 'P-256', 'P-384', 'P-521'];

/** True for kinds of keys node:crypto learnt late. */
export const isYoungKind = (kind: string): boolean => kind.startsWith('ml-dsa-');

/** The runtimes that know them. */
export const YOUNG_KINDS_HINT = 'Node.js 24.6 and later can';

/** BoringSSL knows them, whatever version of Node.js its runtime speaks of. */
const lacksYoungKinds = (): boolean => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return !isBoringSsl && (major < 24 || (major === 24 && minor < 6));
};

/** The error for a key that the runtime cannot use, whole as it may be; undefined where that is not what is wrong. */
export function runtimeLacks(der: Uint8Array, form: 'spki' | 'pkcs8' | 'sec1'): PkiError | undefined {
  try {
    const { oid, curve } = form === 'sec1' ? sec1Algorithm(der) : algorithmOf(der, form);
    const kind = keyType(oid);
    if (isYoungKind(kind) && lacksYoungKinds()) return lacks(`cannot use keys of the kind ${kind}`, YOUNG_KINDS_HINT);
    if (!isBoringSsl) return undefined;
    if (isYoungKind(kind) && form === 'pkcs8' && !holdsSeedAlone(der)) {
      return lacks(`reads keys of the kind ${kind} from their seed alone`, YOUNG_KINDS_HINT);
    }
    if (oid === KeyOid.ec && curve !== null && !knownCurves.includes(curve)) {
      return lacks('knows no elliptic curves but P-224, P-256, P-384 and P-521');
    }
    return lackedKinds.includes(kind) ? lacks(`cannot use keys of the kind ${kind}`) : undefined;
  } catch {
    return undefined;
  }
}

/** True for the form of RFC 9881 6 that is `[0]` and a seed of 32 octets. */
function holdsSeedAlone(der: Uint8Array): boolean {
  const fields = children(readElement(der));
  fields.read(Tag.integer);
  fields.read(Tag.sequence);
  const content = fields.read(Tag.octetString).content();
  return content.length === 34 && content[0] === context(0);
}

const lacks = (what: string, hint = 'the commands on Node.js can use this key') =>
  new PkiError('KEY_UNSUPPORTED', `this runtime ${what}`, { hint });

/** True when the runtime reads keys of this type, as node:crypto calls it, and can do nothing with them. */
export const isIdleHere = (type: string): boolean => isBoringSsl && type === 'dsa';

interface Algorithm {
  readonly oid: string;
  /** As {@link curveName} has it. */
  readonly curve: string | null;
}

/** The algorithm of SubjectPublicKeyInfo (RFC 5280 4.1.2.7) or PrivateKeyInfo (RFC 5958). */
function algorithmOf(der: Uint8Array, form: 'spki' | 'pkcs8'): Algorithm {
  const fields = children(readElement(der));
  if (form === 'pkcs8') fields.read(Tag.integer);
  const algorithm = children(fields.read(Tag.sequence));
  const oid = readOid(algorithm.read(Tag.objectIdentifier));
  return { oid, curve: algorithm.atEnd ? null : curveName(algorithm.next()) };
}

/** The same of ECPrivateKey (RFC 5915 3). */
function sec1Algorithm(der: Uint8Array): Algorithm {
  const fields = children(readElement(der));
  fields.read(Tag.integer);
  fields.read(Tag.octetString);
  const parameters = fields.optional(contextConstructed(0));
  return { oid: KeyOid.ec, curve: curveName(parameters && children(parameters).next()) };
}
