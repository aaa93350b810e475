import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { Secrets } from '../../src/cli/secrets.js';
import { StandardInput } from '../../src/input/source.js';
import { run } from '../support/session.js';
import { some } from '../support/whole.js';

const all = async (secrets: Secrets): Promise<string[]> => {
  const found: string[] = [];
  for await (const passphrase of secrets.input('a.key')) found.push(passphrase.toString('utf8'));
  return found;
};

t.test('sources of passphrases, each tried in order', async (t) => {
  const dir = t.testdir({ one: 'first line\r\nsecond\n', bare: 'no newline', empty: '' });
  process.env['PKIUTILS_TEST_PASSPHRASE'] = 'from the environment';
  const descriptor = openSync(join(dir, 'one'), 'r');
  t.teardown(() => closeSync(descriptor));
  const passin = [
    'env:PKIUTILS_TEST_PASSPHRASE',
    `file:${dir}/one`,
    `file:${dir}/bare`,
    `file:${dir}/empty`,
    `fd:${descriptor}`,
  ];
  const secrets = new Secrets({ passin }, new StandardInput());
  const expected = ['from the environment', 'first line', 'no newline', '', 'first line'];
  t.same(await all(secrets), expected);
  t.same(await all(secrets), expected, 'a second input is offered the same, a descriptor is read once');
});

t.test('mistakes are said before any work', async (t) => {
  const mistake = (values: { passin?: string[]; passout?: string }, message: RegExp, hint?: RegExp) =>
    t.throws(() => new Secrets(values, new StandardInput()), { code: 'USAGE', message, ...(hint && { hint }) });
  mistake({ passin: ['pass:titok'] }, /^--passin pass: would show/, /env:NAME/);
  mistake({ passout: 'titok' }, /^--passout: not a source of a passphrase$/);
  mistake({ passin: ['env:'] }, /not a source/);
  mistake({ passin: ['fd:x'] }, /fd:x is not a file descriptor/);
  const stdin = new StandardInput();
  stdin.claim('operand -');
  t.throws(() => new Secrets({ passin: ['fd:0'] }, stdin), /asked for twice: operand - and --passin fd:0/);
  const missing = new Secrets({ passin: ['env:PKIUTILS_TEST_NO_SUCH'] }, new StandardInput());
  await t.rejects(all(missing), /--passin env:PKIUTILS_TEST_NO_SUCH: the variable is not set/);
  const noFile = new Secrets({ passin: ['file:/no/such'] }, new StandardInput());
  await t.rejects(all(noFile), { message: '--passin file:/no/such: no such file or directory' });
  const descriptors = Array.from({ length: 21 }, (_, i) => i + 3);
  for (const descriptor of some(descriptors, 5)) {
    const call = ['--key-only', '-n', 'ec', '-K', '/dev/null', '--passout', `fd:${descriptor}`];
    const { status, stderr } = run('csr-gen', call);
    t.equal(status, 2, `fd:${descriptor}, which was not given`);
    t.match(stderr, /no such descriptor was given|bad file descriptor/);
  }
  const empty = new Secrets({ passout: 'file:/dev/null' }, new StandardInput());
  await t.rejects(empty.output(), /the passphrase is empty/);
  t.equal(await new Secrets({}, new StandardInput()).output(), undefined);
});
