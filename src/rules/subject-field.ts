import type { ExaminedRequest } from './examined-request.js';
import type { Violation } from './rule.js';

/** The names readers of a form give to fields. */
const fieldNames: Readonly<Record<string, string>> = {
  CN: 'common name',
  O: 'organization',
  OU: 'organizational unit',
  L: 'city',
  ST: 'state',
  C: 'country',
  emailAddress: 'e-mail address',
  serialNumber: 'serial number',
  street: 'street',
  postalCode: 'postal code',
};

/** The name of a field for people, its type where it has no other. */
export const fieldName = (type: string): string => fieldNames[type] ?? type;

/** The violations of the subject's fields, judged one by one. */
export function* perField(
  examined: ExaminedRequest,
  problem: (type: string, value: string) => Violation | undefined,
): Generator<Violation> {
  for (const { type, value } of examined.subject) {
    const found = problem(type, value);
    if (found !== undefined) yield found;
  }
}
