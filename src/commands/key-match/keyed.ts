import type { Report } from '../../cli/report.js';
import { keyProblem } from '../../crypto/check-key.js';
import { publicKeyIdentity } from '../../crypto/key-pair.js';
import { isPkiError, PkiError } from '../../errors.js';
import type { Content } from '../../input/content.js';
import { objectName } from '../../input/expected.js';
import { type GatherOptions, gathered } from '../../input/gathered.js';
import { openKey } from '../../input/private-key.js';
import type { Source } from '../../input/source.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import { displayName } from '../../x509/display-name.js';

/** Something that has a public key, and where it stands. */
export interface Keyed {
  readonly source: string;
  readonly place: string;
  readonly type: 'private_key' | 'public_key' | 'certificate' | 'request';
  /** The name of a certificate or request. */
  readonly name: string | null;
  /** For people: `private key`, `certificate mail.valami.hu`. */
  readonly what: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  /** Equal for what belongs together. */
  readonly identity: string;
}

/** The objects of all sources that have a public key. What has none is passed over, what cannot be read is said. */
export async function* keyedObjects(
  sources: readonly Source[],
  options: GatherOptions,
  report: Report,
): AsyncGenerator<Keyed, void> {
  for await (const { source, content } of gathered(sources, options, report)) {
    const { place } = content;
    try {
      const half = await publicHalfOf(content, options.passphrases, source);
      if (half === undefined) report.notice(source, `${place}: ${objectName(content.object)}, passed over`);
      else yield { source, place, ...half, identity: publicKeyIdentity(half.spki) };
    } catch (error) {
      if (!isPkiError(error)) throw error;
      report.error(source, new PkiError(error.code, `${place}: ${error.message}`, error));
    }
  }
}

async function publicHalfOf(
  { object }: Content,
  passphrases: Passphrases,
  source: string,
): Promise<Pick<Keyed, 'type' | 'name' | 'what' | 'spki'> | undefined> {
  switch (object.type) {
    case 'certificate':
    case 'request': {
      const { type, view } = object;
      const name = displayName(view);
      return { type, name, what: `${type} ${name}`, spki: view.publicKey.der };
    }
    case 'public_key':
      return { type: object.type, name: null, what: 'public key', spki: object.view.der };
    case 'private_key':
    case 'encrypted_private_key': {
      const key = await openKey(object, passphrases, source);
      const problem = keyProblem(key);
      if (problem !== undefined) throw new PkiError('KEY_DAMAGED', problem);
      return { type: 'private_key', name: null, what: 'private key', spki: key.publicKeyInfo };
    }
    default:
      return undefined;
  }
}
