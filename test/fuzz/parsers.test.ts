import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t from 'tap';
import { isWhole } from '../support/whole.js';
import { commands } from './commands.js';
import { damaged } from './inputs.js';
import { isSound, readers } from './readers.js';

/**
 * Whatever comes in, a reader gives a value or one of our errors, soon; so does every command. Inputs are made by structure
 * and damaged. test/corpus/crashes holds what once broke something and is always replayed, as are the seeds that
 * coverage-guided fuzzing (scripts/fuzz.js) starts from. PKIUTILS_FUZZ=SECONDS makes a long run of it; a new failure is then
 * kept in the corpus by itself.
 */

const seconds = Number(process.env['PKIUTILS_FUZZ'] ?? (isWhole ? 12 : 4));
const corpus = (name: string): string => fileURLToPath(new URL(`../corpus/${name}`, import.meta.url));
const all = { ...readers, ...commands };

for (const kind of ['crashes', 'seeds']) {
  t.test(`the corpus: ${kind}`, async (t) => {
    const files = readdirSync(corpus(kind)).filter((name) => name !== 'README');
    for (const file of files) {
      const input = readFileSync(join(corpus(kind), file));
      for (const [reader, read] of Object.entries(all)) {
        await t.resolves(isSound(read, input), `${reader} reads ${file}`);
      }
    }
  });
}

const each = (seconds * 1000) / Object.keys(all).length;
for (const [reader, read] of Object.entries(all)) {
  t.test(reader, async (t) => {
    const result = await fc.check(
      fc.asyncProperty(damaged, (input) => isSound(read, input)),
      { numRuns: 1_000_000_000, interruptAfterTimeLimit: each, markInterruptAsFailure: false },
    );
    // One that was interrupted at its first input has failed, too, and shows none.
    if (result.counterexample !== null) {
      const input = Buffer.from(result.counterexample[0]);
      if (process.env['PKIUTILS_FUZZ'] !== undefined) {
        mkdirSync(corpus('crashes'), { recursive: true });
        writeFileSync(join(corpus('crashes'), `${reader.replace(/\W+/g, '-')}-${result.seed}`), input);
      }
      t.fail(`${String(result.errorInstance)} on ${input.toString('hex')}`);
      return;
    }
    t.pass(`${result.numRuns} inputs`);
  });
}
