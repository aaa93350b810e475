import { fchmodSync, fsync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../../errors.js';
import { aboutFile } from '../../system/error.js';
import { claimName, syncDirectory, TemporaryFile } from '../../system/temporary.js';
import type { Output } from '../output.js';
import type { Report } from '../report.js';
import { DescriptorSink, OutputFailed } from '../sink.js';
import type { Destination } from './destination.js';
import { namingFile } from './failure.js';
import { checkOwner, finalMode, keepOwner, type ModeOptions } from './file-attributes.js';
import type { HeldKey } from './held-keys.js';
import { checkReplaceable } from './obstacle.js';
import { keepOldFile } from './old-file.js';

interface ReplacementOptions {
  /** The permission bits asked for. */
  readonly mode: number | undefined;
  /** True when a file with private keys may be replaced, keeping it. */
  readonly force: boolean;
  readonly now: Date;
  readonly report: Report;
  /** The private keys in the file that is there. */
  readonly oldKeys: readonly HeldKey[];
  /** True when the owner of the file that is there is to be the new one's. */
  readonly keepsOwner: boolean;
  /** Says where the old file was kept. */
  readonly sayKept: (path: string) => void;
}

/** A regular file, which takes its place when all of it is on the disk. */
export class Replacement implements Output {
  readonly isTerminal = false;
  readonly #destination: Destination;
  readonly #options: ReplacementOptions;
  #private = false;
  #isNewKey = false;
  #renews = false;
  readonly #newKeys = new Set<string>();
  #temporary: { readonly file: TemporaryFile; readonly sink: DescriptorSink } | undefined;
  /** True once something could not be written: what was is not whole and must not appear. */
  #failed = false;

  constructor(destination: Destination, options: ReplacementOptions) {
    this.#destination = destination;
    this.#options = options;
  }

  write(data: string | Uint8Array): void {
    this.#attempt(() => this.#open().sink.write(data));
  }

  flush(): void {}

  holdsPrivateKeys(identities: readonly string[]): void {
    this.#private = true;
    for (const identity of identities) this.#newKeys.add(identity);
  }

  holdsNewKey(): void {
    if (this.#destination.existing !== undefined && !this.#options.force) throw keyExists(this.#destination.given);
    this.#private = true;
    this.#isNewKey = true;
  }

  get lostKeys(): readonly HeldKey[] {
    return this.#options.oldKeys.filter(({ identity }) => identity === undefined || !this.#newKeys.has(identity));
  }

  renewsKeys(): void {
    this.#renews = true;
  }

  async prepare(): Promise<void> {
    const file = this.#attempt(() => this.#finish());
    this.#failed = true;
    await fsyncAsync(file.descriptor).catch((error: unknown) => {
      throw new OutputFailed(aboutFile(error, this.#destination.given));
    });
    this.#failed = false;
    this.#attempt(() => file.close());
  }

  place(): string {
    return this.#attempt(() => this.#replace());
  }

  commit(): void {
    syncDirectory(this.place());
  }

  check(): void {
    this.#checkKeys();
    finalMode(this.#destination, this.#modeOptions);
    checkReplaceable(this.#destination);
  }

  abort(): void {
    if (this.#temporary === undefined) return;
    const { file } = this.#temporary;
    this.#temporary = undefined;
    namingFile(this.#destination.given, () => file.remove());
  }

  #attempt<T>(action: () => T): T {
    const { given } = this.#destination;
    if (this.#failed) throw new OutputFailed(new Error(`${given} is written to after it failed`));
    this.#failed = true;
    const result = namingFile(given, action);
    this.#failed = false;
    return result;
  }

  /** Everything is written but not flushed to the disk. */
  #finish(): TemporaryFile {
    const { file, sink } = this.#open();
    sink.flush();
    fchmodSync(file.descriptor, finalMode(this.#destination, this.#modeOptions));
    return file;
  }

  #replace(): string {
    const { file } = this.#open();
    if (file.isOpen) this.#finish().complete();
    this.#moveIntoPlace(file);
    this.#temporary = undefined;
    return dirname(this.#destination.target);
  }

  #moveIntoPlace(file: TemporaryFile): void {
    const { target, existing, given } = this.#destination;
    const { force, now, sayKept } = this.#options;
    if (this.#isNewKey && existing === undefined) {
      if (claimName(file.path, target)) {
        file.remove();
        return;
      }
      if (!force) throw keyExists(given);
    }
    const kept = this.#isNewKey || this.#losesKeys ? keepOldFile(target, now) : undefined;
    try {
      file.rename(target);
    } catch (error) {
      kept?.undo();
      throw error;
    }
    if (kept === undefined) return;
    kept.seal();
    sayKept(kept.path);
  }

  get #losesKeys(): boolean {
    return !this.#renews && this.lostKeys.length > 0;
  }

  #checkKeys(): void {
    const { given, target } = this.#destination;
    if (this.#private && this.#options.keepsOwner) checkOwner(this.#destination);
    if (this.#isNewKey || this.#options.force || !this.#losesKeys) return;
    throw new UsageError(
      `${given} holds a private key that would be lost`,
      `write to another file, or use --force, which keeps it as ${target}.old-TIMESTAMP`,
    );
  }

  #open() {
    this.#temporary ??= this.#create();
    return this.#temporary;
  }

  #create() {
    this.#checkKeys();
    const file = new TemporaryFile(this.#destination.target);
    const opened = { file, sink: new DescriptorSink(file.descriptor) };
    this.#temporary = opened;
    if (this.#options.keepsOwner) keepOwner(file.descriptor, this.#destination);
    return opened;
  }

  get #modeOptions(): ModeOptions {
    return { mode: this.#options.mode, holdsKey: this.#private, report: this.#options.report };
  }
}

/** Said where a new key would replace a file. */
function keyExists(path: string): UsageError {
  return new UsageError(
    `${path} exists, a key file is never overwritten`,
    'use another name, --reuse-keys, or --force, which keeps the old one beside it',
  );
}

/** Waits in the background until the disk has what was written. */
function fsyncAsync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
