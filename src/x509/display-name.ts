import { attempt } from '../errors.js';
import type { Certificate } from './certificate.js';
import type { Name } from './name.js';
import type { CertificationRequest } from './request.js';

/**
 * The name of a certificate or request for people: its CN, or the first of its host names and addresses, or all of its
 * subject; of a certificate without any of these the serial number.
 */
export function displayName(object: Certificate | CertificationRequest): string {
  const { subject } = object;
  const [commonName] = subject.commonNames;
  if (commonName !== undefined) return commonName;
  const names = object.subjectAltNames;
  const first = names.find(({ type }) => type === 'dns') ?? names.find(({ type }) => type === 'ip');
  if (first !== undefined && 'value' in first) return first.value;
  // An empty relative name is there, and has no text.
  const text = `${subject}`;
  if (text !== '') return text;
  return 'serial' in object ? `serial ${object.serial}` : 'no name';
}

/** {@link displayName}, or words for it where the names cannot be read. */
export const shownName = (object: Certificate | CertificationRequest): string =>
  attempt(() => displayName(object)) ?? 'unreadable name';

/** The common name of a name, or where it has none all of it. */
export const commonNameOf = (name: Name): string => name.commonNames[0] ?? name.toString();

/** The subject of a certificate for people; the serial number where there is none, or it cannot be read. */
export const subjectText = ({ subject, serial }: Certificate): string =>
  attempt(() => subject.toString()) || `serial ${serial}`;
