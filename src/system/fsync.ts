import { fsync } from 'node:fs';

/** Waits in the background until the disk has what was written. */
export function fsyncAsync(descriptor: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(descriptor, (error) => (error === null || error === undefined ? resolve() : reject(error)));
  });
}
