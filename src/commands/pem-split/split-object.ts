import type { Report } from '../../cli/report.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { PrivateKey } from '../../crypto/private-key.js';
import { attempt, isPkiError, PkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { objectName } from '../../input/expected.js';
import { type GatherOptions, gathered } from '../../input/gathered.js';
import type { EncryptedKeyObject, PkiObject } from '../../input/pki-object.js';
import type { Source } from '../../input/source.js';
import { encodePem } from '../../pem/encode.js';
import { keyLabels } from '../../pkcs/write-key.js';
import { shownName } from '../../x509/display-name.js';
import { fingerprint } from '../../x509/fingerprint.js';
import { OPENSSH_LABEL } from '../../x509/openssh-key.js';

/** An object of a bundle as it is written. */
export interface SplitObject {
  readonly source: string;
  readonly place: string;
  readonly type: PkiObject['type'] | 'parameters';
  readonly isPrivate: boolean;
  /** Undefined for parameters. */
  readonly object: PkiObject | undefined;
  readonly label: string;
  readonly octets: Uint8Array;
  /** The DEK-Info of a PEM block that is encrypted by its headers (RFC 1421). */
  readonly dekInfo: string | undefined;
  /** Equal for what belongs together; undefined where there is no public key, or none that can be seen. */
  readonly identity: string | undefined;
  /** The name of a certificate, a request, or a list's CA. */
  readonly name: string | undefined;
  /** Of certificates, requests and lists their own, of keys that of the public half; undefined where that is not seen. */
  readonly sha256: string | undefined;
}

/** The objects of all sources that can be written again. Others are passed over, what cannot be read is said. */
export async function* splitObjects(
  sources: readonly Source[],
  options: GatherOptions,
  report: Report,
): AsyncGenerator<SplitObject, void> {
  for await (const { source, content } of gathered(sources, options, report)) {
    try {
      const part = splitObject(source, content);
      if (part === undefined) report.notice(source, `${content.place}: ${objectName(content.object)}, passed over`);
      else yield part;
      if (content.object.type === 'private_key' && content.object.wasEncrypted) {
        report.notice(source, `${content.place}: the private key came encrypted and is written without encryption`);
      }
    } catch (error) {
      if (!isPkiError(error)) throw error;
      report.error(source, new PkiError(error.code, `${content.place}: ${error.message}`, error));
    }
  }
}

function splitObject(source: string, { object, place, label, octets }: Content): SplitObject | undefined {
  const base = { source, place, isPrivate: false, dekInfo: undefined } as const;
  const bare = { identity: undefined, name: undefined, sha256: undefined } as const;
  switch (object.type) {
    case 'certificate':
    case 'request': {
      const { type, view } = object;
      const { der } = view;
      const own = { object, octets: der, name: shownName(view), sha256: fingerprint('sha256', der) };
      const identity = attempt(() => publicKeyIdentity(view.publicKey.der));
      return { ...base, ...own, type, label: type === 'request' ? 'CERTIFICATE REQUEST' : 'CERTIFICATE', identity };
    }
    case 'crl': {
      const { type, view } = object;
      const [name] = attempt(() => view.issuer.commonNames) ?? [];
      const own = { octets: view.der, name, sha256: fingerprint('sha256', view.der), identity: undefined };
      return { ...base, ...own, type, object, label: 'X509 CRL' };
    }
    case 'ocsp_response': {
      const { der } = object.view;
      const own = { octets: der, sha256: fingerprint('sha256', der) };
      return { ...base, ...bare, ...own, type: object.type, object, label: 'OCSP RESPONSE' };
    }
    case 'public_key': {
      const own = publicFacts(object.der);
      return { ...base, ...bare, ...own, type: object.type, object, label: 'PUBLIC KEY', octets: object.der };
    }
    case 'private_key': {
      const { form, der, view } = object;
      const key = attempt(() => new PrivateKey(der, form, false));
      const own = key && attempt(() => publicFacts(key.publicKeyInfo));
      const written =
        view.format === 'openssh'
          ? { label: OPENSSH_LABEL, octets }
          : { label: keyLabels[form], octets: key?.der ?? der };
      return { ...base, ...bare, ...own, ...written, type: object.type, object, isPrivate: true };
    }
    case 'encrypted_private_key':
      return { ...base, ...bare, ...encryptedOf(object, label), type: object.type, object, isPrivate: true };
    case 'parameters':
      return { ...base, ...bare, type: object.type, object: undefined, label: label ?? '', octets };
    default:
      return undefined;
  }
}

const publicFacts = (spki: Uint8Array) => ({
  identity: publicKeyIdentity(spki),
  sha256: fingerprint('sha256', spki),
});

function encryptedOf({ view, der, dekInfo }: EncryptedKeyObject, label: string | undefined) {
  if (view.format === 'openssh') return { label: OPENSSH_LABEL, octets: der };
  if (dekInfo === undefined) return { label: 'ENCRYPTED PRIVATE KEY', octets: der };
  return { label: label ?? '', octets: der, dekInfo };
}

/** The PEM block of a part. */
export function pemOf({ label, octets, dekInfo }: SplitObject): string {
  const pem = encodePem(label, octets);
  if (dekInfo === undefined) return pem;
  const end = pem.indexOf('\n') + 1;
  return `${pem.slice(0, end)}Proc-Type: 4,ENCRYPTED\nDEK-Info: ${dekInfo}\n\n${pem.slice(end)}`;
}

/**
 * The octets of a part.
 *
 * @throws {PkiError} it is no DER
 */
export function derOf({ label, octets, dekInfo, source, place }: SplitObject): Uint8Array {
  if (dekInfo === undefined && label !== OPENSSH_LABEL) return octets;
  throw new PkiError('NO_DER', `${place}: this private key has a form in PEM only`, {
    source,
    hint: 'key-conv writes it as PKCS#8, which has one in DER',
  });
}

/** The parts, of those that are octet for octet the same the first. */
export function withoutRepeats(parts: readonly SplitObject[]): SplitObject[] {
  const first = new Map<string, SplitObject>();
  for (const part of parts) {
    const same = `${part.type} ${Buffer.from(part.octets).toString('latin1')}`;
    if (!first.has(same)) first.set(same, part);
  }
  return [...first.values()];
}
