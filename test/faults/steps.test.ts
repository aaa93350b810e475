import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { some } from '../support/whole.js';
import { Harness, inPairs, isLong, type Outcome } from './harness.js';
import { isNewKey, type Writer, writers } from './writers.js';

/**
 * Faults at every step: the calls a command changes the file system with are numbered, and in run n the nth of them fails,
 * kills the command or meets a signal. What must hold is the same whatever happens.
 */

const kinds = ['KILL', 'EIO', 'TERM', 'ENOSPC', 'INT', 'EDQUOT'];

/** The words for the errors. */
const reasons: Readonly<Record<string, string>> = {
  EIO: 'i/o error',
  ENOSPC: 'no space left on device',
  // One that Node.js has no name for.
  EDQUOT: 'disk quota exceeded',
};

/** In a quick run the kinds take turns: the writers share their code, so every kind meets every step of some. */
const kindsAt = (turn: number): readonly string[] =>
  isLong ? kinds : kinds.filter((_, i) => i === turn % kinds.length);

t.test('faults at every step', async (t) => {
  const harness = new Harness(t.testdir());
  for (const writer of writers) {
    await t.test(writer.name, async (t) => {
      const clean = await harness.learn(writer);
      t.equal(clean.status, 0, `succeeds: ${clean.stderr}`);
      t.same(new Set(Object.values(clean.states)), new Set(['new']));
      t.same(clean.strays, []);
      t.same(clean.exposed, [], 'no key is readable by others at any step, under umask 000');
      const count = clean.steps.length;
      t.ok(count >= 4, `${count} steps`);
      const turn = writers.indexOf(writer);
      const faults = clean.steps.flatMap((_, i) => kindsAt(i + turn).map((kind) => `${kind}@${i + 1}`));
      await inPairs(some(faults, 12, turn), async (at) => {
        const [kind = '', step] = at.split('@');
        const outcome = await harness.run(writer, { at });
        const what = `${at} of ${count}, before ${clean.steps[Number(step) - 1]}`;
        soundFiles(t, writer, outcome, what);
        if (kind === 'KILL') afterKill(t, outcome, what);
        else if (kind === 'TERM' || kind === 'INT') afterSignal(t, outcome, kind, what);
        else afterError(t, writer, outcome, kind, what);
        // Where it is the removal of a temporary file that fails, the file is there, and private.
        const isRemoval = /rmSync|unlinkSync/.test(clean.steps[Number(step) - 1] ?? '');
        if (kind !== 'KILL' && !isRemoval) t.same(outcome.strays, [], `${what}: no temporary file is left`);
        if (outcome.strays.length > 0) await runsAgain(t, harness, writer, outcome, what);
      });
    });
  }
});

/** Each file is the old one or the whole new one, no request without its key, and no other user could read a key. */
function soundFiles(t: Test, { makes }: Writer, { states, exposed }: Outcome, what: string): void {
  for (const [name, state] of Object.entries(states)) t.not(state, 'broken', `${what}: ${name} is ${state}`);
  const isKey = (name: string) => name.endsWith('.key');
  for (const name of Object.keys(makes).filter((each) => !isKey(each) && states[each] === 'new')) {
    for (const key of Object.keys(makes).filter(isKey)) t.equal(states[key], 'new', `${what}: ${name} has its key`);
  }
  t.same(exposed, [], `${what}: no key readable by others`);
}

function afterKill(t: Test, { signal, strays }: Outcome, what: string): void {
  t.equal(signal, 'SIGKILL', what);
  for (const name of strays) t.match(name, /^\..*\.tmp$/, `${what}: only temporary files are left`);
}

function afterSignal(t: Test, { signal, stdout }: Outcome, kind: string, what: string): void {
  t.equal(signal, `SIG${kind}`, `${what}: dies of the signal`);
  t.equal(stdout, '', `${what}: nothing on standard output`);
}

function afterError(t: Test, { makes }: Writer, outcome: Outcome, kind: string, what: string): void {
  const { status, signal, states, stderr } = outcome;
  t.equal(signal, null, what);
  const found = Object.values(states);
  if (status === 0) {
    t.same(new Set(found), new Set(['new']), `${what}: done is done`);
    return;
  }
  t.equal(status, 2, `${what}: exit status`);
  const reason = reasons[kind];
  const named = Object.keys(makes).some((name) => stderr.includes(`: ${name}: ${reason}`));
  t.ok(named, `${what}: says which file and why`, { stderr });
  t.notMatch(stderr, /internal error|\.tmp/, `${what}: in our words`);
}

/** The files a killed run left are no obstacle to the next, and are not touched by it. */
async function runsAgain(
  t: Test,
  harness: Harness,
  writer: Writer,
  { directory, strays, states }: Outcome,
  what: string,
) {
  const someAreThere = Object.values(states).includes('new');
  const before = strays.map((name) => readFileSync(join(directory, name), 'utf8'));
  const argv = someAreThere && isNewKey(writer) ? [...writer.argv, '--force'] : writer.argv;
  const again = await harness.run({ ...writer, argv, keeps: /\.old-/ }, {}, directory);
  t.equal(again.status, 0, `${what}: the next run succeeds: ${again.stderr}`);
  t.same(new Set(Object.values(again.states)), new Set(['new']), `${what}: the next run's files are whole`);
  t.same(
    strays.map((name) => readFileSync(join(directory, name), 'utf8')),
    before,
    `${what}: the leftover is not used`,
  );
}
