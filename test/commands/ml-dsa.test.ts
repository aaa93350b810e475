import t, { type Test } from 'tap';
import { findProgram, isStandalone, run, session } from '../support/session.js';

/** ML-DSA (FIPS 204), which node:crypto has since Node.js 24.6, with OpenSSL 3.5. */

const probe = "require('node:crypto').generateKeyPairSync('ml-dsa-44')";
const isThere = !isStandalone && run('node', ['-e', probe]).status === 0;

/** One of the two, by the runtime: nothing is skipped. */
if (isThere) t.test('from the key to the merged file', async (t) => fromKeyToFile(t));
else t.test('where it is not there it is refused, with the version that can', async (t) => refused(t));

function fromKeyToFile(t: Test): void {
  const pairs = [
    ['ml-dsa-87', 'ml-dsa-44'],
    ['ec:P-256', 'ml-dsa-65'],
  ];
  for (const [ca, leaf] of pairs) {
    session(
      t,
      t.testdir(),
      `
      $ csr-gen -q --cn CA --ca --self-sign 99 -n ${ca} -K ca.key -o ca.pem; csr-gen -q --cn a.hu -n ${leaf} -K a.key -o a.csr
      $ csr-check -q --profile internal --key a.key a.csr
      $ csr-check a.csr | grep -o '^error *e_key_algorithm'
      error   e_key_algorithm
      $ csr-sign -q --ca ca.pem --ca-key ca.key a.csr | pem-merge -q --root keep ca.pem a.key - -o a.pem; key-match -q a.key a.csr
      $ cert-verify -q --profile rfc5280 --trust ca.pem --name a.hu a.pem
      $ cert-info -f key.type,key.bits,signature.algorithm a.csr
      /^${leaf}\\t\\t${leaf}$/
      $ key-conv a.key -o b.key; key-match -q a.key b.key
      ${opensslKnowsIt() ? '$ openssl req -in a.csr -noout -verify\n2> /verify OK$/' : '# openssl before 3.5 does not know it'}
      `,
    );
  }
}

function opensslKnowsIt(): boolean {
  if (findProgram('openssl') === undefined) return false;
  const [, major = '0', minor = '0'] = /^OpenSSL (\d+)\.(\d+)/.exec(run('openssl', ['version']).stdout) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 5);
}

function refused(t: Test): void {
  session(
    t,
    t.testdir(),
    `
      $ csr-gen --cn a.hu -n ml-dsa-65 -K a.key
      2> csr-gen: this runtime cannot make a key of the kind ml-dsa-65
      2> hint: Node.js 24.6 and later can
      ? 2
      $ ls
    `,
  );
}
