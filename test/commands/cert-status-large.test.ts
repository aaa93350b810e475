import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { listening } from '../support/loopback.js';
import { makeList } from '../support/revocation.js';
import { runBeside, session } from '../support/session.js';
import { make, makeCa, newKey } from '../support/test-ca.js';

/** Lists above 1 MiB, which are walked as they come: from files, pipes and servers, in DER and PEM. */

const ca = makeCa('CA');
const [good, bad, held] = ['good', 'bad', 'held'].map((name) => make(name, ca));
const others = Array.from({ length: 20_000 }, (_, i) => {
  const serial = Buffer.alloc(16, 0x55);
  serial.writeUInt32BE(i, 12);
  return { of: serial, reason: 4 };
});
const entries = [...others, { of: bad ?? ca, reason: 1 }, ...others, { of: held ?? ca, reason: 6 }];
const list = makeList(ca, { entries });
const forged = makeList(ca, { entries, signedBy: newKey() });

const status = 'cert-status --at 2026-07-01 --offline --issuer ca.pem';
const words = 'jq -r \'[.status, (.problems[] | .code)] | join(" ")\' | xargs';

t.test('from files and pipes', async (t) => {
  const cwd = t.testdir();
  const file = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content);
  file('ca.pem', encodePem('CERTIFICATE', ca.der));
  file('all.pem', [good, bad, held].map((made) => encodePem('CERTIFICATE', made?.der ?? ca.der)).join(''));
  const pem = encodePem('X509 CRL', list);
  file('list.der', list);
  file('list.pem', pem);
  file('crlf.pem', pem.replaceAll('\n', '\r\n'));
  file('words.pem', `a list\n${pem}`);
  file('forged.der', forged);
  file('cut.der', list.subarray(0, -100));
  file('cut.pem', pem.slice(0, -1000));
  file('hurt.pem', `${pem.slice(0, 1_500_000)}!${pem.slice(1_500_001)}`);
  file('two.pem', pem + pem);
  file('longer.der', Buffer.concat([list, Buffer.alloc(9)]));
  const broken = Buffer.from(list);
  broken[1_500_000] = (broken[1_500_000] ?? 0) ^ 1;
  file('broken.der', broken);
  session(
    t,
    cwd,
    `
    $ for form in list.der list.pem crlf.pem words.pem; do ${status} --json --crl $form all.pem | ${words}; done
    good revoked suspended
    good revoked suspended
    good revoked suspended
    good revoked suspended
    $ cat list.der | ${status} --json --crl - all.pem | ${words}
    good revoked suspended
    $ cat list.pem | ${status} --json --crl /dev/stdin all.pem | ${words}
    good revoked suspended
    $ ${status} --json --crl forged.der all.pem | ${words}
    unknown crl_signature unknown crl_signature unknown crl_signature
    $ ${status} --json --crl longer.der all.pem | ${words}
    unknown crl_signature unknown crl_signature unknown crl_signature
    $ ${status} -q --crl broken.der all.pem
    2> ...
    ? 2
    $ ${status} -q --crl cut.der all.pem
    2> /^cert-status: cut.der: the list ends early, after \\d+ bytes at byte \\d+$/
    ? 2
    $ ${status} -q --crl cut.pem all.pem
    2> cert-status: cut.pem: the PEM block is damaged: it has no END line
    ? 2
    $ ${status} -q --crl hurt.pem all.pem
    2> cert-status: hurt.pem: the PEM block is damaged: it is not base64
    ? 2
    $ ${status} -q --crl two.pem all.pem
    2> cert-status: two.pem: the PEM block is damaged: more follows it: a file holds one list of this size
    ? 2
    $ ${status} -q --max-size 1500K --crl list.der all.pem
    2> cert-status: list.der: larger than 1536000 bytes
    2> hint: raise the limit with --max-size
    ? 2
    `,
  );
});

t.test('made into the next one', async (t) => {
  const cwd = t.testdir();
  const file = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content);
  const key = ca.key.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(cwd, 'ca.pem'), `${encodePem('CERTIFICATE', ca.der)}${key}`, { mode: 0o600 });
  file('all.pem', [good, bad, held].map((made) => encodePem('CERTIFICATE', made?.der ?? ca.der)).join(''));
  file('held.pem', encodePem('CERTIFICATE', held?.der ?? ca.der));
  const pem = encodePem('X509 CRL', list);
  file('list.pem', pem);
  file('list.der', list);
  file('key.pem', `${pem}${key}`);
  file('forged.der', forged);
  file('other.der', makeList(makeCa('Other'), { entries }));
  const next = 'crl-gen --at 2026-07-01 --ca ca.pem';
  session(
    t,
    cwd,
    `
    $ ${next} --from list.pem --release held.pem -o list.pem && ${status} --json --crl list.pem all.pem | ${words}
    good revoked good
    $ ${next} --from list.der --hold-limit 5d --der -o list.der 2> /dev/null && ${status} --json --crl list.der all.pem | ${words}
    good revoked revoked
    $ ${next} --from list.pem -o key.pem
    2> crl-gen: key.pem holds a private key that would be lost
    2> ...
    ? 2
    $ ${next} --from forged.der -o list.der
    2> crl-gen: forged.der: the list has a signature that the key of the CA did not make
    ? 1
    $ ${next} --from other.der -o list.der
    2> crl-gen: other.der: the list is of another CA: CN=Other
    ? 1
    `,
  );
});

t.test('from a server', async (t) => {
  const cwd = t.testdir();
  writeFileSync(join(cwd, 'ca.pem'), encodePem('CERTIFICATE', ca.der));
  writeFileSync(join(cwd, 'bad.pem'), encodePem('CERTIFICATE', bad?.der ?? ca.der));
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end(list);
  });
  const url = `http://127.0.0.1:${await listening(t, server)}/`;
  const args = ['--at', '2026-07-01', '--no-proxy', '--issuer', 'ca.pem', '--crl', url, '--cache', 'kept', 'bad.pem'];
  for (const times of [1, 2]) {
    const { status, stdout, stderr } = await runBeside('cert-status', args, { cwd });
    t.equal(stderr, '');
    t.match(stdout, /revoked, since 2026-05-01T00:00:00Z, keyCompromise/);
    t.equal(status, 1);
    t.equal(asked, 1, `asked once, called ${times} times`);
  }
});
