import { statSync } from 'node:fs';
import type { Report } from './report.js';

/**
 * Warns when all users of the machine can read the file a private key was taken from: its maker did not mean that.
 *
 * @param name the operand; standard input and what is no regular file says nothing
 */
export function warnIfExposed(report: Report, name: string, key: { readonly wasEncrypted: boolean }): void {
  if (name === '-' || key.wasEncrypted) return;
  const stats = statSync(name, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || (stats.mode & 0o004) === 0) return;
  const mode = (stats.mode & 0o777).toString(8);
  report.warning(name, `everybody can read this private key (mode ${mode})`, 'chmod o= takes that away');
}
