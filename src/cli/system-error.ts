import { getSystemErrorMap } from 'node:util';

/** The operating system's reason in words (`no such file or directory`), or undefined for any other error. */
export function systemErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return undefined;
  if (error.code === 'EISDIR') return 'is a directory';
  const known = typeof error.errno === 'number' ? getSystemErrorMap().get(error.errno) : undefined;
  return known?.[1] ?? String(error.code);
}

/** True when the error is the system's, with this code: `ENOENT`, `EEXIST`, … */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
