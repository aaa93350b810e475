import process from 'node:process';
import { PkiError } from '../errors.js';

/** EDQUOT, which Node.js has no name for. */
const QUOTA_EXCEEDED = 122;

/** Errors are few: the module is loaded for the first. */
const systemErrors = () => process.getBuiltinModule('node:util').getSystemErrorMap();

/** The operating system's reason in words (`no such file or directory`), or undefined for any other error. */
export function systemErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return undefined;
  if (error.code === 'EISDIR') return 'is a directory';
  if (error.errno === -QUOTA_EXCEEDED && process.platform === 'linux') return 'disk quota exceeded';
  const known = typeof error.errno === 'number' ? systemErrors().get(error.errno) : undefined;
  return known?.[1] ?? String(error.code);
}

/** True when the error is the system's, with this code: `ENOENT`, `EEXIST`, … */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** The system's error as one of ours that names the file it is about; any other error as it is. */
export function aboutFile(error: unknown, source: string, hint?: string): unknown {
  const text = systemErrorText(error);
  return text === undefined ? error : new PkiError('SYSTEM', text, { source, hint, cause: error });
}
