import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { context } from '../../src/der/tag.js';
import { element, integer, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { jsonLines } from '../support/json-lines.js';
import { run, session } from '../support/session.js';

/** A CA, two sites, and all of it in one file, one certificate of it twice. */
const bundle = `
  $ csr-gen -q --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
  $ for i in mail www; do csr-gen -q --cn $i.hu -n ec:P-256 -K $i.key | csr-sign -q --ca ca.pem --ca-key ca.key -o $i.crt; done
  $ csr-gen -q --cn '*.web.hu' -n ec:P-256 -K web.key -o web.csr
  $ cat ca.pem mail.crt mail.key www.crt www.key web.csr mail.crt > all.pem
`;

t.test('a file an object', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      ${bundle}
      $ umask 022; mkdir out one index; pem-split --prefix out all.pem
      2> pem-split: 7 files: out/Local-CA.crt to out/mail.hu-2.crt
      $ ls out
      Local-CA.crt
      _wildcard.web.hu.csr
      mail.hu-2.crt
      mail.hu.crt
      mail.hu.key
      www.hu.crt
      www.hu.key
      $ cmp out/mail.hu.key mail.key; cmp out/mail.hu.crt mail.crt; cmp out/_wildcard.web.hu.csr web.csr
      $ cat out/*.crt out/*.key | pem-merge -q --split again; cmp again.www.hu.key www.key

      # Once more over the same files; another key does not replace one.
      $ pem-split -q --prefix out/ all.pem; ls out | wc -l
      7
      $ sed 's/x/x/' www.key > other.pem; csr-gen -q --cn mail.hu -n ec:P-256 -K new.key --self-sign 9 > new.pem
      $ cat new.pem new.key | pem-split --prefix out/
      2> pem-split: out/mail.hu.key holds a private key that would be lost
      2> hint: write to another file, or use --force, which keeps it as out/mail.hu.key.old-TIMESTAMP
      ? 2
      $ cmp out/mail.hu.crt mail.crt

      $ pem-split -q --unique --prefix one/x- --name fingerprint all.pem; ls one | grep -c '^x-[0-9a-f]\\{64\\}\\.\\(crt\\|key\\|csr\\)$'
      6
      $ pem-split -q --prefix index/ --name index --der all.pem; ls index | tr '\\n' ' '
      1.crt.der 2.crt.der 3.key.der 4.crt.der 5.key.der 6.csr.der 7.crt.der 
      $ cert-info -f type index/3.key.der
      private_key
      $ pem-split --json --filter key --prefix j- all.pem | jq -c '[.type, .file, .object, .place]'
      2> pem-split: 2 files: j-mail.hu.key to j-www.hu.key
      # A certificate is a line of base64 longer where the signature has more octets.
      /^\\["split","j-mail.hu.key","private_key","line \\d\\d"\\]$/
      /^\\["split","j-www.hu.key","private_key","line \\d\\d"\\]$/
    `,
  );
  t.equal(statSync(join(dir, 'out/mail.hu.key')).mode & 0o777, 0o600);
  t.equal(statSync(join(dir, 'out/mail.hu.crt')).mode & 0o777, 0o644);
});

t.test('a stream', async (t) => {
  const dir = t.testdir();
  const type = 'cert-info -f type,subject.cn';
  session(
    t,
    dir,
    `
      ${bundle}
      $ pem-split all.pem | grep -c BEGIN
      6
      $ pem-split --filter leaf all.pem | ${type}
      certificate	mail.hu
      certificate	www.hu
      $ pem-split --filter key,ca all.pem | ${type}
      certificate	Local-CA
      private_key	
      private_key	
      $ pem-split --filter leaf,key --sort chain all.pem | ${type}
      private_key	
      certificate	mail.hu
      private_key	
      certificate	www.hu
      $ cat ca.pem www.crt | pem-split --sort chain | ${type}
      certificate	www.hu
      certificate	Local-CA
      $ cat ca.pem www.crt | pem-split --sort expiry | ${type}
      certificate	www.hu
      certificate	Local-CA
      $ pem-split --filter valid,leaf --at 2040-01-01T00:00:00Z all.pem
      2> pem-split: nothing passes --filter
      ? 1
      $ pem-split --filter expired --at 2040-01-01T00:00:00Z all.pem | grep -c BEGIN
      3
      $ pem-split --filter leaf --der mail.crt | cert-info -f subject.cn
      mail.hu
      $ pem-split --json --filter crl,request all.pem | jq -c '[.file, .object, .name]'
      [null,"request","*.web.hu"]
      $ pem-split all.pem -o keys.pem; stat -c %a keys.pem
      600
    `,
  );
  jsonLines(t, run('pem-split', ['--json', 'all.pem'], { cwd: dir }).bytes);
});

t.test('what is encrypted stays as it is, and damage is named', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      ${bundle}
      $ key-conv --passout env:PW mail.key -o sealed.key; key-conv --to openssh www.key -o id
      $ openssl ec -in www.key -aes128 -passout env:PW -out locked.key 2>/dev/null
      $ cat mail.crt sealed.key locked.key id | pem-split -q --prefix s- && ls s-*
      s-key-2.key
      s-key-3.key
      s-key.key
      s-mail.hu.crt
      $ cmp s-key.key sealed.key; cmp s-key-2.key locked.key; key-conv s-key-3.key | cmp - www.key
    `,
    { env: { PW: 'titkos' } },
  );
  const damaged = `${readFileSync(join(dir, 'mail.crt'), 'utf8').replace(/\n.{9}/, '\n')}${readFileSync(join(dir, 'www.crt'), 'utf8')}`;
  const { status, stderr } = run('pem-split', ['--prefix', 'd-'], { cwd: dir, stdin: damaged });
  t.equal(status, 2);
  t.match(stderr, /pem-split: -: line \d+: .*\npem-split: 1 file: d-www\.hu\.crt/);
});

t.test('a key in PKCS#8 of version 2 is written as version 1, which OpenSSL reads', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  // OneAsymmetricKey (RFC 5958 2): what follows the version, and the public key.
  const second = sequence(integer(1), der.subarray(5), element(context(1), Buffer.concat([Buffer.of(0), point])));
  const first = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const { status, stdout, stderr } = run('pem-split', [], { stdin: encodePem('PRIVATE KEY', second) });
  t.same({ status, stdout, stderr }, { status: 0, stdout: first, stderr: '' });
});

t.test('what is refused', async (t) => {
  const dir = t.testdir({ empty: '' });
  session(
    t,
    dir,
    `
      $ csr-gen -q --cn a.hu -n ec:P-256 -K a.key -o a.csr; key-conv --to openssh a.key -o id
      $ pem-split empty
      2> pem-split: empty: empty input
      ? 2
      $ pem-split --name cn a.csr
      2> pem-split: --name needs --prefix
      ? 2
      $ pem-split --prefix x --name serial a.csr
      2> pem-split: --name: serial is none of cn, fingerprint, index
      ? 2
      $ pem-split --filter leafs a.csr
      2> pem-split: --filter: "leafs" is no word for objects
      2> hint: did you mean leaf?
      ? 2
      $ pem-split --sort name a.csr
      2> pem-split: --sort: name is none of expiry, chain
      ? 2
      $ pem-split --prefix x -o y a.csr
      2> pem-split: --prefix and --output exclude each other
      ? 2
      $ pem-split --der id
      2> pem-split: id: line 1: this private key has a form in PEM only
      2> hint: key-conv writes it as PKCS#8, which has one in DER
      ? 2
      $ pem-split --prefix none/ a.csr
      2> pem-split: none/a.hu.csr: no such file or directory
      ? 2
    `,
  );
});

t.test('more certificates in one call than files may be open', async (t) => {
  const dir = t.testdir({ out: {} });
  session(t, dir, '$ csr-gen -q --cn a.hu -n ec:P-256 -K a.key --self-sign 9 -o a.pem');
  const { status } = run('pem-split', ['-q', '--prefix', 'out/'], {
    cwd: dir,
    stdin: readFileSync(join(dir, 'a.pem'), 'utf8').repeat(2000),
  });
  t.equal(status, 0);
  t.equal(readdirSync(join(dir, 'out')).length, 2000);
});
