import { displayName } from '../../x509/display-name.js';
import type { CertificateItem } from './bundle-input.js';
import type { PemMerge } from './call.js';
import { day } from './describe.js';

/**
 * `--p12 --no-key`: every certificate of the inputs as one to be trusted, in a PKCS#12 that Java takes for a trust store.
 * None of them is a leaf here, and roots stay.
 */
export async function writeTrustStore(
  { values, output, report }: PemMerge,
  certificates: readonly CertificateItem[],
  passphrase: Buffer,
): Promise<void> {
  const { writePkcs12Trust } = await import('../../pkcs/write-pkcs12.js');
  const names = aliases(certificates.map(({ certificate }) => displayName(certificate)));
  const entries = certificates.map(({ certificate }, i) => ({ der: certificate.der, name: names[i] ?? '' }));
  const data = writePkcs12Trust(entries, { passphrase, legacy: values.legacy });
  if (values.check) output.check();
  else {
    output.write(data);
    output.commit();
  }
  const will = values.check ? 'would be trusted' : 'is trusted';
  for (const [i, { certificate, source, place }] of certificates.entries()) {
    report.notice(source, `${place}: ${names[i]}, valid until ${day(certificate.notAfter)}, ${will}`);
  }
}

/** Java takes names that differ in capitals alone for one, and keeps the last of them. */
function aliases(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let alias = name;
    for (let number = 2; taken.has(alias.toLowerCase()); number++) alias = `${name} ${number}`;
    taken.add(alias.toLowerCase());
    return alias;
  });
}
