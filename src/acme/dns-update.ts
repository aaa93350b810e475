import { addText, placeOf, type RecordPlace, readTexts, removeText, type UpdateServer } from '../net/dns/update.js';
import type { ChallengeType, Proof } from './challenge.js';
import type { Responder } from './responder.js';

/** Challenges in DNS by DYNAMIC UPDATE (RFC 2136), signed with TSIG (RFC 8945). */
export class DnsUpdate implements Responder {
  readonly types: readonly ChallengeType[] = ['dns-01', 'dns-account-01', 'dns-persist-01'];
  readonly #server: UpdateServer;
  readonly #places = new Map<string, RecordPlace>();
  /** Persistent records that were there before: they are not ours to take away. */
  readonly #standing = new Set<string>();

  constructor(server: UpdateServer) {
    this.#server = server;
  }

  async prepare(): Promise<void> {}

  async present({ type, name, value }: Proof, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const place = await this.#placeOf(name);
    if (type === 'dns-persist-01' && (await readTexts(this.#server, name)).includes(value)) {
      this.#standing.add(value);
      return;
    }
    signal.throwIfAborted();
    await addText(this.#server, place, value);
  }

  async withdraw({ name, value }: Proof): Promise<void> {
    if (!this.#standing.has(value)) await removeText(this.#server, await this.#placeOf(name), value);
  }

  async close(): Promise<void> {}

  async #placeOf(name: string): Promise<RecordPlace> {
    const place = this.#places.get(name) ?? (await placeOf(this.#server, name));
    this.#places.set(name, place);
    return place;
  }
}
