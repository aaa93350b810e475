import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findProgram, fixture, run, session } from '../support/session.js';
import { some } from '../support/whole.js';

t.test('a sound request passes unchanged', (t) => {
  const cwd = t.testdir();
  session(
    t,
    cwd,
    `
      $ csr-gen --cn mail.valami.hu -a '*.valami.hu' --org Valami --city Budapest --country HU -K mail.key > mail.csr
      $ csr-check --profile netlock --expect mail.valami.hu --expect '*.valami.hu' --key mail.key mail.csr
      mail.csr: request at line 1
      ...
        organization  Valami
      ...
        names         mail.valami.hu, *.valami.hu
        key           RSA 2048 bits, exponent 65537
      ...
        signature     rsa-pkcs1 with sha256, good
      ...
      accepted by profile netlock: 1 notice
      $ csr-check -q --pass -o out.csr < mail.csr && cmp out.csr mail.csr
      $ csr-check --json mail.csr | grep -c '"verdict":"accept"'
      1
      $ csr-check -q mail.csr
    `,
  );
  t.end();
});

t.test('the report has the values cert-info shows', async (t) => {
  const cwd = t.testdir();
  const make = (...args: readonly string[]) => run('csr-gen', ['-q', '-K', '/dev/null', ...args], { cwd }).stdout;
  const requests = [
    make('-n', 'ec', '-s', '/C=HU/O=Valami+OU=a/OU=b/CN=x', '-a', 'mail.valami.hu', '-a', '192.0.2.1', '--must-staple'),
    make('-n', 'ed25519', '--ca', '--cn', 'CA', '-a', 'URI:https://ca.hu/', '-a', 'UPN:a@b', '-a', 'a@valami.hu'),
    make('--pss', '--cn', 'a.hu', '--eku', 'clientAuth,1.2.3', '--key-usage', 'digitalSignature'),
  ].join('');
  const shared = [
    'subject',
    'subject_fields',
    'names',
    'key',
    'key_usage',
    'extended_key_usage',
    'is_ca',
    'must_staple',
  ];
  const valuesBy = (command: string): object[] => {
    const lines = run(command, ['--json'], { cwd, stdin: requests }).stdout.trimEnd().split('\n');
    return lines.map((line) =>
      Object.fromEntries(Object.entries(JSON.parse(line)).filter(([name]) => shared.includes(name))),
    );
  };
  const judged = valuesBy('csr-check');
  t.equal(judged.length, 3);
  t.same(judged, valuesBy('cert-info'));
  for (const values of judged) t.same(Object.keys(values).sort(), shared.toSorted());
});

t.test('the answer is no', (t) => {
  const cwd = t.testdir();
  session(
    t,
    cwd,
    `
      $ csr-gen --cn mail.valami.hu -n ec:P-256 -K mail.key > mail.csr
      $ csr-gen --key-only -n ec:P-256 -K other.key
      $ csr-check -q --key other.key mail.csr
      ? 1
      $ csr-check --only e_expect_missing --only e_expect_extra --expect www.valami.hu mail.csr
      ...
      error   e_expect_missing: "www.valami.hu" is expected and not in the request [--expect]
              hint: make the request again with the name: csr-gen --san NAME
      error   e_expect_extra: "mail.valami.hu" is in the request and not expected [--expect]
              hint: make the request again without the name, or add --expect NAME
      refused by profile webpki: 2 errors
      ? 1
      $ echo old > out.csr
      $ csr-check -q --profile netlock --pass -o out.csr mail.csr; echo $?; cat out.csr
      1
      old
      $ csr-check --profile netlock --pass mail.csr 2> report; echo $?
      1
      $ grep -c e_field_required report
      3
    `,
  );
  t.end();
});

t.test('what cannot be judged', (t) => {
  const cwd = t.testdir();
  session(
    t,
    cwd,
    `
      $ csr-gen --cn ca --ca --self-sign 30 -n ec:P-256 -K ca.key > ca.pem
      $ csr-check ca.pem
      2> csr-check: ca.pem: line 1: expected a certificate request, found a certificate
      2> hint: cert-info reads certificates; csr-gen --from FILE makes a request from one
      ? 2
      $ csr-check ca.key
      2> csr-check: ca.key: line 1: a private key, passed over
      2> hint: only the request goes to the CA
      2> csr-check: ca.key: no certificate request in it
      ? 2
      $ csr-check < /dev/null
      2> csr-check: -: empty input
      ? 2
      $ csr-check --expect https://valami.hu ca.pem
      2> csr-check: --expect: https://valami.hu: a URL is no host name
      2> hint: the name alone: valami.hu
      ? 2
      $ csr-check --profile netlok ca.pem
      2> csr-check: --profile: netlok is no profile and no file
      2> hint: did you mean netlock?
      ? 2
      $ csr-check --ignore e_subject_unti ca.pem
      2> csr-check: --ignore: there is no rule e_subject_unti
      2> hint: did you mean e_subject_unit?
      ? 2
      $ csr-check missing.csr
      2> csr-check: missing.csr: no such file or directory
      ? 2
    `,
  );
  t.end();
});

t.test('a request in BER, bare and in PEM', (t) => {
  const cwd = t.testdir();
  run('csr-gen', ['--cn', 'mail.valami.hu', '-n', 'ec:P-256', '-K', 'a.key', '-o', 'a.csr'], { cwd });
  const text = readFileSync(join(cwd, 'a.csr'), 'latin1');
  const der = Buffer.from(text.replace(/-----.*-----/g, ''), 'base64');
  // The outer SEQUENCE without a length: it ends in two zeros.
  const ber = Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)]);
  writeFileSync(join(cwd, 'a.ber'), ber);
  const label = 'CERTIFICATE REQUEST-----';
  writeFileSync(join(cwd, 'a.pem'), `-----BEGIN ${label}\n${ber.toString('base64')}\n-----END ${label}\n`);
  session(
    t,
    cwd,
    `
      $ for file in a.ber a.pem; do csr-check --json $file | jq -c '[.verdict, .findings[0].rule, .signature.valid]'; done
      ["refuse","e_der",true]
      ["refuse","e_der",true]
      $ csr-check -q --ignore e_der a.ber
      $ printf '0\\003\\002\\001\\001' > other.der; csr-check other.der
      2> csr-check: other.der: byte 0: expected a certificate request, found something else
      ? 2
    `,
  );
  t.end();
});

t.test("a profile of one's own", (t) => {
  const mistakes: [string, string, string?][] = [
    [
      '{\n "rules": { "e_subject_unti": "off" } }',
      'line 2: "e_subject_unti" is no rule',
      'did you mean e_subject_unit?',
    ],
    ['{\n "extend": "netlock" }', 'line 2: "extend" is no field', 'did you mean extends?'],
    ['{\n\n "extends": "netlok" }', 'line 3: "netlok" is no profile', 'did you mean netlock?'],
    ['{\n "extends": "./other.json" }', 'line 2: ./other.json: no such file', 'it is looked for beside profile.json'],
    ['{ "extends": "netlock",\n}', 'line 2: not JSON: a field name in quotes is missing, found }'],
    ['{ "rules": {\n "e_ca": "eror" } }', 'line 2: "eror" is no severity', 'did you mean error?'],
    ['{ "required": ["C",\n "Org"] }', 'line 2: "Org" is no field of a name', 'did you mean O?'],
    ['{\n "keys": ["ec:P256"] }', 'line 2: "ec:P256" is no kind of key', 'did you mean ec:P-256?'],
    ['{\n "extends": "./profile.json" }', 'line 2: ./profile.json extends itself'],
    ['{\n "max_names": "10" }', 'line 2: max_names is not a whole number'],
    ['{\n "names": ["a..b"] }', 'line 2: "a..b" is no pattern', '* stands for one label, ** in front for any number'],
    ['{\n "name": "a",\n "name": "b" }', 'line 3: name is there twice'],
    ['{ "required": ["C"], "forbidden": ["C"] }', 'C is both required and forbidden'],
    ['', 'line 1: not JSON: a value is missing, the text ends'],
  ];
  for (const [profile, message, hint] of some(mistakes, 3)) {
    const cwd = t.testdir({ 'profile.json': profile });
    const { status, stderr } = run('csr-check', ['--profile', 'profile.json'], { cwd });
    const hintLine = hint === undefined ? '' : `hint: ${hint}\n`;
    t.equal(stderr, `csr-check: profile.json: ${message}\n${hintLine}`);
    t.equal(status, 2);
  }
  const cwd = t.testdir({
    'base.json': '{ "extends": "netlock", "required": ["ST"], "rules": { "e_subject_unit": "off" }, "name": "ours" }',
    'profile.json':
      '{ "extends": "./base.json", "keys": ["rsa:3072+", "ec:P-256"], "names": ["**.valami.hu"], "max_names": 1 }',
  });
  session(
    t,
    cwd,
    `
      $ csr-gen --cn mail.valami.hu -a valami.hu --org Valami --unit IT --city Budapest --country HU -K k > a.csr
      $ csr-check --profile profile.json --json a.csr | jq -r '.profile, (.findings[] | select(.severity == "error").rule)'
      profile.json
      e_key_profile
      e_field_required
      e_name_profile
      e_names_too_many
      $ csr-check -q --profile internal a.csr
    `,
  );
  t.end();
});

t.test('keys that are known', (t) => {
  const cwd = t.testdir();
  session(
    t,
    cwd,
    `
      $ csr-gen --cn mail.valami.hu -k ${fixture('debian-weak-keys/le64/2048/2048_100_noreadrnd_le64.key')} > weak.csr 2> /dev/null
      $ csr-check --only e_debian_weak_key --blocklist ${fixture('debian-weak-keys')} weak.csr
      ...
      error   e_debian_weak_key: the key is on the block list [BR 6.1.1.3, CVE-2008-0166]
      ...
      refused by profile webpki: 1 error
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/blacklist.RSA-2048')} weak.csr
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/le64')} weak.csr
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/dwk_blocklists')} weak.csr
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/dwk_blocklists/sha256_xcoord_secp256r1.csv')} weak.csr
      $ csr-gen --cn mail.valami.hu -k ${fixture('debian-weak-keys/le64/secp256r1/secp256r1_100_rnd_le64.key')} > ec.csr 2> /dev/null
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/le64')} ec.csr
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/dwk_blocklists/sha256_xcoord_secp256r1.csv')} ec.csr
      ? 1
      $ csr-check -q --blocklist ${fixture('debian-weak-keys/blacklist.RSA-2048')} ec.csr
      $ csr-check -q weak.csr
      $ printf 'nonsense\\n' > list; csr-check --blocklist list weak.csr
      2> csr-check: list: line 1: not 20 or 64 hex digits
      2> hint: a list as in openssl-blacklist or dwk_blocklists, or weak private keys in DER or PEM
      ? 2
      $ csr-check --json weak.csr | jq -r '.key.spki_sha256 + " the old server"' > known
      $ csr-check --known-keys known --only e_key_known weak.csr
      ...
      error   e_key_known: the key is known: the old server [BR 6.1.1.3]
      ...
      ? 1
    `,
  );
  t.end();
});

t.test('renewing, strictness, rules left out', (t) => {
  const cwd = t.testdir({ bin: { xsel: '#!/bin/sh\nexec cat clip.csr\n' } });
  session(
    t,
    cwd,
    `
      $ csr-gen --cn mail.valami.hu -n ec:P-256 -K a.key --self-sign 30 -o a.pem
      $ csr-gen --from a.pem -k a.key > same.csr
      $ csr-check --renews a.pem --only n_renew_key_reused same.csr
      ...
      notice  n_renew_key_reused: the key is the old certificate's [--renews, BR 6.1.1.3]
      ...
      accepted by profile webpki: 1 notice
      $ csr-gen --cn www.valami.hu -n ec:P-256 -K b.key > other.csr
      $ csr-check --renews a.pem --json other.csr | jq -r '.findings[] | select(.severity == "error").rule'
      e_renew_names
      e_renew_names
      e_renew_subject
      $ csr-gen --cn mail.valami.hu --email info@valami.hu -n ec:P-256 -K c.key > mail.csr
      $ csr-check -q mail.csr
      $ csr-check -q --strict mail.csr
      ? 1
      $ csr-check -q --strict --ignore w_subject_email mail.csr
      $ csr-check -q --profile netlock --only w_subject_email mail.csr
      ? 1
      $ cp mail.csr clip.csr; chmod +x bin/xsel; PATH=$PWD/bin:$PATH csr-check --clip | head -1
      clipboard: request at line 1
      $ csr-check --clip mail.csr
      2> csr-check: --clip reads the clipboard, not mail.csr
      ? 2
      $ cat mail.csr other.csr | csr-check --only w_subject_email --strict
      -: request at line 1
      ...
      refused by profile webpki: 1 warning
      -: request at line 10
      ...
      accepted by profile webpki
      ? 1
    `,
  );
  t.end();
});

t.test('the certificate to renew, in any wrapping', { skip: findProgram('openssl') ? false : 'no openssl' }, (t) => {
  session(
    t,
    t.testdir(),
    `
      $ csr-gen --cn ca --ca --self-sign 300 -n ec:P-256 -K ca.key -o ca.pem
      $ csr-gen --cn mail.valami.hu -n ec:P-256 -K a.key | csr-sign --ca ca.pem --ca-key ca.key -o a.pem
      $ csr-gen --from a.pem -n ec:P-256 -K b.key -o b.csr
      $ cat ca.pem a.pem > chain.pem; openssl x509 -in a.pem -outform DER -out a.der
      $ openssl crl2pkcs7 -nocrl -certfile chain.pem -out a.p7b; openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out a.p7c
      $ echo secret > password; openssl pkcs12 -export -in a.pem -inkey a.key -certfile ca.pem -passout file:password -out a.p12
      $ for file in a.pem chain.pem a.der a.p7b a.p7c; do csr-check -q --renews $file b.csr || echo $file; done
      $ csr-check -q --renews a.p12 --passin file:password b.csr
      $ csr-check -q --renews a.p12 b.csr < /dev/null
      2> csr-check: a.p12: byte 0: this PKCS#12 is encrypted and no passphrase is given
      2> hint: give it with --passin env:NAME, file:PATH or fd:N
      ? 2
      $ csr-check -q --renews b.csr b.csr
      2> csr-check: b.csr: line 1: expected a certificate, found a certificate request
      2> hint: csr-check judges requests, csr-sign issues certificates for them
      ? 2
    `,
  );
  t.end();
});

t.test('rules say what they are', (t) => {
  session(
    t,
    t.testdir(),
    `
      $ csr-check --list-rules | grep e_rsa_roca
      /^  e_rsa_roca +the RSA key has not the fingerprint of ROCA \\[BR 6.1.1.3, CVE-2017-15361\\]$/
      $ csr-check --list-rules --json | jq -r 'select(.id == "w_client_auth") | .severity, .later.from, .profiles.letsencrypt'
      warning
      2027-03-15
      notice
      $ csr-check --explain-rule w_client_auth | head -2
      w_client_auth: clientAuth is not asked of a public CA
      source    Chrome Root Program Policy 1.6, 3.2
      $ csr-check --explain-rule w_client_aut
      2> csr-check: --explain-rule: there is no rule w_client_aut
      2> hint: did you mean w_client_auth?
      ? 2
    `,
  );
  t.end();
});
