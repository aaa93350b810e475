import { parseDnsPattern } from '../names/host-name.js';
import { type GeneralName, generalNameText, isTextType, readableValue, textTypes } from '../x509/general-name.js';
import type { Name } from '../x509/name.js';
import { relativeNameProblems, unreadableText } from '../x509/name-problems.js';
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
  const [problem] = name.type === 'dn' ? problemsOf(name.name) : [];
  if (problem !== undefined) return `a directory name: ${problem}`;
  return (
    foreignTextProblem(name) ??
    (generalNameText(name).includes('\ufffd') ? 'it holds octets that are no text' : undefined)
  );
}

const problemsOf = (name: Name): string[] =>
  name.rdns.flatMap((rdn) => [...relativeNameProblems(rdn), ...rdn.flatMap((each) => unreadableText(each) ?? [])]);

/** The fault of a name that is an IA5String and not ASCII, with the A-labels where it is a host name; or undefined. */
export function foreignTextProblem(name: GeneralName): string | undefined {
  const { type, value } = name;
  if (!isTextType(type) || /^[\0-\x7f]*$/.test(value)) return undefined;
  const meant = type === 'dns' ? parseDnsPattern(readableValue(name)).name : undefined;
  return `a ${textTypes[type].name} is not ASCII${meant === undefined ? '' : `, as an A-label it is ${meant}`}`;
}
