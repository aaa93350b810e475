import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { PkiError, UsageError } from '../errors.js';
import { aboutFile, isSystemError } from '../system/error.js';
import type { Proof } from './challenge.js';
import type { Responder } from './responder.js';

/** A file this old is no call's that is still running, in milliseconds: a day. */
const STALE = 86_400_000;

/**
 * http-01 (RFC 8555 8.3) by a web server that runs already: a file under `.well-known/acme-challenge` in the folder it
 * serves.
 */
export class Webroot implements Responder {
  readonly types = ['http-01'] as const;
  readonly #root: string;
  readonly #thumbprint: string;
  /** The folders on the way to the files, the upper one first. */
  readonly #folders: readonly [string, string];
  /** Those of them that were made here. */
  readonly #made = new Set<string>();

  /** @param thumbprint of the account's key: files that end with it are ours */
  constructor(root: string, thumbprint: string) {
    this.#root = root;
    this.#thumbprint = thumbprint;
    const wellKnown = join(root, '.well-known');
    this.#folders = [wellKnown, join(wellKnown, 'acme-challenge')];
  }

  async prepare(): Promise<void> {
    let deepest = this.#root;
    for (const folder of [this.#root, ...this.#folders]) {
      const stats = lstatSync(folder, { throwIfNoEntry: false });
      if (stats === undefined && folder !== this.#root) break;
      if (stats?.isSymbolicLink()) {
        // Else a writer in the web server's folder could have us write anywhere.
        const hint = folder === this.#root ? `name the folder it leads to: ${realpathSync(folder)}` : 'remove it';
        throw new UsageError(`--webroot: ${folder} is a symbolic link`, hint);
      }
      if (!stats?.isDirectory()) throw new UsageError(`--webroot: ${folder} is no folder`);
      deepest = folder;
    }
    try {
      accessSync(deepest, constants.W_OK | constants.X_OK);
    } catch (error) {
      throw aboutFile(error, `--webroot ${deepest}`);
    }
    this.#sweep();
  }

  async present({ token, value }: Proof): Promise<void> {
    const path = join(this.#folders[1], token);
    try {
      // A call that ends meanwhile may take away the folder it made.
      for (let attempt = 0; !this.#write(path, value); attempt++) {
        if (attempt === 10)
          throw new PkiError('ACME_WEBROOT', 'the folder is taken away again and again', { source: path });
      }
    } catch (error) {
      throw aboutFile(error, path);
    }
  }

  async withdraw({ token }: Proof): Promise<void> {
    rmSync(join(this.#folders[1], token), { force: true });
  }

  async close(): Promise<void> {
    for (const folder of this.#folders.toReversed()) {
      if (!this.#made.delete(folder)) continue;
      try {
        rmdirSync(folder);
      } catch {
        // Another call has a file in it: it stays, as folders of a web server do.
      }
    }
  }

  /** @returns false when a folder was not there any more */
  #write(path: string, text: string): boolean {
    for (const folder of this.#folders) {
      try {
        mkdirSync(folder, 0o755);
        this.#made.add(folder);
      } catch (error) {
        if (isSystemError(error, 'ENOENT')) return false;
        if (!isSystemError(error, 'EEXIST')) throw error;
      }
    }
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    let descriptor: number;
    try {
      descriptor = openSync(path, flags, 0o644);
    } catch (error) {
      if (isSystemError(error, 'ENOENT')) return false;
      throw error;
    }
    try {
      // The web server is another user, whatever the umask says.
      fchmodSync(descriptor, 0o644);
      writeSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
    return true;
  }

  /** Removes what a call that was killed left behind. */
  #sweep(): void {
    const [, folder] = this.#folders;
    const names = lstatSync(folder, { throwIfNoEntry: false }) === undefined ? [] : readdirSync(folder);
    for (const name of names) {
      const path = join(folder, name);
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (!stats?.isFile() || stats.size > 1024 || Date.now() - stats.mtimeMs < STALE) continue;
      if (readFileSync(path, 'latin1') === `${name}.${this.#thumbprint}`) rmSync(path, { force: true });
    }
  }
}
