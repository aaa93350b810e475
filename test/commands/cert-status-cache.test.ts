import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { listening } from '../support/loopback.js';
import { makeList, makeResponse } from '../support/revocation.js';
import { binDirectory, callOf, runBeside } from '../support/session.js';
import { type Made, make, makeCa, newKey } from '../support/test-ca.js';

/** --cache DIR where many use it, where one is killed, and where what is in it was put there by others. */

const ca = makeCa('CA');
const [good, bad] = [make('good', ca), make('bad', ca)];
const entries = Array.from({ length: 20_000 }, (_, i) => ({ of: Buffer.from((0x40000000 + i).toString(16), 'hex') }));
const list = makeList(ca, { entries: [...entries, { of: bad, reason: 1 }] });

const AT = ['--at', '2026-07-01', '--no-proxy'];

function folder(t: Test): string {
  const cwd = t.testdir();
  const file = (name: string, made: Made) => writeFileSync(join(cwd, name), encodePem('CERTIFICATE', made.der));
  for (const [name, made] of Object.entries({ ca, good, bad })) file(`${name}.pem`, made);
  return cwd;
}

/** The octets that are kept, without the line of validators in front. */
function keptIn(cwd: string): Buffer[] {
  return readdirSync(join(cwd, 'kept')).map((name) => {
    const octets = readFileSync(join(cwd, 'kept', name));
    return octets.subarray(octets.indexOf(0x0a) + 1);
  });
}

const wordOf = ({ stdout }: { readonly stdout: string }): string => /: (\w+)(?:,|\n)/.exec(stdout)?.[1] ?? stdout;

t.test('many at once', async (t) => {
  const cwd = folder(t);
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end(list);
  });
  const url = `http://127.0.0.1:${await listening(t, server)}/`;
  const args = [...AT, '--issuer', 'ca.pem', '--cache', 'kept', '--crl', url];
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, i) => runBeside('cert-status', [...args, i % 2 ? 'bad.pem' : 'good.pem'], { cwd })),
  );
  t.same(results.map(wordOf), ['good', 'revoked', 'good', 'revoked', 'good', 'revoked', 'good', 'revoked']);
  t.same(results.map(({ stderr }) => stderr).join(''), '');
  const kept = keptIn(cwd);
  t.equal(kept.length, 1, 'one file');
  t.ok(kept[0]?.equals(list), 'and whole');
  const before = asked;
  t.equal(wordOf(await runBeside('cert-status', [...args, 'bad.pem'], { cwd })), 'revoked');
  t.equal(asked, before, 'the next one asks for nothing');
});

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  t.test(`ended by ${signal} while a list is written`, async (t) => {
    const cwd = folder(t);
    let isCut = true;
    const server = createServer((_, response) => {
      if (!isCut) response.end(list);
      else response.writeHead(200, { 'Content-Length': list.length }).write(list.subarray(0, list.length / 2));
    });
    const url = `http://127.0.0.1:${await listening(t, server)}/`;
    const args = [...AT, '--issuer', 'ca.pem', '--cache', 'kept', '--crl', url, 'bad.pem'];
    const child = spawn(...callOf(join(binDirectory, 'cert-status'), args), { cwd, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const temporary = () => {
      try {
        return readdirSync(join(cwd, 'kept')).filter((name) => statSync(join(cwd, 'kept', name)).size > 100_000);
      } catch {
        return [];
      }
    };
    while (temporary().length === 0) await new Promise(setImmediate);
    child.kill(signal);
    t.same(await ended, [null, signal]);
    const left = readdirSync(join(cwd, 'kept'));
    t.same(
      left.filter((name) => name.endsWith('.crl')),
      [],
      'nothing half',
    );
    if (signal === 'SIGTERM') t.same(left, [], 'nor anything else');
    const put = (name: string, minutesAgo: number) => {
      const path = join(cwd, 'kept', name);
      writeFileSync(path, '', { flag: 'a' });
      utimesSync(path, Date.now() / 1000, Date.now() / 1000 - minutesAgo * 60);
    };
    const ourselves = `.a.crl.${process.pid.toString(36)}-1.tmp`;
    // No process has such a number.
    const dead = (time: number) => `.b.crl.${(2 ** 30).toString(36)}-${time}.tmp`;
    for (const name of left) put(name, 11);
    for (const [name, age] of Object.entries({ [ourselves]: 11, [dead(1)]: 9, [dead(2)]: 11, 'a.tmp': 11 })) {
      put(name, age);
    }
    isCut = false;
    t.equal(wordOf(await runBeside('cert-status', args, { cwd })), 'revoked', 'the next one has it whole');
    const after = readdirSync(join(cwd, 'kept')).filter((name) => !name.endsWith('.crl'));
    t.same(after.sort(), [ourselves, dead(1), 'a.tmp'].sort(), 'and takes away what was left');
  });
}

t.test('what others put there', async (t) => {
  const cwd = folder(t);
  let asked = 0;
  const server = createServer((request, response) => {
    asked++;
    response.end(request.url?.startsWith('/ocsp') ? makeResponse(ca, bad, { status: { reason: 1 } }) : list);
  });
  const url = `http://127.0.0.1:${await listening(t, server)}`;
  const lies: Readonly<Record<string, readonly Buffer[]>> = {
    '--crl': [
      makeList(ca, { signedBy: newKey() }),
      makeList(makeCa('CA')),
      list.subarray(0, -1),
      Buffer.alloc(0),
      Buffer.from('<html>'),
    ],
    '--ocsp': [
      makeResponse(ca, bad, { signedBy: newKey() }),
      makeResponse(ca, good),
      makeResponse(ca, bad, { nextUpdate: '2026-06-30T00:00:00Z' }),
      Buffer.alloc(0),
      Buffer.from('<html>'),
    ],
  };
  for (const [option, all] of Object.entries(lies)) {
    const kept = `kept${option}`;
    const args = [...AT, '--issuer', 'ca.pem', '--cache', kept, option, `${url}/${option.slice(2)}`];
    const status = async (...more: readonly string[]) =>
      wordOf(await runBeside('cert-status', [...args, ...more, 'bad.pem'], { cwd }));
    t.equal(await status(), 'revoked');
    const [name = ''] = readdirSync(join(cwd, kept));
    t.equal(await status('--offline'), 'revoked', 'kept');
    for (const [i, lie] of all.entries()) {
      writeFileSync(join(cwd, kept, name), Buffer.concat([Buffer.from('{}\n'), lie]));
      t.equal(await status('--offline'), 'unknown', `${option} ${i}: not believed`);
      const before = asked;
      t.equal(await status(), 'revoked', `${option} ${i}: asked for anew`);
      t.ok(asked > before);
    }
  }
});
