import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { run, session } from '../support/session.js';

/** The files pem-merge writes, where, and what it says of them. */

const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn mail.valami.hu -K mail.key -o mail.csr
  csr-sign -q --ca root.pem --ca-key root.key mail.csr -o mail.pem
`;
const dir = t.testdir();
const made = run('sh', ['-e', '-c', workshop], { cwd: dir });
if (made.status !== 0) throw new Error(made.stderr);

t.test('a key that is made in the same pipeline is waited for', async (t) => {
  session(
    t,
    dir,
    `
    $ csr-gen -q -n ec:P-256 --cn a.hu -K a.key | csr-sign -q --ca root.pem --ca-key root.key | pem-merge -q a.key - -o a.pem
    2> /^pem-merge: -: warning: the issuer of a.hu is missing: CN=Root$/
    $ grep BEGIN a.pem
    -----BEGIN PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    `,
  );
});

t.test('a certificate that becomes valid while pem-merge waits for it is not too young', async (t) => {
  // csr-sign dates certificates five minutes back: this one begins two seconds after both ends of the pipe.
  const start = Math.ceil(Date.now() / 1000) + 2;
  const at = new Date((start + 300) * 1000).toISOString();
  const pipeline = `
    { until [ "$(date +%s)" -gt ${start + 1} ]; do :; done
      csr-sign -q --at ${at} --ca root.pem --ca-key root.key mail.csr
    } | pem-merge -q mail.key - root.pem -o young.pem
  `;
  const { status, stderr } = run('sh', ['-c', pipeline], { cwd: dir });
  t.equal(stderr, '');
  t.equal(status, 0);
});

t.test('what goes in is said, part by part, and nothing is written in vain', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge --order leaf,key --root keep mail.key mail.pem root.pem -o o.pem
    2> /^pem-merge: o.pem: mail.valami.hu .mail.valami.hu., valid until \\S+: certificate, key$/
    $ pem-merge --order chain --root keep mail.key mail.pem root.pem -o chain.pem
    2> /^pem-merge: chain.pem: mail.valami.hu .*: Root$/
    $ pem-merge -q --order key mail.pem root.pem -o none.pem
    2> pem-merge: nothing is there to be written: no key
    ? 2
    $ pem-merge -q --order chain mail.pem root.pem -o none.pem
    2> pem-merge: nothing is there to be written: no chain
    ? 2
    $ pem-merge -q --order key --no-key mail.key mail.pem root.pem -o none.pem
    2> pem-merge: nothing is there to be written: no part is asked for
    ? 2
    $ test -e none.pem
    ? 1
    `,
  );
});

t.test('a server that wants a key gets one, or a warning', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --for icewarp mail.pem root.pem | grep -c BEGIN
    1
    2> pem-merge: mail.pem: warning: icewarp wants a private key, and none is given
    2> hint: --no-key says that it is kept elsewhere
    $ pem-merge -q --for icewarp --strict mail.pem root.pem
    2> pem-merge: mail.pem: icewarp wants a private key, and none is given
    2> hint: --no-key says that it is kept elsewhere
    ? 1
    $ pem-merge -q --for icewarp --no-key mail.pem root.pem | grep -c BEGIN
    1
    `,
  );
});

t.test('--check says what would be written, and what would keep it from being', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge --check --split site mail.key mail.pem root.pem
    2> pem-merge: root.pem: line 1: the root Root is left out: who connects has it
    2> /^pem-merge: site.\\{key,crt,chain\\}: would hold mail.valami.hu .*: key, certificate$/
    $ pem-merge --check --p12 --passout env:PW --split site mail.key mail.pem root.pem
    2> ...
    2> /^pem-merge: site.p12: would hold mail.valami.hu .*: key, certificate$/
    $ ls site* 2>/dev/null
    ? 2
    $ pem-merge -q --check mail.key mail.pem root.pem -o nowhere/site.pem
    2> pem-merge: nowhere/site.pem: no such file or directory
    ? 2
    $ pem-merge -q --check mail.key mail.pem root.pem -o .
    2> pem-merge: .: is a directory
    ? 2
    $ pem-merge -q --check --mode 644 mail.key mail.pem root.pem -o site.pem
    2> pem-merge: --mode would let others at a private key
    2> ...
    ? 2
    $ pem-merge -q --split '' mail.key mail.pem root.pem
    2> pem-merge: --split needs the beginning of file names
    ? 2
    `,
    { env: { PW: 'titok' } },
  );
});

t.test('PKCS#12 may hold certificates alone', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --p12 --no-key --root keep --passout env:PW mail.key mail.pem root.pem -o chain.p12
    $ pem-merge -q --passin env:PW --root keep chain.p12 -o chain.pem
    $ cat mail.pem root.pem | cmp - chain.pem
    `,
    { env: { PW: 'titok' } },
  );
});

t.test('more pairs than files may be open', async (t) => {
  const cwd = t.testdir();
  const pairs = 40;
  const hosts = Array.from({ length: pairs }, (_, i) => `host-${i}.hu`);
  const make = `
    printf '%s\\n' ${hosts.map((host) => `'{"CN":"${host}"}'`).join(' ')} > hosts.json
    mkdir keys
    csr-gen -q -n ec:P-256 --batch --key-dir keys hosts.json |
      csr-sign -q --ca ${dir}/root.pem --ca-key ${dir}/root.key -o all.pem
    cat keys/*.key > keys.pem && chmod 600 keys.pem
    ulimit -n 64
    exec pem-merge -q --split site keys.pem all.pem ${dir}/root.pem
  `;
  t.match(run('sh', ['-e', '-c', make], { cwd }), { status: 0, stderr: '' });
  for (const host of hosts) {
    t.equal(readFileSync(join(cwd, `site.${host}.key`), 'utf8'), readFileSync(join(cwd, `keys/${host}.key`), 'utf8'));
  }
});
