import type { ExaminedRequest } from './examined-request.js';
import type { Violation } from './rule.js';

/** The name a reader of the form gives a field. */
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
