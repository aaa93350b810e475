import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { jsonLines } from '../support/json-lines.js';
import { run, session } from '../support/session.js';

const made = `
  $ csr-gen -q --at 2025-01-01T00:00:00Z --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
  $ csr-gen -q --cn mail.hu -a old.hu -n ec:P-256 -K old.key -o old.csr
  $ csr-gen -q --cn mail.hu -a new.hu --org Valami -n rsa:2048 -K new.key -o new.csr
  $ csr-sign -q --ca ca.pem --ca-key ca.key --at 2026-01-01T00:00:00Z old.csr -o old.crt
  $ csr-sign -q --ca ca.pem --ca-key ca.key --at 2026-03-01T00:00:00Z --days 47 --ocsp-url http://ocsp.hu/ new.csr -o new.crt
`;

t.test('a renewal', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      ${made}
      $ cert-diff old.crt new.crt
      --- old.crt: line 1: certificate mail.hu
      +++ new.crt: line 1: certificate mail.hu
      key: another
        - ec P-256 256 bit
        + rsa 2048 bit
      subject
        - CN=mail.hu
        + CN=mail.hu,O=Valami
      names
        - old.hu
        + new.hu
      serial
      /^  - [0-9a-f]{32}$/
      /^  \\+ [0-9a-f]{32}$/
      validity
      /^  - 2025-12-31T\\S+ to 2026-03-31T\\S+, 90 days$/
      /^  \\+ 2026-02-28T\\S+ to 2026-04-16T\\S+, 47 days$/
      keyUsage
        - digitalSignature
        + digitalSignature, keyEncipherment
      subjectKeyIdentifier
      /^  - [0-9a-f]{40}$/
      /^  \\+ [0-9a-f]{40}$/
      authorityInfoAccess
        + not critical
        + OCSP URI:http://ocsp.hu/
      ? 1
      $ cert-diff -q old.crt new.crt
      ? 1
      $ cert-diff old.crt old.crt
      2> cert-diff: they are the same

      # Of a server's file the leaf, whatever stands beside it.
      $ cat ca.pem old.key old.crt | cert-diff - old.crt
      2> cert-diff: they are the same
      $ cert-diff --json old.crt new.crt | jq -c '[.same, .same_key, .old.name, .new.source, (.changes[] | select(.field == "names"))]'
      [false,false,"mail.hu","new.crt",{"field":"names","lost":["old.hu"],"added":["new.hu"]}]
      $ cert-diff --json old.crt old.crt | jq -c '[.same, .same_key, .changes]'
      [true,true,[]]
    `,
  );
  jsonLines(t, run('cert-diff', ['--json', 'old.crt', 'new.crt'], { cwd: dir }).bytes);
});

t.test('requests', async (t) => {
  const dir = t.testdir();
  session(
    t,
    dir,
    `
      ${made}
      $ cert-diff old.csr old.crt
      2> cert-diff: the certificate has all that the request asks for
      $ cert-diff new.csr old.crt | grep -A 2 -e names -e subject
      subject
        - CN=mail.hu,O=Valami
        + CN=mail.hu
      names
        - new.hu
        + old.hu
      $ csr-gen -q --from old.csr -k old.key -o again.csr; cert-diff old.csr again.csr
      2> cert-diff: they differ in the signature only
      $ csr-gen -q --from old.csr -n ec:P-256 -K next.key -o next.csr; cert-diff old.csr next.csr
      --- old.csr: line 1: request mail.hu
      +++ next.csr: line 1: request mail.hu
      key: another, ec P-256 256 bit
      ? 1
    `,
  );
});

t.test('every line fits into 80 columns, and is safe to print', async (t) => {
  const dir = t.testdir();
  const url = `http://crl.valami.hu/${'a'.repeat(100)}`;
  session(
    t,
    dir,
    `
      ${made}
      $ csr-gen -q -s 'CN=mail.hu,O=Valami,OU=${'x'.repeat(60)}' -a URI:${url} -k old.key -o odd.csr
    `,
  );
  const { status, stdout } = run('cert-diff', ['old.csr', 'odd.csr'], { cwd: dir });
  t.equal(status, 1);
  t.match(stdout, /^ {2}\+ .*\n {4}\S/m, 'long values go on in the next line');
  t.same(
    stdout.split('\n').filter((line) => line.length > 80),
    [],
  );
});

t.test('what is refused', async (t) => {
  const dir = t.testdir({ empty: '' });
  writeFileSync(join(dir, 'text'), 'nothing\n');
  session(
    t,
    dir,
    `
      $ csr-gen -q --cn a.hu -n ec:P-256 -K a.key -o a.csr
      $ cert-diff a.csr
      2> cert-diff: two files are compared, 1 given
      2> hint: cert-diff OLD NEW; one of them may be -
      ? 2
      $ cert-diff - - < a.csr
      2> cert-diff: standard input is asked for twice: operand - and operand -
      ? 2
      $ cert-diff a.csr a.key
      2> cert-diff: a.key: line 1: expected a certificate or a request, found a private key
      2> ...
      ? 2
      $ cert-diff empty a.csr
      2> cert-diff: empty: empty input
      ? 2
      $ cert-diff a.csr text
      2> cert-diff: text: neither PEM nor DER
      2> ...
      ? 2
    `,
  );
});
