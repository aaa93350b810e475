import { statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { session } from '../support/session.js';

t.test('forms', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      $ csr-gen --key-only -n rsa:2048 -K r.key; csr-gen --key-only -n ec:P-256 -K e.key; csr-gen --key-only -n ed25519 -K d.key
      $ key-conv --to pkcs1 r.key | head -n 1
      -----BEGIN RSA PRIVATE KEY-----
      $ key-conv --to sec1 e.key | head -n 1
      -----BEGIN EC PRIVATE KEY-----
      $ key-conv --to openssh d.key | head -n 1
      -----BEGIN OPENSSH PRIVATE KEY-----
      $ key-conv --to jwk d.key | jq -r .crv
      Ed25519
      $ key-conv --to pkcs8 --der < e.key | key-conv | cmp - e.key

      # The public half: as SPKI, as RSA alone has it, as a line of authorized_keys.
      $ key-conv --public e.key | head -n 1
      -----BEGIN PUBLIC KEY-----
      $ key-conv --public --to pkcs1 r.key | head -n 1
      -----BEGIN RSA PUBLIC KEY-----
      $ key-conv --public --to openssh d.key
      /^ssh-ed25519 AAAA\\S+$/
      $ key-conv --pin d.key
      /^sha256//[A-Za-z0-9+/]{43}=$/
      $ key-conv --tlsa d.key
      /^3 1 1 [0-9a-f]{64}$/

      # A certificate, a request and a public key have one too.
      $ csr-gen --cn a.hu -k d.key -o a.csr; csr-gen --cn a.hu -k d.key --self-sign 9 -o a.pem; key-conv --public d.key -o d.pub
      $ for f in a.csr a.pem d.pub d.key; do key-conv --pin $f; done | uniq | wc -l
      1
    `,
  );
});

t.test('what is refused', async (t) => {
  const dir = t.testdir({
    empty: '',
    'none.pem': '-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n',
  });
  session(
    t,
    dir,
    `
      $ csr-gen --key-only -n rsa:2048 -K r.key; csr-gen --key-only -n ed25519 -K d.key
      $ key-conv --to pkcs1 d.key
      2> key-conv: key format pkcs1 is for RSA keys, this one is ed25519
      2> hint: pkcs8 holds keys of every kind
      ? 2
      $ key-conv --to pem d.key
      2> key-conv: --to: pem is none of pkcs8, pkcs1, sec1, jwk, openssh
      ? 2
      $ key-conv --to jwk --der d.key
      2> key-conv: --der: jwk is text
      2> hint: pkcs8, pkcs1 and sec1 are DER
      ? 2
      $ key-conv --pin --tlsa d.key
      2> key-conv: --pin and --tlsa exclude each other
      ? 2
      $ key-conv --public --to sec1 r.key
      2> key-conv: sec1 is a form of private keys
      2> hint: without --to it is written as SPKI
      ? 2
      $ key-conv r.key d.key
      2> key-conv: one key at a time, 2 files are given
      ? 2
      $ cat r.key d.key | key-conv
      2> /^key-conv: - holds 2 private keys \\(line 1, line \\d+\\): which one\\?$/
      ? 2
      $ key-conv empty
      2> key-conv: empty: empty input
      ? 2
      $ key-conv --pin none.pem
      2> /^key-conv: none.pem: line 1: expected a private key, found parameters of Diffie-Hellman$/
      2> ...
      ? 2
      $ csr-gen --cn a.hu -k d.key | key-conv
      2> key-conv: -: line 1: expected a private key, found a certificate request
      2> hint: csr-check judges requests, csr-sign issues certificates for them
      ? 2
    `,
  );
});

t.test('what came encrypted stays encrypted', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      $ csr-gen --key-only -n ed25519 -K d.key; key-conv --passout env:PW -o s.key d.key
      $ head -n 1 s.key
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      $ key-conv s.key < /dev/null
      2> key-conv: s.key: private key at line 1: the private key is encrypted and no passphrase is given
      2> hint: give it with --passin env:NAME, file:PATH or fd:N
      ? 2
      $ key-conv --passin env:PW --to openssh s.key -o s.ssh; cert-info -f type,format,encryption s.ssh
      encrypted_private_key	openssh	bcrypt aes256-ctr
      $ key-conv --passin env:PW s.ssh | key-conv --passin env:PW --no-pass | cmp - d.key
      $ key-conv --passin env:PW --to jwk s.key
      2> key-conv: a key in the form jwk is never encrypted here
      2> hint: an encrypted key is pkcs8 or openssh; --no-pass writes one that came encrypted without encryption
      ? 2
      $ key-conv --passin env:PW --no-pass --to jwk s.key | key-conv | cmp - d.key
      $ key-conv --passin env:PW --passout env:NEW s.key | key-conv --passin env:NEW --no-pass | cmp - d.key
      $ key-conv --no-pass --passout env:NEW s.key
      2> key-conv: --no-pass and --passout exclude each other
      ? 2
    `,
    { env: { PW: 'one', NEW: 'two' } },
  );
});

t.test('files of keys are private, and not lost', async (t) => {
  const dir = t.testdir({ 'note.txt': 'nothing' });
  session(
    t,
    dir,
    `
      $ umask 022; csr-gen --key-only -n ed25519 -K d.key; csr-gen --key-only -n ed25519 -K other.key
      $ key-conv --to openssh d.key -o out
      $ key-conv other.key -o out
      2> key-conv: out holds a private key that would be lost
      2> hint: write to another file, or use --force, which keeps it as out.old-TIMESTAMP
      ? 2
      $ key-conv --to pkcs8 out -o out; cmp out d.key
      $ key-conv --public d.key -o out
      2> key-conv: out holds a private key that would be lost
      2> hint: write to another file, or use --force, which keeps it as out.old-TIMESTAMP
      ? 2
    `,
  );
  t.equal(statSync(join(dir, 'out')).mode & 0o777, 0o600);
});

t.test('every command that takes a key takes it in OpenSSH form', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      $ csr-gen --cn a.hu -n ec:P-256 -K a.key --self-sign 90 -o a.pem; key-conv --to openssh a.key -o id
      $ csr-gen --cn a.hu -k id | csr-check -q --profile internal --key id
      $ pem-merge id a.pem 2>/dev/null | grep BEGIN
      -----BEGIN EC PRIVATE KEY-----
      -----BEGIN CERTIFICATE-----
      $ cert-info id
      private key 1 of id
      /^ +format +openssh$/
      /^ +key +ec P-256 256 bit$/
      /^ +spki +[0-9a-f]{64}$/
      $ cert-info -f key.spki_sha256 id a.key | uniq | wc -l
      1
      $ head -c 300 id | cert-info
      2> ...
      ? 2
    `,
  );
});
