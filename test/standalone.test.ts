import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { binDirectory, findProgram, session } from './support/session.js';

const openssl = findProgram('openssl');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: object };
const executable = [binDirectory, join(root, 'build')].map((folder) => join(folder, 'pkiutils')).find(existsSync);

t.test('the standalone executable', { skip: executable ? false : 'npm run build:standalone makes it' }, async (t) => {
  // Far from the checkout: no node_modules is above it.
  const directory = mkdtempSync(join(tmpdir(), 'pkiutils-standalone-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  copyFileSync(executable ?? '', join(directory, 'pkiutils'));
  const env = { PATH: `${directory}:/usr/bin:/bin` };
  const play = (t: Test, transcript: string) => session(t, directory, transcript, { env });

  await t.test('holds nothing of the machine it was built on', async (t) => {
    const bytes = readFileSync(join(directory, 'pkiutils'));
    t.equal(bytes.indexOf(root), -1, 'the path of the checkout');
    t.equal(bytes.indexOf(Buffer.from(root, 'utf16le')), -1, 'in UTF-16');
  });

  await t.test('is every command, by its first argument and through links', async (t) => {
    play(
      t,
      `
    $ pkiutils
    2> pkiutils: which command?
    2> /^hint: one of csr-gen, .*wildcard-match; see --help$/
    ? 2
    $ pkiutils certinfo
    2> pkiutils: unknown command certinfo
    2> hint: did you mean cert-info?
    ? 2
    $ pkiutils -q cert-info
    2> pkiutils: the command comes first
    2> hint: pkiutils cert-info [ARGUMENT]...
    ? 2
    $ pkiutils --help | head -1
    Usage: pkiutils COMMAND [ARGUMENT]...
    $ pkiutils wildcard-match --host alma.valami.hu '*.valami.hu'
    *.valami.hu
    $ mkdir bin && pkiutils -q --install bin && ls bin | paste -s -d ' '
    ${Object.keys(bin).sort().join(' ')}
    $ bin/cert-info --version | sed 's/ [0-9].*//'
    cert-info (pkiutils)
    $ PATH=$PWD/bin:$PATH wildcard-match --host alma.valami.hu '*.valami.hu'
    *.valami.hu
    $ pkiutils -q --install bin
    $ rm bin/csr-gen && echo mine > bin/csr-gen && pkiutils -q --install bin
    2> pkiutils: bin/csr-gen exists
    2> hint: remove it first; nothing is overwritten
    ? 2
    $ cat bin/csr-gen
    mine
    `,
    );
  });

  await t.test('does the whole job', async (t) => {
    play(
      t,
      `
    $ pkiutils csr-gen --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
    $ pkiutils csr-gen --cn mail.valami.hu -K mail.key > mail.csr
    $ pkiutils csr-check -q --pass -o checked.csr mail.csr
    $ pkiutils csr-sign --ca ca.pem --ca-key ca.key checked.csr > mail.crt
    $ pkiutils pem-merge -q --for icewarp mail.key mail.crt ca.pem -o mail.pem
    $ pkiutils cert-info --names mail.pem
    mail.valami.hu
    # threads, on a file that is large enough for them
    $ cp mail.crt big.pem && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do cat big.pem big.pem > b && mv b big.pem; done
    $ pkiutils cert-info --jobs 2 --names big.pem | sort | uniq -c | sed 's/^ *//'
    16384 mail.valami.hu
    $ mkdir -p keys && for n in a.hu b.hu; do echo '{"CN":"'$n'"}'; done > fleet
    $ pkiutils csr-gen -q --batch -n ec --key-dir keys fleet | pkiutils cert-info --names
    a.hu
    b.hu
    `,
    );
  });

  await t.test('takes no settings from the directory it is started in', async (t) => {
    play(
      t,
      `
    $ echo 'console.log("preloaded")' > preload.js
    $ echo 'preload = ["./preload.js"]' > bunfig.toml
    $ echo 'NO_COLOR=1' > .env
    $ pkiutils cert-info --names ca.pem
    $ pkiutils wildcard-match --host alma.valami.hu '*.valami.hu'
    *.valami.hu
    `,
    );
  });

  await t.test('says what its runtime lacks', async (t) => {
    play(
      t,
      `
    $ pkiutils csr-gen -n ed448 --key-only -K -
    2> csr-gen: this runtime cannot make a key of the kind ed448
    2> hint: take rsa, ec or ed25519, or the commands on Node.js
    ? 2
    `,
    );
  });

  await t.test('says which key it cannot use', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
    play(
      t,
      `
    $ openssl genpkey -algorithm ed448 -out ed448.key
    $ openssl ecparam -name secp256k1 -genkey -noout -out sec1.key 2>&1
    $ openssl genpkey -algorithm RSA-PSS -quiet -out pss.key 2>&1 | grep -v '[.+*]'; [ -s pss.key ]
    $ openssl dsaparam -genkey 2048 2>/dev/null > dsa.key
    $ chmod 600 *.key; for k in ed448 sec1 pss; do pkiutils csr-gen -k $k.key --cn a.hu; done
    2> csr-gen: ed448.key: private key at line 1: this runtime cannot use keys of the kind ed448
    2> hint: the commands on Node.js can use this key
    2> csr-gen: sec1.key: private key at line 1: this runtime knows no elliptic curves but P-224, P-256, P-384 and P-521
    2> hint: the commands on Node.js can use this key
    2> csr-gen: pss.key: private key at line 1: this runtime cannot use keys of the kind rsa-pss
    2> hint: the commands on Node.js can use this key
    ? 2
    # Neither good nor bad, and no key is called damaged that is not.
    $ for k in ed448 sec1 pss; do openssl req -new -key $k.key -subj /CN=a.hu | pkiutils csr-check - | grep -e damaged -e ' point' -e _unchecked: | grep -v debian; done
    /^error {3}e_signature_unchecked: .*this runtime cannot use keys of the kind ed448/
    /^error {3}e_signature_unchecked: .*this runtime knows no elliptic curves but/
    /^error {3}e_signature_unchecked: .*this runtime cannot use keys of the kind rsa-pss/
    $ openssl req -x509 -new -key dsa.key -subj /CN=a.hu -out dsa.pem && pkiutils pem-merge -q dsa.key dsa.pem | grep BEGIN
    -----BEGIN PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    `,
    );
  });
});
