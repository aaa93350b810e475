import { isPkiError, PkiError } from '../errors.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { trailingText } from '../x509/certificate-warnings.js';
import { type ContainerObject, type Content, readAsBer, readContent } from './content.js';
import { faultText, type InputFault, type InputItem } from './item.js';
import { kindName } from './kinds.js';
import { type ObjectOptions, readObjects } from './objects.js';
import type { Source } from './source.js';

export interface ContentOptions extends ObjectOptions {
  /** For PKCS#12; without any, PKCS#7 and PKCS#12 are not opened but handed on as they are. */
  readonly passphrases?: Passphrases | undefined;
}

/**
 * The objects in a source, whatever it is, each read and with its place; PKCS#7 and PKCS#12 opened. What is damaged comes
 * as a fault among them, and the rest goes on.
 *
 * @throws errors of the system: no such file, …
 */
export async function* contentsOf(
  source: Source,
  { passphrases, ...options }: ContentOptions,
): AsyncGenerator<Content | InputFault, void> {
  for await (const item of readObjects(source, options)) {
    const content = wholeContent(item);
    if (passphrases === undefined || !isContainer(content)) yield content;
    else for (const inside of await openContainer(content, passphrases, source.name)) yield wholeContent(inside);
  }
}

/**
 * The objects in a source that has to be sound as a whole: a key, a CA's file, a certificate to renew.
 *
 * @throws {PkiError} anything in it is damaged: all of that
 */
export async function soundContentsOf(source: Source, options: ContentOptions): Promise<readonly Content[]> {
  const contents: Content[] = [];
  const faults: { message: string; hint: string | undefined }[] = [];
  for await (const item of contentsOf(source, options)) {
    if (item.kind === 'fault') faults.push({ message: faultText(item), hint: item.hint });
    else contents.push(item);
  }
  const [first, ...others] = faults;
  if (first !== undefined) {
    throw new PkiError('INPUT', first.message, { source: source.name, hint: first.hint, others });
  }
  return contents;
}

/** A content that is a PKCS#7 or PKCS#12. */
export type Container = Content & { readonly object: ContainerObject };

export const isContainer = (content: Content | InputFault): content is Container =>
  content.kind === 'content' && content.object.type === 'container';

/** An item with all that is in it: BER below a frame that is DER would only show when a field is asked for. */
export function wholeContent(item: InputItem | Content): Content | InputFault {
  const content = item.kind === 'object' ? readContent(item) : item;
  return content.kind === 'fault' ? content : (readAsBer(content) ?? content);
}

/**
 * The objects in a PKCS#7 or PKCS#12. Oddities of the container stand with the first of them.
 *
 * @param what names the input when its passphrase is asked for
 */
export async function openContainer(
  { object: { container }, octets, place, notices }: Container,
  passphrases: Passphrases,
  what: string,
): Promise<readonly (Content | InputFault)[]> {
  const name = kindName(container);
  try {
    const { openContainer } = await import('./container.js');
    const { contents, trailing } = await openContainer(container, octets, passphrases, what);
    const own = trailing === 0 ? notices : [...notices, `${name}: ${trailingText(trailing)}`];
    return contents.map(({ kind, der, wasEncrypted }, index) => {
      const content = readContent({
        kind: 'object',
        label: undefined,
        pemKind: pemKinds[kind],
        der: Buffer.from(der.buffer, der.byteOffset, der.byteLength),
        headers: [],
        place: `${place}, in the ${name}`,
        notices: index === 0 ? own : [],
      });
      if (content.kind === 'fault' || content.object.type !== 'private_key') return content;
      return { ...content, object: { ...content.object, wasEncrypted } };
    });
  } catch (error) {
    if (!isPkiError(error)) throw error;
    const { message, hint } = error;
    return [{ kind: 'fault', message: `${place}: ${message}`, hint }];
  }
}

const pemKinds = { certificate: 'certificate', crl: 'crl', pkcs8: 'private_key' } as const;
