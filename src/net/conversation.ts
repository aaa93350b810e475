import type { Socket } from 'node:net';
import { PkiError } from '../errors.js';
import { printable, shortened } from '../text/printable.js';
import type { Deadline } from './deadline.js';
import { socketError } from './socket-error.js';

/** The longest line taken, in octets; the protocols with the longest allow 2,000 (RFC 4954 4). */
const MAX_LINE = 4096;
/** All that is taken before TLS begins, in octets: greetings are a few hundred. */
const MAX_TOTAL = 64 * 1024;

const NEWLINE = 0x0a;

/** The exchange in the clear before TLS begins: a line, a number of octets or a text at a time, and all of it bounded. */
export class Conversation {
  readonly #socket: Socket;
  readonly #deadline: Deadline;
  #pending: Buffer = Buffer.alloc(0);
  #total = 0;

  constructor(socket: Socket, deadline: Deadline) {
    this.#socket = socket;
    this.#deadline = deadline;
  }

  /** The address we are seen from, as it is on our side. */
  get localAddress(): string {
    return this.#socket.localAddress ?? '127.0.0.1';
  }

  send(data: string | Uint8Array): void {
    this.#socket.write(data);
  }

  /** Names the answer that is waited for from now on, for the errors: `the greeting`. */
  expect(what: string): void {
    this.#deadline.enter(`waiting for ${what}`);
  }

  /** A line without its end. */
  async line(): Promise<string> {
    const end = await this.#find((octets) => {
      const at = octets.indexOf(NEWLINE);
      if (at === -1 && octets.length > MAX_LINE) throw hostile(`a line longer than ${MAX_LINE} octets`);
      return at === -1 ? undefined : at + 1;
    });
    return this.#take(end)
      .toString('latin1')
      .replace(/\r?\n$/, '');
  }

  /** This many octets. */
  async octets(count: number): Promise<Buffer> {
    return this.#take(await this.#find((octets) => (octets.length < count ? undefined : count)));
  }

  /** The text up to the end of what the expression matches. */
  async through(expression: RegExp): Promise<string> {
    const end = await this.#find((octets) => {
      const match = expression.exec(octets.toString('latin1'));
      return match === null ? undefined : match.index + match[0].length;
    });
    return this.#take(end).toString('latin1');
  }

  /** All that has come, once anything has. */
  async anything(): Promise<Buffer> {
    return this.#take(await this.#find((octets) => octets.length || undefined));
  }

  /**
   * The end, before TLS begins. What stands behind the go-ahead, in the clear, is not from whom TLS will name: taken for a
   * part of what follows, an attacker on the way could put words in there (CVE-2011-0411).
   *
   * @throws {PkiError} there is such
   */
  end(): void {
    if (this.#pending.length > 0 || this.#socket.readableLength > 0) {
      throw hostile('text in the clear behind the go-ahead for TLS');
    }
  }

  #take(count: number): Buffer {
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }

  /** Reads until `endOf` finds an end in what has come. */
  #find(endOf: (octets: Buffer) => number | undefined): Promise<number> {
    const socket = this.#socket;
    return this.#deadline.wait((resolve, reject) => {
      const look = () => {
        try {
          const end = endOf(this.#pending);
          if (end === undefined) return false;
          resolve(end);
        } catch (error) {
          reject(error);
        }
        return true;
      };
      const read = () => {
        for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
          this.#total += chunk.length;
          if (this.#total > MAX_TOTAL) {
            reject(hostile(`more than ${MAX_TOTAL} octets`));
            return;
          }
          this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
          if (look()) return;
        }
      };
      const close = () => reject(new PkiError('NET_CLOSED', 'the connection was closed before TLS began'));
      const fail = (error: unknown) => reject(socketError(error, 'before TLS began'));
      if (!look()) {
        socket.on('readable', read).on('end', close).on('close', close).on('error', fail);
        // Octets that came before there was a listener make no event.
        if (socket.readableLength > 0) read();
        if (socket.destroyed || socket.readableEnded) close();
      }
      return () => socket.off('readable', read).off('end', close).off('close', close).off('error', fail);
    });
  }
}

const hostile = (what: string): PkiError => new PkiError('NET_HOSTILE', `the server sent ${what}`);

/**
 * The error for a server that does not say yes.
 *
 * @param what the question: `STARTTLS`
 * @param answer as it came; it is made safe to show
 */
export function refusedTls(what: string, answer: string): PkiError {
  const words = answer === '' ? 'an empty line' : `"${printable(shortened(answer, 120))}"`;
  return new PkiError('NET_STARTTLS', `the server answers ${what} with ${words}`);
}
