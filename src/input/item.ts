import type { PemBody } from '../pem/body.js';
import type { PemKind } from '../pem/labels.js';

/** One object found in an input. */
export interface InputObject {
  readonly kind: 'object';
  /** The PEM label; undefined for bare DER. */
  readonly label: string | undefined;
  /** What the label stands for; undefined for bare DER and for labels we do not know. */
  readonly pemKind: PemKind | undefined;
  readonly der: Buffer;
  readonly headers: PemBody['headers'];
  /** Where it begins: `line 41` of text, `result.cert, line 1` of JSON, `byte 1024` of bare DER. */
  readonly place: string;
  /** What was odd but could be read. */
  readonly notices: readonly string[];
}

/** Something that could not be read, with its place in front of the message. */
export interface InputFault {
  readonly kind: 'fault';
  readonly message: string;
  readonly hint?: string;
}

export type InputItem = InputObject | InputFault;

/** One format of input, decided by its first bytes. */
export interface Format {
  push(chunk: Buffer): Iterable<InputItem>;
  end(): Iterable<InputItem>;
}
