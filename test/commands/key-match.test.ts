import t from 'tap';
import { jsonLines } from '../support/json-lines.js';
import { run, session } from '../support/session.js';

t.test('pairs', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      $ for i in a b; do csr-gen -q --cn $i.hu -n ec:P-256 -K $i.key -o $i.csr; csr-gen -q --cn $i.hu -k $i.key --self-sign 9 -o $i.pem; done
      $ key-match a.key b.key b.pem a.pem
      a.key: line 1: private key = a.pem: line 1: certificate a.hu
      b.key: line 1: private key = b.pem: line 1: certificate b.hu
      $ cat a.csr a.key a.pem | key-match
      -: line 9: private key = -: line 1: request a.hu
      -: line 9: private key = -: line 14: certificate a.hu
      $ key-match a.key b.pem
      2> key-match: a.key: line 1: this private key has no partner
      2> key-match: b.pem: line 1: this certificate b.hu has no partner
      ? 1
      $ key-match -q a.key a.csr

      # Without a private key the first counts; a key is its own partner in another form.
      $ key-conv --public a.key -o a.pub; key-conv --to openssh a.key -o id; key-match a.csr a.pub
      a.csr: line 1: request a.hu = a.pub: line 1: public key
      $ key-match a.key id
      a.key: line 1: private key = id: line 1: private key

      $ key-match --json a.pub a.pem b.key | jq -c '[.type, .matched, [.objects[] | [.type, .source, .name]]]'
      2> key-match: b.key: line 1: this private key has no partner
      ["key_match",true,[["public_key","a.pub",null],["certificate","a.pem","a.hu"]]]
      ["key_match",false,[["private_key","b.key",null]]]
      $ key-match --json a.pub a.pem | jq -r .spki_sha256 > 1; cert-info -f key.spki_sha256 a.pem | cmp - 1
    `,
  );
  jsonLines(t, run('key-match', ['--json', 'a.key', 'a.csr', 'b.pem', 'a.pub'], { cwd: dir }).bytes);
});

t.test('what cannot be told', async (t) => {
  const dir = t.testdir({
    empty: '',
    'dh.pem': '-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n',
  });
  session(
    t,
    dir,
    `
      $ csr-gen -q --cn a.hu -n ec:P-256 -K a.key -o a.csr; key-conv --passout env:PW a.key -o sealed.key
      $ key-match empty
      2> key-match: empty: empty input
      ? 2
      $ key-match dh.pem
      2> key-match: dh.pem: line 1: parameters of Diffie-Hellman, passed over
      2> key-match: no key, certificate or request in it
      ? 2
      $ key-match sealed.key a.csr < /dev/null
      2> key-match: sealed.key: line 1: the private key is encrypted and no passphrase is given
      2> hint: give it with --passin env:NAME, file:PATH or fd:N
      2> key-match: a.csr: line 1: this request a.hu has no partner
      ? 2
      $ key-match --passin env:PW sealed.key a.csr
      sealed.key: line 1: private key = a.csr: line 1: request a.hu
      $ key-match a.key missing
      2> key-match: missing: no such file or directory
      2> key-match: a.key: line 1: this private key has no partner
      ? 2
    `,
    { env: { PW: 'titkos' } },
  );
});
