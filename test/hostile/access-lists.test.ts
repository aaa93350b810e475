import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findProgram, run, session } from '../support/session.js';

// POSIX access control lists (acl(5)): the default list of a folder goes to every file that is made in it, and lets others
// read what the mode alone would keep from them.

const directory = t.testdir({ folder: {} });
const sh = (command: string) => run('sh', ['-ec', command], { cwd: directory });

/** A reason not to try it here: it takes the programs, and a file system that has lists. */
function whyNot(): string | false {
  if (findProgram('setfacl') === undefined || findProgram('getfacl') === undefined) return 'acl is not installed';
  const { status, stderr } = sh('setfacl -d -m u:65534:rwx,g:65534:rwx,o::rwx folder');
  return status === 0 ? false : `not here: ${stderr.trim()}`;
}

t.test('access control lists', { skip: whyNot() }, async (t) => {
  const made = sh(`
    csr-gen -q -n ec:P-256 --cn a.hu --self-sign 9 -K a.key -o a.crt; chmod 600 a.key; cat a.key a.crt > both.pem
    chmod 600 both.pem; printf secret > phrase`);
  t.equal(made.status, 0, made.stderr);

  await t.test("a new key is ours alone, whatever the folder's default list says", async (t) => {
    const { status, stderr } = sh(`
      umask 000; cd folder
      csr-gen -q -n ec:P-256 --cn b.hu -K new.key -o new.csr
      csr-gen -q -n ec:P-256 --cn b.hu -K new.key -o new.csr --force 2> kept
      echo '{"CN":"c.hu"}' | csr-gen -q -n ec:P-256 --batch --key-dir . -o batch.csr
      csr-gen -q -n ec:P-256 --cn b.hu -K - -o with-key.csr
      key-conv -q ../a.key -o conv.key
      pem-split -q ../both.pem --prefix part- --name index
      pem-merge -q ../both.pem -o merged.pem
      pem-merge -q ../both.pem --split site
      pem-merge -q --p12 --passout file:../phrase ../both.pem -o site.p12`);
    t.equal(status, 0, stderr);
    const keys = sh("cd folder; grep -l 'PRIVATE KEY' -- *; echo site.p12").stdout.trim().split('\n');
    t.ok(keys.length >= 9, keys.join(' '));
    for (const name of keys) {
      const { mode } = statSync(join(directory, 'folder', name));
      t.equal((mode & 0o777).toString(8), '600', name);
      // The group's bits are the mask of the list: nothing that is in it has any effect.
      t.match(sh(`getfacl -cpE folder/${name}`).stdout, /^mask::---$/m, name);
    }
    t.match(sh('getfacl -cpE folder/new.csr').stdout, /^user:\w+:rwx$/m, 'which it would have');
  });

  await t.test('a file that is replaced loses its list', async (t) => {
    session(
      t,
      directory,
      `
      $ cp both.pem listed.pem && setfacl -m u:65534:r listed.pem && getfacl -cpE listed.pem | grep -c 'user:.*:r--'
      1
      $ pem-merge -q both.pem -o listed.pem && getfacl -cpE listed.pem | head -3
      user::rw-
      group::r--
      other::---
      `,
    );
  });
});
