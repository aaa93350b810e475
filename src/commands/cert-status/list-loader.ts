import { isPkiError } from '../../errors.js';
import type { Source } from '../../input/source.js';
import type { Passphrases } from '../../pkcs/passphrases.js';
import { isCurrentList, isSignedList } from '../../trust/revocation/current-list.js';
import type { RevocationList } from '../../trust/revocation/question.js';
import { type ListInterest, listsIn } from '../revocation-lists/lists-in.js';
import type { AnswerCache, KeptAnswer } from './cache.js';
import { Keeping, type OnCacheError } from './keeping.js';
import type { Web } from './web.js';

/** A list, and where it is from. */
export interface NamedList extends RevocationList {
  /** The file or URL. */
  readonly source: string;
}

/** The lists a call asks for, each read once, for all its certificates together. */
export class ListLoader {
  readonly #interest: ListInterest;
  readonly #web: Web;
  readonly #cache: AnswerCache | undefined;
  readonly #time: { readonly at: number; readonly maxAge: number | undefined };
  readonly #warn: OnCacheError;
  readonly #loaded = new Map<string, Promise<readonly NamedList[]>>();

  constructor(
    interest: ListInterest,
    web: Web,
    cache: AnswerCache | undefined,
    time: { readonly at: number; readonly maxAge: number | undefined },
    warn: OnCacheError,
  ) {
    this.#interest = interest;
    this.#web = web;
    this.#cache = cache;
    this.#time = time;
    this.#warn = warn;
  }

  /** The lists in a file. @throws {PkiError} */
  async inFile(source: Source, passphrases: Passphrases): Promise<readonly NamedList[]> {
    const interest = { ...this.#interest, passphrases };
    return named(await listsIn(source.name, source.chunks('passing'), interest), source.name);
  }

  /** The list at a URL, from the cache as long as that is current. @throws {PkiError} */
  at(url: string): Promise<readonly NamedList[]> {
    const known = this.#loaded.get(url);
    if (known !== undefined) return known;
    const loading = this.#load(url);
    this.#loaded.set(url, loading);
    return loading;
  }

  async #load(url: string): Promise<readonly NamedList[]> {
    const kept = this.#cache?.find('crl', url);
    const known = kept === undefined ? undefined : await this.#read(url, kept);
    if (known !== undefined && (this.#web.isOffline || known.every((list) => this.#isCurrent(list)))) return known;
    const { body, validators } = await this.#web.list(url, known === undefined ? undefined : kept?.validators);
    if (body === undefined) return known ?? [];
    const keeping = new Keeping(() => this.#cache?.begin('crl', url, validators), this.#warn);
    try {
      const lists = named(await listsIn(url, keeping.through(body), this.#interest), url);
      if (lists.every((list) => this.#isGood(list))) keeping.keep();
      return lists;
    } finally {
      keeping.drop();
    }
  }

  /** The list that is kept, where it holds; one that does not is no better than none. */
  async #read(url: string, kept: KeptAnswer): Promise<readonly NamedList[] | undefined> {
    try {
      const lists = named(await listsIn(url, kept.chunks(), this.#interest), url);
      return lists.every((list) => isSignedList(list, this.#interest.signers)) ? lists : undefined;
    } catch (error) {
      if (isPkiError(error)) return undefined;
      throw error;
    }
  }

  #isCurrent(list: NamedList): boolean {
    return isCurrentList(list, this.#time.at, this.#time.maxAge);
  }

  #isGood(list: NamedList): boolean {
    return this.#isCurrent(list) && isSignedList(list, this.#interest.signers);
  }
}

const named = (lists: readonly RevocationList[], source: string): NamedList[] =>
  lists.map((list) => ({ ...list, source }));
