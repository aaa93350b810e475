import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Certificate } from '../../src/x509/certificate.js';
import { CertificationRequest } from '../../src/x509/request.js';
import { findProgram, isStandalone, run, session } from '../support/session.js';

const derOf = (pem: string): Buffer =>
  Buffer.from(pem.replace(/^[\s\S]*-----BEGIN [^-]*-----|-----END[\s\S]*$/g, ''), 'base64');
const request = (pem: string): CertificationRequest => new CertificationRequest(derOf(pem));
const sanOf = (pem: string): string[] => request(pem).subjectAltNames.map(({ type, value }) => `${type}:${value}`);

/** A folder with a key of each kind. */
function folder(t: Test): string {
  const cwd = t.testdir();
  for (const kind of ['ec:P-256', 'ed25519']) {
    run('csr-gen', ['--key-only', '-n', kind, '-K', `${kind.slice(0, 2)}.key`], { cwd });
  }
  return cwd;
}

t.test('a request of a server', async (t) => {
  const cwd = t.testdir();
  const made = run(
    'csr-gen',
    [
      '--cn',
      'Mail.Valami.hu',
      '-a',
      '*.valami.hu',
      '-a',
      'mail.valami.hu',
      '--org',
      'Valami Kft.',
      '--unit',
      'A',
      '--unit',
      'B',
    ].concat(['--city', 'Budapest', '--state', 'Pest', '--country', 'hu', '-K', 'mail.key']),
    { cwd },
  );
  t.match(made, { status: 0, stderr: '' });
  const csr = request(made.stdout);
  t.equal(csr.subject.toString(), 'CN=mail.valami.hu,OU=B,OU=A,O=Valami Kft.,L=Budapest,ST=Pest,C=HU');
  t.same(sanOf(made.stdout), ['dns:mail.valami.hu', 'dns:*.valami.hu'], 'the common name first, nothing twice');
  t.same(csr.version, 1);
  t.same(csr.keyUsage, ['digitalSignature', 'keyEncipherment']);
  t.same(csr.frameWarnings, []);
  t.equal(statSync(join(cwd, 'mail.key')).mode & 0o777, 0o600);
});

t.test('wishes', async (t) => {
  const cwd = folder(t);
  const ask = (...args: string[]) => request(run('csr-gen', ['-k', 'ec.key', ...args], { cwd }).stdout);
  const all = ask(
    '--cn',
    'a.hu',
    '--must-staple',
    '--eku',
    'serverAuth,clientauth,1.2.3.4',
    '--key-usage',
    'digitalSignature,keyAgreement',
  );
  t.equal(all.mustStaple, true);
  t.same(all.extendedKeyUsage, ['serverAuth', 'clientAuth', '1.2.3.4']);
  t.same(all.keyUsage, ['digitalSignature', 'keyAgreement']);
  const bare = ask('-a', 'a.hu');
  t.equal(bare.subject.isEmpty, true);
  t.equal(bare.extension('2.5.29.17')?.critical, true, 'names are critical where the subject is empty');
  t.same(bare.keyUsage, ['digitalSignature'], 'an EC key does not encipher');
  t.same(ask('--cn', 'ca.valami.hu', '--ca', '--path-length', '1').basicConstraints, { isCa: true, pathLength: 1 });
  t.same(ask('--cn', 'ca.valami.hu', '--ca').subjectAltNames, [], "a CA's name is no host's");
  t.same(ask('--cn', 'kovacs.janos', '--eku', 'clientAuth').subjectAltNames, [], "nor is a client's");
  t.same(ask('-s', '/O=Valami/CN=a.hu+OU=IT').subject.rdns.length, 2, 'multi-valued relative names stay together');
});

t.test('from what exists', async (t) => {
  const cwd = folder(t);
  const old = run(
    'csr-gen',
    ['-k', 'ec.key', '--cn', 'a.hu', '-a', 'b.hu', '--org', 'Régi', '--must-staple', '--self-sign', '9'],
    { cwd },
  ).stdout;
  writeFileSync(join(cwd, 'old.pem'), old);
  writeFileSync(join(cwd, 'old.der'), derOf(old));
  for (const source of ['old.pem', 'old.der']) {
    const again = request(run('csr-gen', ['-k', 'ed.key', '--from', source], { cwd }).stdout);
    t.same(again.subject.der, new Certificate(derOf(old)).subject.der, `${source}: the subject, byte for byte`);
    t.same(
      again.subjectAltNames.map(({ value }) => value),
      ['a.hu', 'b.hu'],
    );
    t.equal(again.mustStaple, true);
    t.same(again.extendedKeyUsage, ['serverAuth']);
    t.equal(again.basicConstraints, undefined, 'nothing else');
  }
  const changed = request(
    run('csr-gen', ['-k', 'ed.key', '--from', '-', '--org', 'Új', '--country', 'HU', '-a', 'c.hu'], { cwd, stdin: old })
      .stdout,
  );
  t.equal(changed.subject.toString(), 'CN=a.hu,O=Új,C=HU', 'options override, in their places');
  t.same(
    changed.subjectAltNames.map(({ value }) => value),
    ['c.hu'],
  );
  session(
    t,
    cwd,
    `
    $ csr-gen -k ec.key --from ec.key
    2> csr-gen: ec.key: line 1: expected a certificate or a request, found a private key
    2> hint: csr-gen --key FILE makes a request with a key; pem-merge puts one beside its certificate
    ? 2
    $ csr-gen -n rsa:2048 -K r.key --from old.pem | csr-gen -k ed.key --from - > ed.csr
    2> csr-gen: key usage left out, it is not for ed25519 keys: keyEncipherment
  `.replace('-n rsa:2048 -K r.key --from old.pem', '-n rsa:2048 -K r.key --cn a.hu'),
  );
});

t.test('self-signed', async (t) => {
  const cwd = folder(t);
  const at = '2027-01-01T00:00:00Z';
  const made = (...args: string[]) =>
    new Certificate(derOf(run('csr-gen', ['-k', 'ec.key', '--at', at, ...args], { cwd }).stdout));
  const server = made('--cn', 'a.hu', '--self-sign', '30');
  t.same(server.extendedKeyUsage, ['serverAuth']);
  t.same(server.basicConstraints, { isCa: false, pathLength: null });
  t.equal(server.notBefore.toISOString(), '2026-12-31T23:55:00.000Z');
  t.equal(server.notAfter.getTime() - server.notBefore.getTime(), 30 * 86_400_000 - 1000);
  t.match(server.serial, /^[4-7][0-9a-f]{31}$/);
  t.ok(server.isSelfIssued);
  const ca = made('--cn', 'Local-CA', '--ca', '--self-sign', '9000');
  t.same(ca.basicConstraints, { isCa: true, pathLength: null });
  t.same(ca.keyUsage, ['keyCertSign', 'cRLSign']);
  t.equal(ca.extendedKeyUsage, undefined);
  t.equal(ca.notAfter.getUTCFullYear(), 2051, 'GeneralizedTime from 2050 on');
});

t.test('keys are kept safe', async (t) => {
  const cwd = t.testdir({ 'other.txt': 'mine\n' });
  session(
    t,
    cwd,
    `
    $ csr-gen --cn a.hu
    2> csr-gen: a new key must go somewhere
    2> hint: name a file with --key-out, or use a key with --key
    ? 2
    $ csr-gen --cn a.hu -n ec -K a.key -o a.csr && ls && stat -c %a a.key
    a.csr
    a.key
    other.txt
    600
    $ csr-gen --cn a.hu -n ec -K a.key
    2> csr-gen: a.key exists, a key file is never overwritten
    2> hint: use another name, --reuse-keys, or --force, which keeps the old one beside it
    ? 2
    $ cp a.key was; csr-gen --cn a.hu -n ec -K a.key --force --at 2027-01-01 -o a.csr
    2> csr-gen: a.key: the old key is kept as a.key.old-20270101T000000Z
    $ cmp was a.key.old-20270101T000000Z && stat -c %a a.key.old-20270101T000000Z
    600
    $ csr-gen --cn a.hu -n ec -K - -o other.txt
    2> csr-gen: other.txt exists, a key file is never overwritten
    2> ...
    ? 2
    $ csr-gen --cn a.hu -n ec -K - | grep -e -----B
    -----BEGIN PRIVATE KEY-----
    -----BEGIN CERTIFICATE REQUEST-----
    $ csr-gen --cn a.hu -n ec -K - -o both.pem && stat -c %a both.pem && csr-gen -k both.pem --from both.pem -o /dev/null
    600
    $ umask 077 && csr-gen --cn a.hu -n ec -K /dev/stdout > stdout.pem && grep -e -----B stdout.pem
    -----BEGIN PRIVATE KEY-----
    -----BEGIN CERTIFICATE REQUEST-----
    $ mkfifo pipe; cat pipe > piped.key & csr-gen --cn a.hu -n ec -K pipe -o a.csr; wait; chmod 600 piped.key; csr-gen -k piped.key --from a.csr -o a.csr
    $ csr-gen --cn a.hu -n ec -K /dev/null -o /dev/null
    $ csr-gen --cn a.hu -n ec -K full.key -o /dev/full
    2> csr-gen: /dev/full: no space left on device
    ? 2
    $ csr-gen --cn a.hu -n ec -K /dev/full -o none.csr || ls none.csr
    2> csr-gen: /dev/full: no space left on device
    2> /none.csr/
    ? 2
    $ csr-gen --cn a.hu -n ec -K x -o x
    2> csr-gen: --key-out and --output both name x
    2> hint: -K - puts the key before the request
    ? 2
    $ csr-gen --cn a.hu -n ec -K nowhere/a.key
    2> csr-gen: nowhere/a.key: no such file or directory
    ? 2
    $ csr-gen --cn 'https://a.hu' -n ec -K unused.key
    2> csr-gen: the common name https://a.hu: a URL is no host name
    2> hint: the name alone: a.hu
    ? 2
    $ csr-gen --cn a.hu -n ed25519 --hash sha256 -K unused.key
    2> csr-gen: Ed25519 has its hash built in, it cannot be chosen
    ? 2
    # no key without its request, and no temporary file
    $ ls -A | grep -c -e unused -e tmp
    0
    ? 1
    $ cp a.key copy; csr-gen --cn a.hu -K a.key --reuse-keys -n ec:P-256 -o a.csr && cmp a.key copy
    $ csr-gen --cn a.hu -K a.key --reuse-keys -n rsa:2048
    2> csr-gen: a.key holds a key of kind ec:P-256, rsa:2048 is asked for
    2> ...
    ? 2
    $ csr-gen --cn a.hu -K new.key --reuse-keys -n ec -o a.csr && ls new.key
    new.key
  `,
  );
});

const script = findProgram('script');
t.test('no key on a terminal', { skip: script ? false : 'script is not installed' }, async (t) => {
  const cwd = t.testdir();
  for (const destination of ['-', '/dev/stdout', '/dev/tty', '- -o /dev/tty']) {
    const { stdout } = run('script', ['-qec', `csr-gen --cn a.hu -n ec -K ${destination}`, '/dev/null'], { cwd });
    t.match(stdout, /^csr-gen: a private key is never written to a terminal/, destination);
    t.notMatch(stdout, 'BEGIN', destination);
  }
});

t.test('a signal leaves nothing behind', async (t) => {
  const cwd = t.testdir();
  for (const signal of ['INT', 'TERM', 'KILL']) {
    // A shell has its background jobs ignore SIGINT, and what is ignored from birth stays so but in Node.js.
    const wait = `env --default-signal=INT csr-gen --cn a.hu -n rsa:8192 -K a.key -o a.csr & p=$!; sleep 0.3; kill -${signal} $p; wait $p 2>/dev/null; ls -A`;
    t.equal(run('sh', ['-c', wait], { cwd }).stdout, '', signal);
  }
});

t.test('key formats and encryption', async (t) => {
  const cwd = t.testdir();
  session(
    t,
    cwd,
    `
    $ csr-gen --key-only -n rsa:2048 --key-format pkcs1 -K - | head -1
    -----BEGIN RSA PRIVATE KEY-----
    $ csr-gen --key-only -n ec:P-384 --key-format sec1 -K - | head -1
    -----BEGIN EC PRIVATE KEY-----
    ${isStandalone ? '# no Ed448' : '$ csr-gen --key-only -n ed448 -K - | head -1\n-----BEGIN PRIVATE KEY-----'}
    $ csr-gen --key-only -n ed448 --key-format pkcs1 -K -
    2> csr-gen: key format pkcs1 is for RSA keys, this one is ed448
    2> hint: pkcs8 holds keys of every kind
    ? 2
    $ P=titok csr-gen --cn a.hu -n ec -K e.key --passout env:P -o e.csr && head -1 e.key
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    $ P=titok csr-gen --cn a.hu -k e.key --passin env:P > /dev/null
    $ P=rossz csr-gen --cn a.hu -k e.key --passin env:P
    2> csr-gen: e.key: private key at line 1: the private key is encrypted and the passphrase is wrong
    ? 2
    $ P=titok csr-gen --cn a.hu -n ec --key-format sec1 -K f.key --passout env:P
    2> csr-gen: --key-format sec1: an encrypted key is PKCS #8
    2> hint: leave --key-format out
    ? 2
  `,
  );
});

t.test('where the description comes from', async (t) => {
  const cwd = folder(t);
  session(
    t,
    cwd,
    `
    $ echo '{"CN": "a.hu", "hosts": ["b.hu"], "ca": {"expiry": "1h"}}' > a.json
    $ csr-gen -k ec.key a.json > /dev/null
    2> csr-gen: a.json: for certificates only, passed over: ca.expiry
    $ printf 'cn = a.hu\\nserial = 7\\n' | csr-gen -k ec.key -q > /dev/null
    $ printf 'cn = a.hu\\ncounty = HU\\n' | csr-gen -k ec.key
    2> csr-gen: -: line 2: county is no name of a template
    2> hint: did you mean country?
    ? 2
    $ csr-gen -k ec.key --cn a.hu a.json
    2> csr-gen: unexpected operand a.json: options say what is asked for
    2> hint: a SPEC stands alone
    ? 2
    $ csr-gen -k - -  < ec.key
    2> csr-gen: standard input is asked for twice: --key - and operand -
    ? 2
    $ csr-gen -k ec.key --from - --san-file - < ec.key
    2> csr-gen: standard input is asked for twice: --from - and --san-file -
    ? 2
    $ csr-gen -k ec.key < /dev/null
    2> csr-gen: -: empty input
    ? 2
    $ printf '# hosts\\r\\n\\r\\nb.hu\\r\\n 10.0.0.1 \\r\\n' > names
    $ csr-gen -k ec.key --san-file names > names.csr
    $ printf 'b.hu\\nb/c\\n' | csr-gen -k ec.key --san-file -
    2> csr-gen: -: line 2: b/c: holds "/"
    ? 2
    $ csr-gen -k ec.key --key-only
    2> csr-gen: --key-only and --key exclude each other
    ? 2
    $ csr-gen --key-only --cn a.hu -K x
    2> csr-gen: --key-only makes no request, but who it is for is given
    ? 2
  `,
  );
  t.same(sanOf(run('cat', ['names.csr'], { cwd }).stdout), ['dns:b.hu', 'ip:10.0.0.1']);
});

t.test('a fleet', async (t) => {
  const cwd = t.testdir({
    fleet: [
      '{"CN": "a.hu"}',
      '{"CN": "*.b.hu", "hosts": ["b.hu"]}',
      '{"CN": "A.HU"}',
      '',
      '{"CN": "c.hu", "host": ["x.hu"]}',
      '{"hosts": ["10.0.0.1"], "key": {"algo": "ed25519"}}',
      '{"CN": "../evil"}',
      '{"CN": "d.hu", "ca": {"expiry": "1h"}, "key": {"algo": "ecdsa", "size": 384}}',
      'nonsense',
      '{"names": [{"O": "Valami"}]}',
    ].join('\n'),
    good: ['{"CN": "a.hu"}', '{"CN": "*.b.hu", "hosts": ["b.hu"]}', '{"CN": "e.hu"}'].join('\r\n'),
  });
  session(
    t,
    cwd,
    `
    $ csr-gen --batch -n ec --key-dir keys fleet -o fleet.csr
    2> csr-gen: fleet: line 8: for certificates only, passed over everywhere: ca.expiry
    2> csr-gen: fleet: line 3: the name of its key, a.hu.key, is taken by a line above
    2> csr-gen: fleet: line 5: host is no field of the request
    2> hint: did you mean hosts?
    2> csr-gen: fleet: line 7: ../evil cannot be the name of a key file
    2> csr-gen: fleet: line 9: not JSON: a value is missing, found nonsense
    2> csr-gen: fleet: line 10: the request names nobody
    2> hint: give CN or hosts
    ? 2
    $ ls keys && stat -c %a keys keys/a.hu.key
    10.0.0.1.key
    _wildcard.b.hu.key
    a.hu.key
    d.hu.key
    700
    600
    $ cert-info --names fleet.csr
    a.hu
    *.b.hu
    b.hu
    10.0.0.1
    # A key that exists is its line's error, or is used; what is missing is made.
    $ cp keys/a.hu.key was; csr-gen --batch -n ec --key-dir keys < good > again.csr
    2> csr-gen: -: line 1: keys/a.hu.key exists, a key file is never overwritten
    2> hint: use another name, --reuse-keys, or --force, which keeps the old one beside it
    2> csr-gen: -: line 2: keys/_wildcard.b.hu.key exists, a key file is never overwritten
    2> hint: use another name, --reuse-keys, or --force, which keeps the old one beside it
    ? 2
    $ csr-gen --batch -n ec --key-dir keys --reuse-keys good > all.csr && cmp was keys/a.hu.key && cert-info --names all.csr
    a.hu
    *.b.hu
    b.hu
    e.hu
    $ csr-gen --batch -n rsa:2048 --key-dir keys --reuse-keys good
    2> csr-gen: good: line 1: keys/a.hu.key holds a key of kind ec:P-256, rsa:2048 is asked for
    2> ...
    ? 2
    $ csr-gen --batch good
    2> csr-gen: new keys must go somewhere
    2> hint: name a folder with --key-dir
    ? 2
    $ csr-gen --batch --key-dir keys --cn x.hu good
    2> csr-gen: --batch reads who requests are for from its input, options cannot say it
    ? 2
    $ csr-gen --batch --key-dir /proc/none good
    2> csr-gen: /proc/none: no such file or directory
    ? 2
    $ csr-gen --batch --key-dir good/keys good
    2> csr-gen: good/keys: not a directory
    ? 2
    $ csr-gen --batch --key-dir keys < /dev/null
    2> csr-gen: -: empty input
    ? 2
    $ csr-gen --key-dir keys --cn x.hu
    2> csr-gen: --key-dir is for --batch
    2> hint: one key goes to --key-out
    ? 2
  `,
  );
});

t.test('a fleet that is interrupted can be completed', async (t) => {
  const cwd = t.testdir({
    fleet: Array.from({ length: 10 }, (_, i) => `{"CN": "h${i}.hu"}`).join('\n'),
  });
  session(
    t,
    cwd,
    `
    $ csr-gen --batch --key-dir keys fleet > first.csr & p=$!; while [ ! -e keys/h2.hu.key ]; do :; done; kill -TERM $p; wait $p 2> /dev/null
    # A shell does not always say on standard error that it was terminated.
    ? 143
    $ ls -A keys | grep -c tmp
    0
    ? 1
    $ (cd keys && sha256sum *) > sums; csr-gen --batch --key-dir keys --reuse-keys fleet > all.csr; (cd keys && sha256sum --quiet -c ../sums)
    $ cert-info -f subject.cn all.csr | sed 's/h\\([0-9]*\\).hu/\\1/' | sort -nc && cert-info --names all.csr | wc -l
    10
    $ csr-gen --batch -n ec --key-dir other fleet | head -1
    -----BEGIN CERTIFICATE REQUEST-----
  `,
  );
});

t.test('the examples of the man pages run', async (t) => {
  for (const page of ['csr-gen', 'csr-sign']) {
    const text = readFileSync(new URL(`../../man/${page}.1`, import.meta.url), 'utf8');
    const examples = [...text.matchAll(/^\.Bd -literal.*\n([\s\S]*?)^\.Ed$/gm)].map(([, example]) => example ?? '');
    const cwd = t.testdir();
    for (const example of examples) {
      const script = example.replaceAll('\\e', '\\').replaceAll('\\&', '');
      const { status, stderr } = run('sh', ['-e', '-c', script], { cwd });
      t.equal(status, 0, `${page}: ${script}${stderr}`);
    }
    t.ok(examples.length > 2, page);
  }
});
