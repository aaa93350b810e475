import { isoDate } from '../../text/iso-time.js';
import type { Certificate } from '../../x509/certificate.js';
import { valuesOf } from '../../x509/general-name.js';

/** The name of a certificate for people: its CN, or the first of its names, or all of its subject. */
export function displayName(certificate: Certificate): string {
  const [commonName] = certificate.subject.commonNames;
  if (commonName !== undefined) return commonName;
  const { dns, ip } = namesOf(certificate);
  return dns[0] ?? ip[0] ?? (certificate.subject.isEmpty ? `serial ${certificate.serial}` : `${certificate.subject}`);
}

/** The host names and addresses in subjectAltName. */
export function namesOf(certificate: Certificate): { dns: string[]; ip: string[] } {
  const names = certificate.subjectAltNames;
  return { dns: valuesOf(names, 'dns'), ip: valuesOf(names, 'ip') };
}

/** A day: `2027-03-15`. */
export const day = (time: Date): string => isoDate(time.getTime());
