import { Secrets } from '../../cli/secrets.js';
import { belongsTogether } from '../../crypto/key-pair.js';
import { PkiError, UsageError } from '../../errors.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { keyAmong, readKey } from '../../input/private-key.js';
import { type StandardInput, sourceOf } from '../../input/source.js';
import type { ContextOptions } from '../../net/old-servers.js';
import { encodePem } from '../../pem/encode.js';

interface IdentityValues {
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly passin: readonly string[];
}

/**
 * A certificate of ours with its chain and its key, for servers that want to know who asks; undefined without --cert.
 *
 * @throws {PkiError} one of them is not there, or they do not belong together
 */
export async function readIdentity(values: IdentityValues, stdin: StandardInput): Promise<ContextOptions['identity']> {
  if (values.cert === undefined) {
    if (values.key !== undefined) throw new UsageError('--key needs --cert, the certificate it belongs to');
    return undefined;
  }
  const secrets = new Secrets(values, stdin);
  const source = sourceOf(values.cert, stdin, '--cert -');
  const keySource = values.key === undefined ? undefined : sourceOf(values.key, stdin, '--key -');
  const contents = await soundContentsOf(source, { passphrases: secrets.input });
  const certificates = contents.flatMap(({ object }) => (object.type === 'certificate' ? [object.view] : []));
  if (certificates.length === 0) throw nothingWanted('a certificate', contents, source.name);
  const key =
    keySource === undefined ? await keyAmong(contents, source.name, secrets) : await readKey(keySource, secrets);
  if (key === undefined) throw new UsageError(`${source.name} holds no private key`, 'give it with --key');
  const own = certificates.find((each) => belongsTogether(key.key, each.elements.publicKey.encoding()));
  if (own === undefined) {
    const message = `the key in ${(keySource ?? source).name} belongs to no certificate in ${source.name}`;
    throw new PkiError('KEY_MISMATCH', message);
  }
  const ownFirst = [own, ...certificates.filter((each) => each !== own)];
  return {
    certificates: ownFirst.map(({ der }) => encodePem('CERTIFICATE', der)).join(''),
    key: key.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
