import type { Certificate } from '../x509/certificate.js';
import type { Purpose } from './requirements.js';

interface Use {
  /** RFC 5280 4.2.1.12's name of the extended key usage. */
  readonly extended: string;
  /** Key usages of which a certificate with that extension has one at least (RFC 5280 4.2.1.12). */
  readonly key: readonly string[];
}

const uses: Readonly<Record<Exclude<Purpose, 'any'>, Use>> = {
  server: { extended: 'serverAuth', key: ['digitalSignature', 'keyEncipherment', 'keyAgreement'] },
  client: { extended: 'clientAuth', key: ['digitalSignature', 'keyAgreement'] },
  email: {
    extended: 'emailProtection',
    key: ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'keyAgreement'],
  },
};

/** The extended key usage a purpose asks for, undefined for `any`. */
export const extendedUsageFor = (purpose: Purpose): string | undefined =>
  purpose === 'any' ? undefined : uses[purpose].extended;

/** The key usages one of which a purpose asks for, undefined for `any`. */
export const keyUsagesFor = (purpose: Purpose): readonly string[] | undefined =>
  purpose === 'any' ? undefined : uses[purpose].key;

/** True when the extended key usages, where there are any, allow a purpose (RFC 5280 4.2.1.12). @throws {DerError} */
export function allowsPurpose({ extendedKeyUsage }: Certificate, purpose: Purpose): boolean {
  const wanted = extendedUsageFor(purpose);
  if (wanted === undefined || extendedKeyUsage === undefined) return true;
  return extendedKeyUsage.includes(wanted) || extendedKeyUsage.includes('anyExtendedKeyUsage');
}
