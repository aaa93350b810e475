export type Severity = 'error' | 'warning' | 'notice';

/** Most severe first. */
export const severities: readonly Severity[] = ['error', 'warning', 'notice'];

/** The severity the first letter of a rule's id stands for. */
export function severityOfId(id: string): Severity {
  return id.startsWith('e_') ? 'error' : id.startsWith('w_') ? 'warning' : 'notice';
}
