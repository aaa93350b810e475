import { closeSync, constants, fchmodSync, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { isSystemError } from '../../system/error.js';
import { claimName } from '../../system/temporary.js';

/** A file about to be replaced, under its second name. */
export interface KeptFile {
  readonly path: string;
  /** Its first name is another file's now: what is left of it becomes private. */
  seal(): void;
  /** It was not replaced after all: the second name goes. */
  undo(): void;
}

/**
 * Gives a file the second name FILE.old-TIMESTAMP before something takes its place: a hard link, or where there are none a
 * copy. Until that has happened the file itself stays as it is, its mode too.
 *
 * @throws the error of the system
 */
export function keepOldFile(target: string, now: Date): KeptFile {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  const path = freeName(`${target}.old-${stamp}`, (name) => claimName(target, name));
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  fsyncSync(descriptor);
  return {
    path,
    seal() {
      makePrivate(descriptor);
      closeSync(descriptor);
    },
    undo() {
      closeSync(descriptor);
      unlinkSync(path);
    },
  };
}

function freeName(name: string, take: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const next = attempt === 0 ? name : `${name}-${attempt}`;
    if (take(next)) return next;
  }
}

function makePrivate(descriptor: number): void {
  try {
    fchmodSync(descriptor, 0o600);
  } catch (error) {
    // Another user's file, linked where the system lets everybody do so: its mode is that user's affair.
    if (!isSystemError(error, 'EPERM')) throw error;
  }
}
