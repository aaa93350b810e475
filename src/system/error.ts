import process from 'node:process';
import { PkiError } from '../errors.js';

/** Linux's words for errors of file systems that Node.js has no name for, by number. */
const linuxErrors: ReadonlyMap<number, string> = new Map([
  [37, 'no locks available'],
  [74, 'bad message: the file system is damaged'],
  [116, 'stale file handle'],
  [117, 'structure needs cleaning: the file system is damaged'],
  [122, 'disk quota exceeded'],
  [126, 'required key not available: the folder is encrypted'],
  [127, 'key has expired'],
  [128, 'key has been revoked'],
]);

/** Errors are few: the module is loaded for the first. */
const systemErrors = () => process.getBuiltinModule('node:util').getSystemErrorMap();

/** The operating system's reason in words (`no such file or directory`), or undefined for any other error. */
export function systemErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return undefined;
  if (error.code === 'EISDIR') return 'is a directory';
  if (typeof error.errno !== 'number') return String(error.code);
  const known = systemErrors().get(error.errno)?.[1];
  if (known !== undefined) return known;
  return (process.platform === 'linux' && linuxErrors.get(-error.errno)) || `system error ${-error.errno}`;
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
