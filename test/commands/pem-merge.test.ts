import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { run, session } from '../support/session.js';

/**
 * One folder for all that only reads: a root, an intermediate, and leaves it issued, made with our own commands. The
 * names say what is in them: mail.key, mail.csr and mail.pem belong together, EC; old.pem is an expired one for mail.key.
 */
const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key -o middle.csr
  csr-sign -q --profile ca --ca root.pem --ca-key root.key middle.csr -o middle.pem
  csr-gen -q -n ec:P-256 --cn mail.valami.hu -a '*.valami.hu' -K mail.key -o mail.csr
  csr-sign -q --ca middle.pem --ca-key middle.key --issuer-url http://ca.hu/middle.crt mail.csr -o mail.pem
  csr-gen -q --cn rsa.valami.hu -K rsa.key -o rsa.csr
  csr-sign -q --ca middle.pem --ca-key middle.key rsa.csr -o rsa.pem
`;
const dir = t.testdir();
const made = run('sh', ['-e', '-c', workshop], { cwd: dir });
if (made.status !== 0) throw new Error(made.stderr);
const read = (name: string) => readFileSync(join(dir, name), 'utf8');

t.test('key, certificate and chain in any order become one file', async (t) => {
  session(
    t,
    dir,
    `
    $ cat root.pem mail.key | pem-merge middle.pem - mail.pem -o merged.pem
    2> pem-merge: -: line 1: the root Root is left out: who connects has it
    2> /^pem-merge: merged.pem: mail.valami.hu .mail.valami.hu, \\*.valami.hu., valid until \\S+: key, certificate, Middle$/
    $ cat mail.key mail.pem middle.pem | cmp - merged.pem
    $ pem-merge -q --no-key --root keep merged.pem root.pem | cat - > nokey.pem
    $ cat mail.pem middle.pem root.pem | cmp - nokey.pem
    $ pem-merge -q --order leaf,chain,key merged.pem | cat - > reordered.pem
    $ cat mail.pem middle.pem mail.key | cmp - reordered.pem
    # Over one of its inputs, and again: nothing changes.
    $ pem-merge -q merged.pem middle.pem -o merged.pem
    $ cat mail.key mail.pem middle.pem | cmp - merged.pem
    `,
  );
  t.equal(statSync(join(dir, 'merged.pem')).mode & 0o777, 0o600);
});

t.test('a key that does not belong changes nothing', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q mail.key mail.pem middle.pem -o kept.pem
    $ pem-merge rsa.key mail.pem middle.pem -o kept.pem
    2> pem-merge: rsa.key: line 1: this private key belongs to none of the certificates
    ? 1
    $ cat mail.key mail.pem middle.pem | cmp - kept.pem
    `,
  );
});

t.test('IceWarp wants the old forms of keys', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --for icewarp rsa.key rsa.pem -o icewarp.pem
    2> pem-merge: rsa.pem: warning: the issuer of rsa.valami.hu is missing: CN=Middle
    $ grep BEGIN icewarp.pem
    -----BEGIN RSA PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    $ pem-merge -q --for icewarp mail.key mail.pem middle.pem | grep BEGIN
    -----BEGIN EC PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    -----BEGIN CERTIFICATE-----
    `,
  );
  t.equal(read('icewarp.pem').split('\n').at(-1), '');
});
