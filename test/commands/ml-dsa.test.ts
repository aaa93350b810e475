import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { context, contextConstructed } from '../../src/der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { commonName } from '../support/forge.js';
import { findProgram, isStandalone, run, session } from '../support/session.js';

/** ML-DSA (FIPS 204), which node:crypto has since Node.js 24.6, with OpenSSL 3.5. */

const probe = "require('node:crypto').generateKeyPairSync('ml-dsa-44')";
/** The runtime of the standalone executable has it too. */
const isThere = isStandalone || run('node', ['-e', probe]).status === 0;

/** OpenSSL 3.5 or later, which knows them too: Debian 12's own does not. */
const openssl = ['openssl-3.5', 'openssl'].find((name) => findProgram(name) !== undefined && opensslKnowsIt(name));

/** One of the two, by the runtime: nothing is skipped. */
if (isThere) {
  t.test('from the key to the merged file', async (t) => fromKeyToFile(t));
  const skip = openssl === undefined ? 'no openssl 3.5 is installed' : false;
  t.test('every form of a private key', { skip }, async (t) => everyForm(t, openssl ?? ''));
} else t.test('where it is not there it is refused, with the version that can', async (t) => refused(t));

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
      ${openssl === undefined ? '# no openssl knows it' : `$ ${openssl} req -in a.csr -noout -verify 2>&1\n/verify OK$/`}
      `,
    );
  }
}

function opensslKnowsIt(name: string): boolean {
  const [, major = '0', minor = '0'] = /^OpenSSL (\d+)\.(\d+)/.exec(run(name, ['version']).stdout) ?? [];
  return Number(major) > 3 || (Number(major) === 3 && Number(minor) >= 5);
}

/** RFC 9881 6: the seed, the expanded key, both; and the three OpenSSL knows besides. */
const forms = ['seed-only', 'priv-only', 'seed-priv', 'oqskeypair', 'bare-seed', 'bare-priv'];

function everyForm(t: Test, openssl: string): void {
  for (const form of isStandalone ? ['seed-only'] : forms) {
    const make = `${openssl} genpkey -algorithm ML-DSA-44 -provparam ml-dsa.output_formats=${form}`;
    session(
      t,
      t.testdir(),
      `
      $ umask 077; ${make} -out a.key && ${openssl} pkey -in a.key -pubout -out a.pub
      $ key-conv --public a.key | cmp - a.pub && key-conv a.key -o b.key && ${openssl} pkey -in b.key -pubout | cmp - a.pub
      $ csr-gen -q -k a.key --cn a.hu | ${openssl} req -noout -verify 2>&1
      /verify OK$/
      $ cert-info -f key.type,warnings a.key
      ml-dsa-44\t
      `,
    );
  }
  if (isStandalone) expandedFormsAreNamed(t, openssl);
}

function expandedFormsAreNamed(t: Test, openssl: string): void {
  session(
    t,
    t.testdir(),
    `
    $ umask 077; ${openssl} genpkey -algorithm ML-DSA-44 -provparam ml-dsa.output_formats=priv-only -out a.key
    $ csr-gen -k a.key --cn a.hu
    2> csr-gen: a.key: private key at line 1: this runtime reads keys of the kind ml-dsa-44 from their seed alone
    2> hint: Node.js 24.6 and later can
    ? 2
    `,
  );
}

function refused(t: Test): void {
  const seed = element(context(0), randomBytes(32));
  const algorithm = sequence(objectIdentifier('2.16.840.1.101.3.4.3.18'));
  const key = encodePem('PRIVATE KEY', sequence(integer(0), algorithm, octetString(seed)));
  const publicKey = sequence(algorithm, bitString(randomBytes(1952)));
  const info = sequence(integer(0), commonName('a.hu'), publicKey, element(contextConstructed(0)));
  const request = sequence(info, algorithm, bitString(randomBytes(3309)));
  session(
    t,
    t.testdir({ 'q.key': key, 'q.csr': encodePem('CERTIFICATE REQUEST', request) }),
    `
      $ csr-gen --cn a.hu -n ml-dsa-65 -K a.key
      2> csr-gen: this runtime cannot make a key of the kind ml-dsa-65
      2> hint: Node.js 24.6 and later can
      ? 2
      $ chmod 600 q.key; csr-gen -k q.key --cn a.hu
      2> csr-gen: q.key: private key at line 1: this runtime cannot use keys of the kind ml-dsa-65
      2> hint: Node.js 24.6 and later can
      ? 2
      $ key-match q.key
      2> key-match: q.key: line 1: this runtime cannot use keys of the kind ml-dsa-65
      2> hint: Node.js 24.6 and later can
      ? 2
      $ cert-info -f key.type,warnings q.key
      /^ml-dsa-65\\tthis runtime cannot use keys of the kind ml-dsa-65$/
      $ csr-check --profile internal q.csr | grep -o 'ml-dsa-65, not checked'
      ml-dsa-65, not checked
      $ ls
      q.csr
      q.key
    `,
  );
}
