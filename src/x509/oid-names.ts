import { oids } from '@lapo/asn1js/oids.js';

/**
 * Names of some 2,700 OIDs, from the list Peter Gutmann keeps for dumpasn1, as @lapo/asn1js packages it. It is large:
 * load this module with import(), when a name is really needed.
 */

/** Names the list lacks: CA/Browser Forum policies and post-quantum usage younger than it. */
const additions: ReadonlyMap<string, string> = new Map([
  ['2.23.140.1.1', 'extendedValidation'],
  ['2.23.140.1.2.1', 'domainValidated'],
  ['2.23.140.1.2.2', 'organizationValidated'],
  ['2.23.140.1.2.3', 'individualValidated'],
  ['2.23.140.1.3', 'extendedValidationCodeSigning'],
  ['2.23.140.1.4.1', 'codeSigning'],
  ['2.23.140.1.5.1.1', 'mailboxValidatedLegacy'],
  ['2.23.140.1.5.1.2', 'mailboxValidatedMultipurpose'],
  ['2.23.140.1.5.1.3', 'mailboxValidatedStrict'],
  ['2.23.140.3.1', 'cabfOrganizationIdentifier'],
]);

/** The name of an OID, or undefined. */
export function oidName(oid: string): string | undefined {
  return additions.get(oid) ?? (Object.hasOwn(oids, oid) ? oids[oid]?.d : undefined);
}
