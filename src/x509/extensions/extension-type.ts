import type { Element } from '../../der/reader.js';

/** Takes what is readable but wrong: lower case, no full stop. */
export type Warn = (warning: string) => void;

/** The name of an OID with the OID behind it, the OID alone where it has none. */
export type OidText = (oid: string) => string;

/** A kind of extension: its names, its decoder, and its value in words. */
export interface ExtensionType<T> {
  readonly oid: string;
  /** As its specification writes it. */
  readonly name: string;
  /**
   * The value in the octets of extnValue.
   *
   * @param warn takes what is readable, though its specification or DER forbids it
   * @throws {DerError} the content is not what its specification says
   */
  read(content: Element, warn: Warn): T;
  /** The value in lines a person reads, not yet safe to print. */
  lines(value: T, oidText: OidText): string[];
}
