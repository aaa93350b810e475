import { attempt } from '../../errors.js';
import type { Certificate } from '../../x509/certificate.js';

/** True when one of its names begins with `*`. */
export function hasWildcard(certificate: Certificate): boolean {
  const names = attempt(() => certificate.subjectAltNames) ?? [];
  return names.some(({ type, value }) => type === 'dns' && value.startsWith('*'));
}
