import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { session } from '../support/session.js';

/** The objects and inputs cert-info chooses, and DER. */

/** A CA, a site, its request, and all of it in one file. */
const made = `
  $ csr-gen -q --cn Local-CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
  $ csr-gen -q --cn a.hu -n ec:P-256 -K a.key -o a.csr; csr-sign -q --ca ca.pem --ca-key ca.key a.csr -o a.crt
  $ key-conv --passout env:PW a.key -o s.key; key-conv --public a.key -o a.pub; cat ca.pem a.crt a.csr a.key s.key a.pub > all.pem
`;

t.test('by type', async (t) => {
  session(
    t,
    t.testdir(),
    `
      ${made}
      $ cert-info --type certificate,request -f type,cn all.pem
      certificate	Local-CA
      certificate	a.hu
      request	a.hu
      $ cert-info --type key -f type all.pem
      private_key
      encrypted_private_key
      public_key
      $ cert-info --leaf --names all.pem
      a.hu
      $ cert-info --type cert all.pem
      2> cert-info: --type: "cert" is no type of object
      2> hint: one of certificate, request, crl, ocsp_response, key, public_key, private_key, encrypted_private_key
      ? 2
      $ cert-info --type requests all.pem
      2> cert-info: --type: "requests" is no type of object
      2> hint: did you mean request?
      ? 2
    `,
    { env: { PW: 'titkos' } },
  );
});

t.test('folders, and the names of inputs', async (t) => {
  const dir = t.testdir({ tree: { 'note.txt': 'nothing\n', empty: '', sub: {} } });
  const circle = join(dir, 'tree/sub');
  symlinkSync('..', join(circle, 'circle'));
  symlinkSync('missing', join(circle, 'nowhere'));
  mkdirSync(join(dir, 'none'));
  session(
    t,
    dir,
    `
      ${made}
      $ cp a.crt tree/sub; cp ca.pem a.key tree; ln -s ../../a.csr tree/sub/link.csr
      $ cert-info -r -f source,type tree a.csr
      2> cert-info: 5 objects in 5 files, 2 files passed over
      tree/a.key	private_key
      tree/ca.pem	certificate
      tree/sub/a.crt	certificate
      tree/sub/link.csr	request
      a.csr	request
      $ cert-info -rq none
      $ cert-info -r none
      2> cert-info: 0 objects in 0 files
      $ cert-info -r tree/note.txt
      2> cert-info: tree/note.txt: neither PEM nor DER
      2> hint: expected PEM (-----BEGIN ...-----) or DER
      2> cert-info: 0 objects in 1 file
      ? 2
      $ head -c 200 a.crt > tree/broken.pem; cert-info -rH --names tree
      2> /^cert-info: tree/broken.pem: /
      2> cert-info: 4 objects in 5 files, 2 files passed over
      tree/sub/a.crt: a.hu
      tree/sub/link.csr: a.hu
      ? 2
      $ cert-info -H --fingerprint a.crt
      /^a\\.crt: [0-9a-f]{64}$/
      $ cert-info -H -f cn,san,enddate,keyusage a.crt
      /^a\\.crt: a\\.hu\\ta\\.hu\\t\\S+Z\\tdigitalSignature$/
      $ cert-info -H a.crt
      2> cert-info: --with-filename needs --field, --names, --fingerprint, --pin, --tlsa
      ? 2
      $ cert-info tree
      2> cert-info: tree: is a directory
      2> hint: the files in it: tree/*
      ? 2
      $ cert-info localhost:443
      2> cert-info: localhost:443: no such file or directory
      2> hint: a file is read here; cert-fetch localhost:443 fetches what a server presents
      ? 2
    `,
    { env: { PW: 'titkos' } },
  );
});

t.test('DER, of one object', async (t) => {
  session(
    t,
    t.testdir(),
    `
      ${made}
      $ cert-info --pem --der a.crt > a.der; cert-info --pem a.der | cmp - a.crt
      $ cert-info --pem --der --leaf --type certificate all.pem | cmp - a.der
      $ cert-info --pem --der all.pem > none
      2> ...
      2> cert-info: --der has room for one object, there are 4
      2> hint: --type and --leaf choose; pem-split --der --prefix PREFIX writes a file an object
      ? 2
      $ cert-info --der a.crt
      2> cert-info: --der needs --pem
      ? 2
      $ csr-gen -q --cn a.hu -k a.key --der | cert-info -f type,cn
      request	a.hu
      $ csr-gen -q --cn a.hu -k a.key --self-sign 9 --der | cert-info -f type,cn
      certificate	a.hu
      $ csr-gen --cn a.hu -n ec:P-256 -K - --der
      2> csr-gen: --der leaves no room for the key
      2> hint: name a file with --key-out
      ? 2
      $ csr-sign -q --ca ca.pem --ca-key ca.key --der a.csr | cert-info -f cn
      a.hu
      $ cat a.csr a.csr | csr-sign -q --ca ca.pem --ca-key ca.key --der -o two.der
      2> /^csr-sign: -: request 2 at line \\d+: --der has room for one certificate, and there is another request$/
      2> hint: without it they are PEM
      ? 2
      $ csr-sign --ca ca.pem --ca-key ca.key --der --chain a.csr
      2> csr-sign: --der and --chain exclude each other
      ? 2
      $ pem-merge -q --no-key --der a.key a.crt ca.pem | cmp - a.der
      $ pem-merge -q --no-key --der --root keep a.key a.crt ca.pem
      2> pem-merge: --der has room for one certificate, there are 2
      2> hint: --order leaf writes the leaf alone
      ? 2
      $ pem-merge --der a.key a.crt
      2> pem-merge: --der needs --no-key
      2> hint: key-conv --der writes the key
      ? 2
    `,
    { env: { PW: 'titkos' } },
  );
});
