import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { findProgram, run, session } from './support/session.js';

const make = findProgram('make');
const rules = fileURLToPath(new URL('../share/pkiutils.mk', import.meta.url));

const makefile = `
CA = ca.pem
CA_KEY = ca.key
SERVER = icewarp
CSR_FLAGS_mail = --cn mail.valami.hu -a '*.valami.hu' --org Valami --city Budapest --country HU
all: mail.pem
include pkiutils.mk
`;

t.test("the README's Makefile", { skip: make ? false : 'make is not installed' }, async (t) => {
  const directory = t.testdir({ Makefile: makefile });
  cpSync(rules, join(directory, 'pkiutils.mk'));
  const contents = (name: string) => readFileSync(join(directory, name), 'utf8');
  session(t, directory, '$ csr-gen --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem');

  t.equal(run('make', ['-s'], { cwd: directory }).status, 0, 'make');
  session(
    t,
    directory,
    `
    $ cert-info --names mail.pem
    mail.valami.hu
    *.valami.hu
    $ grep -c 'BEGIN RSA PRIVATE KEY' mail.pem
    1
    $ make -q
    `,
  );

  const [key, merged] = [contents('mail.key'), contents('mail.pem')];
  t.equal(run('make', ['-s', 'renew-mail'], { cwd: directory }).status, 0);
  t.equal(contents('mail.pem'), merged, 'a certificate that lives on is left alone');
  t.equal(run('make', ['-s', 'renew-mail', 'RENEW_WITHIN=91d'], { cwd: directory }).status, 0);
  t.not(contents('mail.pem'), merged, 'one that expires soon is renewed');
  t.equal(contents('mail.key'), key, 'with the key it had');

  rmSync(join(directory, 'mail.crt'));
  writeFileSync(join(directory, 'ca.pem'), 'damaged');
  t.not(run('make', ['-s'], { cwd: directory }).status, 0, 'a step that fails stops make');
  t.notOk(existsSync(join(directory, 'mail.crt')), 'and leaves no half-made file');
});
