import { readElement } from '../der/reader.js';
import { complaint, PkiError } from '../errors.js';
import { ExtensionOid } from '../x509/extension.js';
import type { RawExtension } from './request-spec.js';

const fault = (message: string, hint?: string) => new PkiError('EXTENSION', message, { hint });

/** Extensions that have options of their own. */
const optionsOf: ReadonlyMap<string, string> = new Map([
  [ExtensionOid.subjectAltName, '--san'],
  [ExtensionOid.keyUsage, '--key-usage'],
  [ExtensionOid.extendedKeyUsage, '--eku'],
  [ExtensionOid.basicConstraints, '--ca'],
  [ExtensionOid.tlsFeature, '--must-staple'],
]);

/**
 * An extension as `OID=HEX` or `OID,critical=HEX`: the hex of the DER in extnValue.
 *
 * @throws {PkiError}
 */
export function parseRawExtension(text: string): RawExtension {
  const [, oid = '', flag, hex = ''] = /^([\d.]+)(,critical)?=([\da-f: ]*)$/i.exec(text) ?? [];
  if (!/^[0-2](?:\.(?:0|[1-9]\d*))+$/.test(oid)) {
    throw fault(`${text} is no extension`, 'OID=HEX or OID,critical=HEX: 1.3.6.1.5.5.7.48.1.5=0500');
  }
  const option = optionsOf.get(oid);
  if (option !== undefined) throw fault(`extension ${oid} is made by ${option}`, `give it with ${option}`);
  const digits = hex.replaceAll(/[: ]/g, '');
  if (digits === '' || digits.length % 2 !== 0) throw fault(`extension ${oid}: ${hex} is not octets in hex`);
  const value = Buffer.from(digits, 'hex');
  const problem = complaint(() => readElement(value));
  if (problem !== undefined) throw fault(`extension ${oid}: its value is no DER: ${problem}`);
  return { oid, critical: flag !== undefined, value };
}
