import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * True for a descriptor that may be the caller's. The runtime has some of its own, opened before us, and nothing ever comes
 * from those: event queues, and pipes of which both ends are in this process. Where there is no /proc all are taken.
 */
export function mayBeGiven(descriptor: number): boolean {
  const target = targetOf(descriptor);
  if (target === undefined) return true;
  if (target.startsWith('anon_inode:')) return false;
  if (!target.startsWith('pipe:')) return true;
  const others = readdirSync(DESCRIPTORS).map(Number);
  return !others.some((other) => targetOf(other) === target && isForWriting(other));
}

const DESCRIPTORS = '/proc/self/fd';
const ACCESS_MODE = 0o3;

function targetOf(descriptor: number): string | undefined {
  try {
    return readlinkSync(`${DESCRIPTORS}/${descriptor}`);
  } catch {
    return undefined;
  }
}

function isForWriting(descriptor: number): boolean {
  const [, flags = '0'] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? [];
  return (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
}
