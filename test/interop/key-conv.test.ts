import t, { type Test } from 'tap';
import { ed448, findProgram, run } from '../support/session.js';
import { some } from '../support/whole.js';

/** key-conv beside openssl, ssh-keygen and danetool: every form, plain and encrypted, there and back. */

const without = (...programs: readonly string[]): string | false => {
  const missing = programs.filter((name) => findProgram(name) === undefined);
  return missing.length === 0 ? false : `not installed: ${missing.join(', ')}`;
};

/** Runs a script that stops at the first command that fails, and compares lines of its output: `NAME VALUE`. */
function equalLines(t: Test, dir: string, script: string, name: string): void {
  const { status, stdout, stderr } = run('sh', ['-ec', script], { cwd: dir, env: { PW: 'titkos', NEW: 'jelszó' } });
  t.equal(status, 0, `${name}: every command ends well`, { stderr });
  const groups = new Map<string, Set<string>>();
  for (const line of stdout.trim().split('\n')) {
    const [group = '', ...value] = line.split(' ');
    groups.set(group, (groups.get(group) ?? new Set()).add(value.join(' ')));
  }
  for (const [group, values] of groups) t.equal(values.size, 1, `${name}: ${group}`, { values: [...values] });
}

const kinds: readonly [name: string, openssl: string, old: 'pkcs1' | 'sec1' | undefined, ssh: boolean][] = [
  ['rsa', 'RSA -pkeyopt rsa_keygen_bits:2048', 'pkcs1', true],
  ['p256', 'EC -pkeyopt ec_paramgen_curve:P-256', 'sec1', true],
  ['p384', 'EC -pkeyopt ec_paramgen_curve:P-384', 'sec1', true],
  ['p521', 'EC -pkeyopt ec_paramgen_curve:P-521', 'sec1', true],
  ['ed25519', 'ed25519', undefined, true],
  ...ed448.map((kind): [string, string, undefined, boolean] => [kind, kind, undefined, false]),
];

t.test('with openssl', { skip: without('openssl') }, async (t) => {
  for (const [name, algorithm, old] of some(kinds, 4)) {
    const olds =
      old === undefined
        ? ''
        : `
key-conv --to ${old} k.pem >old.pem
echo "public $(openssl pkey -in old.pem -pubout | sha256sum)"
key-conv --to ${old} --der k.pem >old.der
echo "public $(openssl pkey -inform DER -in old.der -pubout | sha256sum)"
openssl pkey -in k.pem -traditional >traditional.pem
echo "old $(cat traditional.pem | sha256sum)"
echo "old $(cat old.pem | sha256sum)"
echo "private $(key-conv old.der | sha256sum)"
openssl pkey -in k.pem -traditional -aes128 -passout env:PW >locked.pem
echo "private $(key-conv --passin env:PW --no-pass locked.pem | sha256sum)"`;
    const script = `
openssl genpkey -algorithm ${algorithm} -out k.pem
echo "public $(openssl pkey -in k.pem -pubout | sha256sum)"
echo "public $(key-conv --public k.pem | sha256sum)"
echo "public $(key-conv --public --der k.pem | openssl pkey -pubin -inform DER -pubout | sha256sum)"
echo "pin sha256//$(openssl pkey -in k.pem -pubout -outform DER | openssl dgst -sha256 -binary | base64)"
echo "pin $(key-conv --pin k.pem)"
echo "tlsa 3 1 1 $(openssl pkey -in k.pem -pubout -outform DER | openssl dgst -sha256 -r | cut -d ' ' -f 1)"
echo "tlsa $(key-conv --tlsa k.pem)"
echo "private $(openssl pkey -in k.pem | sha256sum)"
echo "private $(key-conv k.pem | sha256sum)"
key-conv --to jwk k.pem >k.jwk
echo "private $(key-conv k.jwk | sha256sum)"
echo "public $(key-conv --public --to jwk k.pem | key-conv --public | sha256sum)"
openssl pkcs8 -topk8 -in k.pem -passout env:PW -out sealed.pem
key-conv --passin env:PW sealed.pem >own.pem
echo "private $(openssl pkey -in own.pem -passin env:PW | sha256sum)"
key-conv --passin env:PW --passout env:NEW --der sealed.pem >new.der
echo "private $(openssl pkey -inform DER -in new.der -passin env:NEW | sha256sum)"
echo "private $(key-conv --passin env:PW --no-pass sealed.pem | sha256sum)"
${olds}`;
    equalLines(t, t.testdir(), script, name);
  }
});

t.test('with ssh-keygen', { skip: without('openssl', 'ssh-keygen') }, async (t) => {
  for (const [name, algorithm, , isSsh] of some(kinds, 4, 1)) {
    if (!isSsh) continue;
    const script = `
umask 077
openssl genpkey -algorithm ${algorithm} -out k.pem
key-conv --to openssh -o id k.pem
echo "public $(ssh-keygen -y -f id | cut -d ' ' -f 1,2)"
echo "public $(key-conv --public --to openssh k.pem)"
key-conv --to openssh --passout env:PW -o sealed k.pem
echo "public $(ssh-keygen -y -P titkos -f sealed | cut -d ' ' -f 1,2)"
echo "private $(openssl pkey -in k.pem | sha256sum)"
echo "private $(key-conv id | sha256sum)"
ssh-keygen -q -p -P '' -N jelszó -f id
echo "private $(key-conv --passin env:NEW --no-pass id | sha256sum)"
key-conv --passin env:NEW -o again.pem id
echo "private $(openssl pkey -in again.pem -passin env:NEW | sha256sum)"`;
    equalLines(t, t.testdir(), script, name);
  }
});

t.test('every cipher ssh-keygen has', { skip: without('ssh-keygen') }, async (t) => {
  const dir = t.testdir();
  const ciphers = ['aes128-cbc', 'aes192-cbc', 'aes256-cbc', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'];
  const authenticated = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com'];
  const script = [...some(ciphers, 3), ...authenticated]
    .map(
      (cipher) => `
ssh-keygen -q -t ed25519 -a 1 -Z ${cipher} -N titkos -f k-${cipher}
echo "${cipher} $(key-conv --public --to openssh --passin env:PW k-${cipher})"
echo "${cipher} $(cut -d ' ' -f 1,2 k-${cipher}.pub)"`,
    )
    .join('\n');
  equalLines(t, dir, script, 'ciphers');
  const { status, stderr } = run(
    'sh',
    [
      '-c',
      `ssh-keygen -q -t ed25519 -a 1 -Z chacha20-poly1305@openssh.com -N titkos -f k
       key-conv --passin env:PW k; key-conv --passin env:NEW k-aes256-gcm@openssh.com`,
    ],
    { cwd: dir, env: { PW: 'titkos', NEW: 'jelszó' } },
  );
  t.equal(status, 2);
  t.match(stderr, /encrypted with chacha20-poly1305@openssh.com and bcrypt, which nothing here can undo/);
  t.match(stderr, /the private key is encrypted and the passphrase is wrong/);
});

t.test('TLSA records with danetool', { skip: without('openssl', 'danetool') }, async (t) => {
  const script = `
csr-gen --cn a.hu -n ec:P-256 --self-sign 30 -K k.pem -o a.pem
echo "tlsa _443._tcp.a.hu. IN TLSA ( 03 01 01 $(key-conv --tlsa a.pem | cut -d ' ' -f 4) )"
danetool --tlsa-rr --host a.hu --load-certificate a.pem | sed 's/^/tlsa /'
echo "same $(key-conv --tlsa a.pem)"
echo "same $(key-conv --tlsa k.pem)"
echo "same $(key-conv --public k.pem | key-conv --tlsa)"`;
  equalLines(t, t.testdir(), script, 'danetool');
});
