import type { Report } from '../../cli/report.js';
import type { Certificate } from '../../x509/certificate.js';
import { displayName } from '../../x509/display-name.js';
import { fingerprint } from '../../x509/fingerprint.js';
import { generalNameText } from '../../x509/general-name.js';
import { day } from './describe.js';

/**
 * Compares a leaf with the one in the file it is to replace: the names must be the same and it must be valid longer.
 * Says what changes, or what forbids it.
 *
 * @param file the file's name, for messages
 */
export function checkReplacement(leaf: Certificate, old: Certificate, file: string, report: Report): void {
  if (Buffer.compare(leaf.der, old.der) === 0) {
    report.refusal(file, `${displayName(leaf)} is in it already: the same certificate`);
    return;
  }
  const names = namesIn(leaf);
  const oldNames = namesIn(old);
  const missing = oldNames.filter((name) => !names.includes(name));
  const added = names.filter((name) => !oldNames.includes(name));
  const [oldEnd, newEnd] = [day(old.notAfter), day(leaf.notAfter)];
  const obstacles: string[] = [];
  if (missing.length > 0) obstacles.push(`lacks names of the old one: ${missing.join(', ')}`);
  if (added.length > 0) obstacles.push(`has names the old one lacks: ${added.join(', ')}`);
  if (leaf.notAfter <= old.notAfter) {
    obstacles.push(`is not newer: valid until ${newEnd}, the old one until ${oldEnd}`);
  }
  for (const obstacle of obstacles) report.refusal(file, `the new certificate ${obstacle}`);
  if (obstacles.length > 0) return;
  const key =
    fingerprint('sha256', leaf.publicKey.der) === fingerprint('sha256', old.publicKey.der)
      ? 'the same key'
      : 'a new key';
  const issuer = `${leaf.issuer}` === `${old.issuer}` ? [] : [`issuer ${old.issuer} becomes ${leaf.issuer}`];
  const changes = [
    `valid until ${newEnd}, not ${oldEnd}`,
    `serial ${old.serial} becomes ${leaf.serial}`,
    key,
    ...issuer,
  ];
  report.notice(file, `what changes: ${changes.join('; ')}`);
}

/** The names a certificate stands for: its alternative names, or if it has none its CN; lower case, sorted. */
export function namesIn(certificate: Certificate): string[] {
  const names = certificate.subjectAltNames.map((name) => generalNameText(name).toLowerCase());
  return (names.length > 0 ? names : certificate.subject.commonNames.map((name) => `cn:${name.toLowerCase()}`)).sort();
}
