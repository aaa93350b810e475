import { warnIfExposed } from '../../cli/exposed-key.js';
import type { OptionTable, OptionValues } from '../../cli/options.js';
import type { Report } from '../../cli/report.js';
import type { Secrets } from '../../cli/secrets.js';
import { belongsTogether } from '../../crypto/key-pair.js';
import type { SigningChoice } from '../../crypto/signature.js';
import { PkiError, UsageError } from '../../errors.js';
import { atPlace } from '../../input/at-place.js';
import { soundContentsOf } from '../../input/contents.js';
import { nothingWanted } from '../../input/expected.js';
import { keyAmong, readKey } from '../../input/private-key.js';
import { type Source, type StandardInput, sourceOf } from '../../input/source.js';
import { type Authority, type AuthorityTask, authority, checkReadable } from '../../make/authority.js';

/** Entries for the tables of commands that act for a local CA. */
export const authorityOptions = {
  ca: { value: 'FILE', help: "the CA's certificate; the file may hold its key too" },
  'ca-key': { value: 'FILE', help: "the CA's private key, in any form" },
} as const satisfies OptionTable;

/** The files of a local CA. */
interface AuthoritySources {
  readonly certificate: Source;
  /** Undefined where the certificate's file holds the key, too. */
  readonly key: Source | undefined;
}

/**
 * The files --ca and --ca-key name, before anything is read.
 *
 * @param purpose of the certificate, for the message: `the certificate that issues`
 * @throws {UsageError} --ca is not given
 */
export function authoritySources(
  { ca, 'ca-key': key }: OptionValues<typeof authorityOptions>,
  stdin: StandardInput,
  purpose: string,
): AuthoritySources {
  if (ca === undefined) throw new UsageError(`--ca FILE is needed: ${purpose}`);
  return {
    certificate: sourceOf(ca, stdin, '--ca -'),
    key: key === undefined ? undefined : sourceOf(key, stdin, '--ca-key -'),
  };
}

interface AuthorityOptions {
  readonly task: AuthorityTask;
  readonly choice: SigningChoice;
  readonly secrets: Secrets;
  readonly maxSize: number | undefined;
  readonly now: Date;
  readonly report: Report;
}

/**
 * A CA's certificate and key: the certificate is the one in its file that the key belongs to.
 *
 * @throws {PkiError} status 1: it may not do this task, or the two do not belong together
 */
export async function readAuthority(
  { certificate: source, key: keySource }: AuthoritySources,
  { task, choice, secrets, maxSize, now, report }: AuthorityOptions,
): Promise<Authority> {
  const contents = await soundContentsOf(source, { maxSize, passphrases: secrets.input });
  const certificates = contents.flatMap(({ object, place }) =>
    object.type === 'certificate' ? [{ certificate: object.view, place }] : [],
  );
  if (certificates.length === 0) throw nothingWanted('a certificate', contents, source.name);
  const key =
    keySource === undefined
      ? await keyAmong(contents, source.name, secrets)
      : await readKey(keySource, secrets, { maxSize });
  if (key === undefined) throw new UsageError(`${source.name} holds no private key`, "give the CA's key with --ca-key");
  warnIfExposed(report, (keySource ?? source).name, key);
  const found = certificates.find(({ certificate, place }) =>
    atPlace(source.name, place, () => belongsTogether(key.key, certificate.elements.publicKey.encoding())),
  );
  if (found === undefined) {
    const message = `the key in ${(keySource ?? source).name} does not belong to the certificate in ${source.name}`;
    throw new PkiError('CA_UNFIT', message, { status: 1 });
  }
  const { certificate, place } = found;
  atPlace(source.name, place, () => checkReadable(certificate));
  return authority(certificate, key.key, task, choice, now);
}
