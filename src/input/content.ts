import { berElementAt } from '../der/ber.js';
import { berToDer, type Rewritten } from '../der/ber-to-der.js';
import { movedError } from '../der/error.js';
import { isPkiError } from '../errors.js';
import { Certificate } from '../x509/certificate.js';
import { dekCipher, dekInfoOf } from '../x509/encrypted-key-info.js';
import { kindOf } from '../x509/kind.js';
import { isOpensshKey } from '../x509/openssh-key.js';
import { foreignObject } from './foreign.js';
import type { InputFault, InputObject } from './item.js';
import { kindName, kindsOfLabels, labelWarning, type ParameterKind, parametersOfLabels } from './kinds.js';
import {
  type ContainerKind,
  type EncryptedKeyObject,
  type ObjectKind,
  type PkiObject,
  readOpensshObject,
  readPkiObject,
} from './pki-object.js';

/** A PKCS#7 or PKCS#12, not opened yet. */
export interface ContainerObject {
  readonly type: 'container';
  readonly container: ContainerKind;
}

/** Parameters of keys: openssl writes those of curves in front of EC keys, servers take Diffie-Hellman's. */
interface ParametersObject {
  readonly type: 'parameters';
  readonly parameters: ParameterKind;
}

/** Something that no command takes. */
export interface UnknownObject {
  readonly type: 'unknown';
  /** With its article: `a public key in SSH2 form`. */
  readonly what: string;
  /** The way to what a command takes. */
  readonly hint: string | undefined;
}

/** One object of an input, told by its octets before its label, and read. */
export interface Content {
  readonly kind: 'content';
  readonly object: PkiObject | ContainerObject | ParametersObject | UnknownObject;
  /** Where it begins in its input: `line 41`, `byte 1024`, `line 1, in the PKCS#7`. */
  readonly place: string;
  /** The PEM label; undefined for bare DER. */
  readonly label: string | undefined;
  /** Oddities that did not keep it from being read, a line each. */
  readonly notices: readonly string[];
  /** The octets it came in. */
  readonly octets: Buffer;
  /** Their copy in DER, where they are BER: the object is read from that. */
  readonly ber: Rewritten | undefined;
}

/**
 * The object in some octets. Its kind is told by the octets, by the label only where they do not show it. What the strict
 * reader refuses is read as BER. The usual certificate takes the short way: no other kind has its frame.
 *
 * Fields inside of the frame are read when they are asked for: where that fails, {@link readAsBer} is the way on.
 */
export function readContent(found: InputObject): Content | InputFault {
  const { label, pemKind, headers, der } = found;
  const declared = pemKind === undefined ? undefined : kindsOfLabels[pemKind];
  if (declared === 'certificate') {
    // OpenSSL's TRUSTED CERTIFICATE is a certificate and trust settings behind it.
    if (pemKind === 'trusted_certificate') return readContent({ ...found, pemKind: 'certificate', der: firstOf(der) });
    const view = certificateIn(der);
    if (view !== undefined) return contentOf(found, { type: 'certificate', view });
  }
  const dekInfo = headers.length === 0 ? undefined : dekInfoOf(headers);
  if (dekInfo !== undefined) return contentOf(found, encryptedByHeaders(found, dekInfo));
  if (isOpensshKey(der)) return opensshContent(found);
  const parameters = pemKind === undefined ? undefined : parametersOfLabels[pemKind];
  if (parameters !== undefined) return contentOf(found, { type: 'parameters', parameters });
  const shown = kindOf(der);
  const kind = shown ?? declared;
  const foreign = foreignObject(kind, label);
  if (kind === undefined || kind === 'spkac' || foreign !== undefined) {
    const what = foreign?.what ?? label ?? 'something else';
    return contentOf(found, { type: 'unknown', what, hint: foreign?.hint });
  }
  const notices =
    declared === undefined || declared === kind ? found.notices : [...found.notices, labelWarning(declared, kind)];
  if (kind === 'pkcs7' || kind === 'pkcs12') return contentOf(found, { type: 'container', container: kind }, notices);
  return readAs(kind, found, notices);
}

function contentOf(
  { place, label, notices, der }: InputObject,
  object: Content['object'],
  allNotices: readonly string[] = notices,
): Content {
  return { kind: 'content', object, place, label, notices: allNotices, octets: der, ber: undefined };
}

function certificateIn(der: Buffer): Certificate | undefined {
  try {
    return new Certificate(der);
  } catch (error) {
    if (isPkiError(error)) return undefined;
    throw error;
  }
}

/** The first element of some octets, or all of them where none can be made out. */
function firstOf(der: Buffer): Buffer {
  try {
    return der.subarray(0, berElementAt(der, 0, der.length).behind);
  } catch (error) {
    if (isPkiError(error)) return der;
    throw error;
  }
}

/** The key in a PEM block whose headers say that it is encrypted (RFC 1421 4.6.1.1). */
function encryptedByHeaders({ pemKind, der }: InputObject, dekInfo: string): EncryptedKeyObject {
  const format = pemKind === 'rsa_private_key' ? 'pkcs1' : pemKind === 'ec_private_key' ? 'sec1' : 'dsa';
  const view = { format, encryption: dekCipher(dekInfo) } as const;
  return { type: 'encrypted_private_key', view, der, warnings: [], dekInfo };
}

function opensshContent(found: InputObject): Content | InputFault {
  try {
    return contentOf(found, readOpensshObject(found.der));
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { message, hint } = error;
    return { kind: 'fault', message, hint, object: { what: 'private key', place: found.place } };
  }
}

function readAs(kind: ObjectKind, found: InputObject, notices: readonly string[]): Content | InputFault {
  try {
    return contentOf(found, readPkiObject(kind, found.der), notices);
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { place, label, der: octets } = found;
    const { message, hint } = error;
    const object = { what: kindName(kind), place };
    return rewritten(kind, { place, label, octets, notices }) ?? { kind: 'fault', message, hint, object };
  }
}

/**
 * An object whose fields could not all be read, read as BER.
 *
 * @returns undefined when it is no BER, or was read as that already
 */
export function readAsBer(content: Content): Content | undefined {
  const { type } = content.object;
  if (content.ber !== undefined || (type !== 'certificate' && type !== 'request' && type !== 'crl')) return undefined;
  const again = rewritten(type, content);
  return again?.kind === 'content' ? again : undefined;
}

/** The object in BER, read from a copy in DER; undefined when it is DER already, or no BER either. */
function rewritten(
  kind: ObjectKind,
  { place, label, octets, notices }: Pick<Content, 'place' | 'label' | 'octets' | 'notices'>,
): Content | InputFault | undefined {
  const ber = berToDer(octets);
  if (ber === undefined) return undefined;
  try {
    const object = readPkiObject(kind, ber.der, firstOf(octets));
    return { kind: 'content', object, place, label, notices, octets, ber };
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { message, hint } = movedError(error, ber.originalOffset);
    return { kind: 'fault', message, hint, object: { what: kindName(kind), place } };
  }
}
