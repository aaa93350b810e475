import { PkiError } from '../errors.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import type { Content } from './content.js';
import { contentsOf } from './contents.js';
import { faultText } from './item.js';
import { type FaultListener, requestFault } from './requests.js';
import { DEFAULT_MAX_LIST_SIZE, type Source } from './source.js';

/** An object of one of several inputs. */
interface Gathered {
  /** The operand it came from. */
  readonly source: string;
  readonly content: Content;
}

export interface GatherOptions {
  /** Bytes. */
  readonly maxSize: number | undefined;
  readonly passphrases: Passphrases;
}

/** The memory an object that is kept takes beside its own octets. */
const FRAME = 1024;

/**
 * The objects of all sources, in their order, for commands that keep them all: together they may be as large as one list.
 * Objects that cannot be read are said, and the rest goes on.
 */
export async function* gathered(
  sources: readonly Source[],
  { maxSize, passphrases }: GatherOptions,
  listener: FaultListener,
): AsyncGenerator<Gathered, void> {
  const limit = Math.max(DEFAULT_MAX_LIST_SIZE, maxSize ?? 0);
  let weight = 0;
  for (const source of sources) {
    try {
      for await (const item of contentsOf(source, { maxSize, passphrases })) {
        if (item.kind === 'fault') {
          listener.fault(source.name, faultText(item), item.hint);
          continue;
        }
        const fault = item.object.type === 'request' ? requestFault(item.object.view) : undefined;
        if (fault !== undefined) {
          listener.fault(source.name, `${item.place}: ${fault}`);
          continue;
        }
        for (const notice of item.notices) listener.notice(source.name, `${item.place}: ${notice}`);
        weight += item.octets.length + FRAME;
        if (weight > limit) throw tooMuch(limit);
        yield { source: source.name, content: item };
      }
    } catch (error) {
      listener.error(source.name, error);
      if (weight > limit) return;
    }
  }
}

const tooMuch = (limit: number) =>
  new PkiError('TOO_LARGE', `more than ${limit} bytes of objects`, { hint: 'raise the limit with --max-size' });
