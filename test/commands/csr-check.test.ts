import t from 'tap';
import { session } from '../support/session.js';

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
      accepted by profile netlock: 2 notices
      $ csr-check -q --pass -o out.csr < mail.csr && cmp out.csr mail.csr
      $ csr-check --json mail.csr | grep -c '"verdict":"accept"'
      1
      $ csr-check -q mail.csr
    `,
  );
  t.end();
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
