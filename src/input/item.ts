import type { PemBody } from '../pem/body.js';
import type { PemKind } from '../pem/labels.js';

/** One object found in an input: octets, not looked into yet. */
export interface InputObject {
  readonly kind: 'object';
  /** The PEM label; undefined for bare DER. */
  readonly label: string | undefined;
  /** The meaning of the label; undefined for bare DER and for labels we do not know. */
  readonly pemKind: PemKind | undefined;
  readonly der: Buffer;
  readonly headers: PemBody['headers'];
  /** Where it begins: `line 41` of text, `line 1, result.cert, line 1` of JSON, `byte 1024` of bare DER. */
  readonly place: string;
  /** Oddities that did not keep it from being read. */
  readonly notices: readonly string[];
}

/** Something that could not be read. */
export interface InputFault {
  readonly kind: 'fault';
  /** With its place in front, but where `object` has that. */
  readonly message: string;
  readonly hint?: string | undefined;
  /** The object that is damaged, where one could be made out: `certificate`, `line 41`. */
  readonly object?: { readonly what: string; readonly place: string };
  /** True where the whole input is something else, or empty: nothing in it is damaged. */
  readonly isForeign?: boolean;
}

export type InputItem = InputObject | InputFault;

/** The message of a fault with its place. */
export const faultText = ({ object, message }: InputFault): string =>
  object === undefined ? message : `${object.place}: ${message}`;

/** One format of input, decided by its first bytes. */
export interface Format {
  push(chunk: Buffer): Iterable<InputItem>;
  end(): Iterable<InputItem>;
}
