import { isoDate } from '../../text/iso-time.js';
import type { Certificate } from '../../x509/certificate.js';
import { valuesOf } from '../../x509/general-name.js';

/** The host names and addresses in subjectAltName. */
export function namesOf(certificate: Certificate): { dns: string[]; ip: string[] } {
  const names = certificate.subjectAltNames;
  return { dns: valuesOf(names, 'dns'), ip: valuesOf(names, 'ip') };
}

/** A day: `2027-03-15`. */
export const day = (time: Date): string => isoDate(time.getTime());
