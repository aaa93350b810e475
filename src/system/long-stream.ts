import process from 'node:process';

/** How much of a stream is read before it counts as long, in octets. */
const LONG = 1024 * 1024;

/** True once for a stream: for the piece of `size` octets, behind `before` others, that makes it a long one. */
export const becomesLong = (before: number, size: number): boolean => before < LONG && before + size >= LONG;

/** The largest young generation that is good for long streams, in MiB: three times what one of its halves holds. */
export const YOUNG_GENERATION = 12;

/**
 * For a stream that goes on, of which nearly all that is left behind is garbage: the young generation stays as large as it
 * has grown by now, some megabytes, which stay in the caches. The 16 MiB it would grow to are to be had from the system page
 * by page, and are cold at every turn: a tenth of the time of 20,000 certificates.
 */
export const keepYoungGeneration = (): void => setFlag('--semi-space-growth-factor=1');

/**
 * For a stream of objects, whose readers are many functions: they are compiled with fewer others inside them. On one processor
 * a third of the time of 20,000 certificates went into compiling. A short loop over millions of lines is better off without.
 */
export const limitInlining = (): void => setFlag('--max-inlined-bytecode-size-cumulative=150');

const setFlag = (flag: string): void => process.getBuiltinModule('node:v8').setFlagsFromString(flag);
