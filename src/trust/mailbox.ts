/** A mailbox (RFC 5321 4.1.2) in two parts. */
export interface Mailbox {
  /** Compared octet by octet (RFC 5280 7.5). */
  readonly local: string;
  /** Compared without regard to case. */
  readonly host: string;
}

/** A dot-string or a quoted string before the `@`, then what can be a host. */
const mailbox = /^([\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")@([^\s@]+)$/;

/** Longer than any: a local part of 64 octets, a host of 255 (RFC 5321 4.5.3.1). V8's stack holds no match of megabytes. */
const MOST = 1024;

/** The parts of a mailbox, undefined where the text is none. */
export function mailboxOf(text: string): Mailbox | undefined {
  if (text.length > MOST) return undefined;
  const [, local, host] = mailbox.exec(text) ?? [];
  return local === undefined || host === undefined ? undefined : { local, host };
}

/** True for two mailboxes that are one (RFC 5280 7.5); false where either is none. */
export function sameMailbox(one: string, other: string): boolean {
  const [a, b] = [mailboxOf(one), mailboxOf(other)];
  return a !== undefined && b !== undefined && a.local === b.local && a.host.toLowerCase() === b.host.toLowerCase();
}
