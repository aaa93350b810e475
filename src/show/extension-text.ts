import type { Extension } from '../x509/extension.js';
import { readValue } from '../x509/extensions/read-value.js';
import { extensionType } from '../x509/extensions/table.js';
import { oidName } from '../x509/oid-names.js';

/**
 * The content of an extension in lines a person reads, not yet made safe to print. Undefined for extensions that are
 * unknown by content.
 *
 * @throws {DerError} the content is not what the extension's specification says
 */
export function extensionLines(extension: Extension): string[] | undefined {
  const type = extensionType(extension.oid);
  return type?.lines(readValue(type, extension), oidText);
}

/** An OID with its name where it has one: `domainValidated (2.23.140.1.2.1)`. */
export function oidText(oid: string): string {
  const name = oidName(oid);
  return name === undefined ? oid : `${name} (${oid})`;
}
