import { Agent, type ClientRequest, type RequestOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Connections that serve several exchanges each, one after the other, by the origin they lead to. */
export class KeptConnections extends Agent {
  /** For the request that is made next, when none is idle. */
  #fresh: Duplex | undefined;

  constructor() {
    super({ keepAlive: true });
  }

  /**
   * Makes a request to an origin on an idle connection, or on a new one.
   *
   * @param open makes a connection
   * @param make makes the request, with what it says how to
   */
  async request(
    origin: string,
    open: () => Promise<Duplex>,
    make: (options: RequestOptions) => ClientRequest,
  ): Promise<ClientRequest> {
    // The connection whose answer was read just now is idle after this turn of the event loop.
    await setImmediate();
    const fresh = this.freeSockets[origin] === undefined ? await open() : undefined;
    // From here on nothing else may happen: the agent takes an idle connection, or asks for this one, at once.
    this.#fresh = fresh;
    const made = make({ agent: this, host: origin });
    // One that has become idle meanwhile was taken.
    if (this.#fresh === fresh) fresh?.destroy();
    return made;
  }

  override getName(options?: { readonly host?: string }): string {
    return options?.host ?? '';
  }

  override createConnection(): Duplex | undefined {
    const stream = this.#fresh;
    this.#fresh = undefined;
    return stream;
  }
}
