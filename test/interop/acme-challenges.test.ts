import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { noBind, startBind } from '../support/bind.js';
import { dnsHook, noPebble, type Pebble, type PebbleOptions, startPebble } from '../support/pebble.js';
import { nginxConfiguration } from '../support/real-servers.js';
import { type RunningServer, startServer } from '../support/servers.js';
import { findProgram, type RunResult, run, session } from '../support/session.js';
import { isWhole } from '../support/whole.js';

/** Every kind of proof csr-submit gives, to Let's Encrypt's test CA. */

async function pebbleFor(t: Test, options?: PebbleOptions): Promise<Pebble> {
  const pebble = await startPebble(t.testdir(), options);
  t.teardown(pebble.stop);
  return pebble;
}

/** Makes a request for names in `NAME.csr`, with its key in `NAME.key`. */
function request({ folder }: Pebble, name: string, ...names: string[]): void {
  const sans = names.flatMap((each) => ['-a', each]);
  const made = run('csr-gen', [...sans, '-n', 'ec:P-256', '-K', `${name}.key`, '-o', `${name}.csr`], { cwd: folder });
  if (made.status !== 0) throw new Error(made.stderr);
}

const submit = ({ folder, args }: Pebble, rest: readonly string[], env: Record<string, string> = {}): RunResult =>
  run('csr-submit', [...args, '--account', 'account.key', '--agree-tos', ...rest], { cwd: folder, env });

/** The names of what a call printed, which must be a chain that fits the request. */
function names(t: Test, { folder }: Pebble, { status, stdout, stderr }: RunResult, key: string): string[] {
  t.equal(status, 0, 'issued', { stderr });
  writeFileSync(join(folder, 'chain.pem'), stdout);
  session(t, folder, `$ pem-merge -q --check ${key} chain.pem`);
  return run('cert-info', ['--names'], { stdin: stdout }).stdout.trim().split('\n');
}

t.test('http-01, by a listener and by a web server', { skip: noPebble }, async (t) => {
  const pebble = await pebbleFor(t);
  const { folder, httpPort } = pebble;
  request(pebble, 'a', 'a.valami.hu', 'B.valami.hu', '127.0.0.1');

  const byListener = submit(pebble, ['--listen', `127.0.0.1:${httpPort}`, 'a.csr']);
  t.match(byListener.stderr, /^csr-submit: account.key: made a key for the account\n.*made an account: https/);
  t.equal(statSync(join(folder, 'account.key')).mode & 0o777, 0o600);
  t.same(names(t, pebble, byListener, 'a.key').sort(), ['127.0.0.1', 'a.valami.hu', 'b.valami.hu']);

  const quiet = submit(pebble, ['--listen', String(httpPort), '-o', 'again.pem', 'a.csr']);
  t.match(quiet, { status: 0, stdout: '', stderr: '' }, 'with the key and the account it has');
  t.match(readFileSync(join(folder, 'again.pem'), 'utf8'), /^-----BEGIN CERTIFICATE-----\n/);

  const nginx = findProgram('nginx');
  await t.test('nginx serves the folder', { skip: nginx ? false : 'nginx is not installed' }, async (t) => {
    mkdirSync(join(folder, 'www'));
    const server = await startNginx(folder, httpPort);
    t.teardown(server.stop);
    t.same(names(t, pebble, submit(pebble, ['--webroot', 'www', 'a.csr']), 'a.key').length, 3);
    t.same(readdirSync(join(folder, 'www')), [], 'nothing is left, not even the folders that were made');
    mkdirSync(join(folder, 'www/.well-known/acme-challenge'), { recursive: true });
    writeFileSync(join(folder, 'www/.well-known/acme-challenge/other'), 'of another client');
    t.equal(submit(pebble, ['--webroot', 'www', 'a.csr']).status, 0);
    t.same(readdirSync(join(folder, 'www/.well-known/acme-challenge')), ['other'], 'what was there is let be');
  });
});

/** A web server for a folder, on a port of loopback. */
function startNginx(folder: string, port: number): Promise<RunningServer> {
  const server = `listen 127.0.0.1:${port}; root ${join(folder, 'www')};`;
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, server));
  return startServer(['nginx', '-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], port, {
    cwd: folder,
    logName: 'nginx.log',
  });
}

t.test('tls-alpn-01', { skip: noPebble }, async (t) => {
  const pebble = await pebbleFor(t);
  request(pebble, 'a', 'a.valami.hu', 'b.valami.hu', '127.0.0.1');
  const result = submit(pebble, ['--listen', String(pebble.tlsPort), '--challenge', 'tls-alpn-01', 'a.csr']);
  t.equal(names(t, pebble, result, 'a.key').length, 3);
});

t.test('dns-01 by a hook, wildcards with it', { skip: noPebble }, async (t) => {
  const pebble = await pebbleFor(t);
  const { folder, dns } = pebble;
  writeFileSync(join(folder, 'hook'), dnsHook);
  chmodSync(join(folder, 'hook'), 0o755);
  request(pebble, 'w', 'valami.hu', '*.valami.hu');
  const result = submit(pebble, ['--hook', './hook', 'w.csr'], { DNS: dns });
  t.same(names(t, pebble, result, 'w.key').sort(), ['*.valami.hu', 'valami.hu']);
  t.match(result.stderr, /^the hook says present$/m, 'what a hook prints is no data');
  const calls = readFileSync(join(folder, 'hook.log'), 'utf8').trim().split('\n');
  t.equal(calls.filter((line) => /^present dns-01 _acme-challenge\.valami\.hu [\w-]{43}$/.test(line)).length, 2);
  t.same(
    calls.filter((line) => line.startsWith('cleanup')),
    calls.filter((line) => line.startsWith('present')).map((line) => line.replace('present', 'cleanup')),
    'what was put up is taken down',
  );

  const failing = submit(pebble, ['--hook', '/bin/false', 'w.csr'], { DNS: dns });
  t.match(failing, { status: 2, stdout: '', stderr: /\/bin\/false: present for valami\.hu: exit status 1/ });

  const skip = pebble.isRecent ? false : 'this pebble is too old for it';
  await t.test('dns-account-01 and dns-persist-01', { skip }, async (t) => {
    for (const type of ['dns-account-01', 'dns-persist-01']) {
      const issued = submit(pebble, ['--hook', './hook', '--challenge', type, 'w.csr'], { DNS: dns });
      t.same(names(t, pebble, issued, 'w.key').length, 2, type);
    }
    const log = readFileSync(join(folder, 'hook.log'), 'utf8');
    t.match(log, /^present dns-account-01 _[a-z2-7]{16}\._acme-challenge\.valami\.hu [\w-]{43}$/m);
    t.match(
      log,
      /^present dns-persist-01 _validation-persist\.valami\.hu \S+; accounturi=https:\S+; policy=wildcard$/m,
    );
    const line = /^present dns-persist-01 (\S+) (.* policy=wildcard)$/m.exec(log) ?? [];
    const standing = JSON.stringify({ host: `${line[1]}.`, value: line[2] });
    session(t, folder, `$ curl -sf -X POST -d '${standing}' ${dns}/set-txt`);
    const persistent = submit(pebble, ['--challenge', 'dns-persist-01', 'w.csr']);
    t.same(names(t, pebble, persistent, 'w.key').length, 2, 'a record that stands needs nobody to put it up');
  });
});

t.test('dns-01 by dynamic update of BIND', { skip: noPebble || noBind }, async (t) => {
  const folder = t.testdir();
  const bind = await startBind(folder, '_acme-challenge.alias CNAME proof.elsewhere\n');
  t.teardown(bind.stop);
  const pebble = await startPebble(folder, { dnsPort: bind.port });
  t.teardown(pebble.stop);
  session(
    t,
    folder,
    `
    $ tsig-keygen -a hmac-sha512 strange > strange.key
    $ tsig-keygen -a hmac-sha256 acme > wrong.key
    `,
  );
  const update = (key: string, ...rest: string[]) =>
    submit(pebble, ['--nsupdate', `127.0.0.1:${bind.port}`, '--tsig', key, ...rest]);

  request(pebble, 'w', 'mail.valami.hu', '*.mail.valami.hu', 'alias.valami.hu');
  t.same(
    names(t, pebble, update('tsig.key', 'w.csr'), 'w.key').length,
    3,
    'a name, a wildcard, and an alias to elsewhere',
  );
  t.equal(bind.texts('_acme-challenge.mail.valami.hu', 'proof.elsewhere.valami.hu'), '', 'gone again');
  t.match(bind.words(), /adding an RR at 'proof\.elsewhere\.valami\.hu' TXT/);

  t.match(update('strange.key', 'w.csr'), { status: 2, stderr: /the server does not know the TSIG key/ });
  t.match(update('wrong.key', 'w.csr'), { status: 2, stderr: /the secret is another one there/ });
  request(pebble, 'other', 'other.hu');
  t.match(update('tsig.key', 'other.csr'), {
    status: 2,
    stderr: /the server has no zone for _acme-challenge\.other\.hu/,
  });
  writeFileSync(join(folder, 'none.key'), 'nothing\n');
  t.match(update('none.key', 'w.csr'), { status: 2, stderr: /none\.key: this is no TSIG key/ });
});

const many = isWhole ? 100 : 25;
t.test(`${many} names`, { skip: noPebble }, async (t) => {
  const pebble = await pebbleFor(t, { env: { PEBBLE_WFE_NONCEREJECT: '5' } });
  request(pebble, 'many', ...Array.from({ length: many }, (_, i) => `host${i}.valami.hu`));
  const result = submit(pebble, ['--listen', String(pebble.httpPort), 'many.csr']);
  t.equal(names(t, pebble, result, 'many.key').length, many);
});

t.test('what stands in the way is said before the order', { skip: noPebble }, async (t) => {
  const pebble = await pebbleFor(t);
  const { folder, args } = pebble;
  request(pebble, 'a', 'a.valami.hu');
  session(
    t,
    folder,
    `
    $ mkdir www; ln -s www link; touch file
    $ mkdir linked; ln -s ../www linked/.well-known
    $ csr-submit ${args.join(' ')} --account account.key --agree-tos -q --webroot link a.csr
    2> csr-submit: --webroot: link is a symbolic link
    2> /^hint: name the folder it leads to: .*www$/
    ? 2
    $ csr-submit ${args.join(' ')} --account account.key --agree-tos --webroot linked a.csr
    2> csr-submit: --webroot: linked/.well-known is a symbolic link
    2> hint: remove it
    ? 2
    $ csr-submit ${args.join(' ')} --account account.key --webroot file a.csr
    2> csr-submit: --webroot: file is no folder
    ? 2
    $ csr-submit ${args.join(' ')} --account account.key --webroot nowhere a.csr
    2> csr-submit: --webroot: nowhere is no folder
    ? 2
    $ csr-submit ${args.join(' ')} --account account.key --hook nowhere a.csr
    2> csr-submit: --hook: nowhere: no such file or directory
    2> hint: a program that can be run, without options
    ? 2
    `,
  );
  t.notMatch(pebble.words(), /order-plz/, 'the CA was not asked');
  t.notOk(existsSync(join(folder, 'www/.well-known')));
});
