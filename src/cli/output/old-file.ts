import { closeSync, constants, fchmodSync, fsyncSync, openSync, unlinkSync } from 'node:fs';
import { isSystemError } from '../../system/error.js';
import { beside, claimName } from '../../system/temporary.js';

/** A file about to be replaced, under its second name. */
interface KeptFile {
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
  const path = freeName(target, stamp, (name) => claimName(target, name));
  const descriptor = opened(path);
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

function freeName(target: string, stamp: string, take: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const ending = attempt === 0 ? '' : `-${attempt}`;
    const next = beside(target, (name) => `${name}.old-${stamp}${ending}`);
    if (take(next)) return next;
  }
}

/** The file under its second name, on the disk; where it may not be read it does not keep that. */
function opened(path: string): number {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    fsyncSync(descriptor);
    return descriptor;
  } catch (error) {
    unlinkSync(path);
    throw error;
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
