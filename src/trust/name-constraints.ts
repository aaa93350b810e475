import type { Certificate } from '../x509/certificate.js';
import { type NameConstraints, nameConstraints } from '../x509/extensions/name-constraints.js';
import { type GeneralName, type GeneralNameType, generalNameText } from '../x509/general-name.js';
import { EMAIL_ADDRESS } from '../x509/name.js';
import { type CompiledForm, type FormOptions, nameForms } from './name-forms.js';
import type { Problem } from './problem.js';

const clause = 'RFC 5280 4.2.1.10';

/** The name constraints of a CA, ready for names to be held to them. */
export class ConstrainedNames {
  readonly #forms = new Map<GeneralNameType, CompiledForm>();
  /** The types that are constrained in a way nothing here can apply. */
  readonly #unknown = new Set<GeneralNameType>();
  readonly #counts = new Map<GeneralNameType, number>();
  /** The words for a constraint that is malformed. */
  readonly problem: string | undefined;

  constructor({ permitted = [], excluded = [] }: NameConstraints, options: FormOptions) {
    const types = new Set([...permitted, ...excluded].map(({ base }) => constrainedType(base)));
    for (const type of types) {
      const allowed = permitted.filter(({ base }) => constrainedType(base) === type);
      const forbidden = excluded.filter(({ base }) => constrainedType(base) === type);
      const all = [...allowed, ...forbidden];
      this.#counts.set(type, all.length);
      const form = nameForms.get(type);
      // RFC 5280 4.2.1.10: minimum and maximum are not used with any form of names.
      if (form === undefined || all.some(({ minimum, maximum }) => minimum !== 0 || maximum !== undefined)) {
        this.#unknown.add(type);
        continue;
      }
      const subtrees = {
        permitted: allowed.length === 0 ? undefined : allowed.map(({ base }) => base),
        excluded: forbidden.map(({ base }) => base),
      };
      const compiled = form.compile(subtrees, options);
      if ('violation' in compiled) this.#forms.set(type, compiled);
      else this.problem ??= `the constraint ${generalNameText(compiled)} is malformed`;
    }
  }

  /** The number of comparisons it takes to hold these names to the constraints. */
  cost(names: readonly GeneralName[]): number {
    let cost = 0;
    for (const name of names) cost += this.#counts.get(constrainedType(name)) ?? 0;
    return cost;
  }

  /** The first of the names that is not allowed, undefined where all are. */
  violation(names: readonly GeneralName[]): Problem | undefined {
    for (const name of names) {
      // A SmtpUTF8Mailbox is a mailbox (RFC 9598 6) that nothing here compares.
      const isMailbox = name.type === 'other' && name.kind === 'SmtpUTF8Mailbox' && this.#counts.has('email');
      const type = constrainedType(name);
      const isUnknown = this.#unknown.has(type) || isMailbox;
      const found = isUnknown ? 'constrained in a way nothing here can apply' : this.#forms.get(type)?.violation(name);
      if (found === undefined) continue;
      const words = found === 'malformed' ? 'malformed, and names of its kind are constrained' : found;
      return { code: 'name_constraint', message: `${generalNameText(name)} is ${words}`, clause };
    }
    return undefined;
  }
}

/** The kind a name is constrained with: whatever is under the tag of an address is one, if only a malformed one. */
const constrainedType = ({ type }: GeneralName): GeneralNameType =>
  type === 'range' || type === 'malformed' ? 'ip' : type;

/** The name constraints of a certificate, undefined where it has none. @throws {DerError} */
export function constraintsOf(certificate: Certificate, options: FormOptions): ConstrainedNames | undefined {
  const constraints = certificate.value(nameConstraints);
  return constraints && new ConstrainedNames(constraints, options);
}

/**
 * The names of a certificate that name constraints speak of: its subject, its alternative names, the mail addresses in its
 * subject. RFC 5280 asks for the last only where there is no subjectAltName; like OpenSSL we always look at them.
 *
 * @throws {DerError}
 */
export function constrainedNamesOf({ subject, subjectAltNames }: Certificate): readonly GeneralName[] {
  if (subject.isEmpty) return subjectAltNames;
  const mailboxes = subject.attributes
    .filter(({ oid }) => oid === EMAIL_ADDRESS)
    .map(({ value, element }): GeneralName => ({ type: 'email', value, element }));
  return [
    { type: 'dn', value: subject.toString(), name: subject, element: subject.element },
    ...subjectAltNames,
    ...mailboxes,
  ];
}
