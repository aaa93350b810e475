import type { Conversation } from '../conversation.js';

/** A protocol that begins in the clear, and how TLS is asked for in it. */
export interface Protocol {
  /** As people call it: `SMTP`. */
  readonly title: string;
  /** Its usual ports, the first where none is given. */
  readonly ports: readonly number[];
  /**
   * Speaks until the server has given the go-ahead: the next octet from either side is TLS.
   *
   * @param name the server's name, for protocols that say whom they want
   * @throws {PkiError} it has not
   */
  ask(conversation: Conversation, name: string): Promise<void>;
}
