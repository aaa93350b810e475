import { isAscii } from 'node:buffer';
import { parseDnsPattern } from '../names/host-name.js';
import { type GeneralName, generalNameText, isTextType, textTypes } from '../x509/general-name.js';
import type { AltName } from './alt-name.js';

/** An alternative name of a certificate or request, to be written again octet for octet; see {@link copyProblem}. */
export const copiedAltName = ({ type, value, element }: GeneralName): AltName => ({
  type,
  value,
  der: element.encoding(),
});

/** Why a name must not be written again: it could not be decoded, or is not of its type (RFC 5280 4.2.1.6). */
export function copyProblem(name: GeneralName): string | undefined {
  const { type, element } = name;
  if (type === 'malformed') return `an iPAddress of ${element.length} octets is no address`;
  if (generalNameText(name).includes('\ufffd')) return 'it holds octets that are no text';
  if (!isTextType(type)) return undefined;
  const octets = element.content();
  if (isAscii(octets)) return undefined;
  const meant = type === 'dns' ? parseDnsPattern(Buffer.from(octets).toString('utf8')).name : undefined;
  return `a ${textTypes[type].name} is not ASCII${meant === undefined ? '' : `, as an A-label it is ${meant}`}`;
}
