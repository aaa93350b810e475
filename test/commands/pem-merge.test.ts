import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ed448, isStandalone, run, session } from '../support/session.js';
import { isWhole, some } from '../support/whole.js';

/**
 * One folder for all that only reads: a root, an intermediate, and leaves it issued, made with our own commands. The
 * names say what is in them: mail.key, mail.csr and mail.pem belong together, EC; old.pem is an expired one for mail.key.
 */
const workshop = `
  csr-gen -q -n ec:P-256 --cn Root --ca --self-sign 3650 -K root.key -o root.pem
  csr-gen -q -n ec:P-256 --cn Middle -K middle.key -o middle.csr
  csr-sign -q --profile ca --ca root.pem --ca-key root.key middle.csr -o middle.pem
  csr-gen -q -n ec:P-256 --cn mail.valami.hu -a '*.valami.hu' -K mail.key -o mail.csr
  csr-sign -q --ca middle.pem --ca-key middle.key --issuer-url http://ca.hu/middle.crt mail.csr -o mail.pem
  csr-gen -q --cn rsa.valami.hu -K rsa.key -o rsa.csr
  csr-sign -q --days 91 --ca middle.pem --ca-key middle.key rsa.csr -o rsa.pem
`;
const dir = t.testdir();
const made = run('sh', ['-e', '-c', workshop], { cwd: dir });
if (made.status !== 0) throw new Error(made.stderr);
const read = (name: string) => readFileSync(join(dir, name), 'utf8');

t.test('key, certificate and chain in any order become one file', async (t) => {
  session(
    t,
    dir,
    `
    $ cat root.pem mail.key | pem-merge middle.pem - mail.pem -o merged.pem
    2> pem-merge: -: line 1: the root Root is left out: who connects has it
    2> /^pem-merge: merged.pem: mail.valami.hu .mail.valami.hu, \\*.valami.hu., valid until \\S+: key, certificate, Middle$/
    $ cat mail.key mail.pem middle.pem | cmp - merged.pem
    $ pem-merge -q --no-key --root keep merged.pem root.pem | cat - > nokey.pem
    $ cat mail.pem middle.pem root.pem | cmp - nokey.pem
    $ pem-merge -q --order leaf,chain,key merged.pem | cat - > reordered.pem
    $ cat mail.pem middle.pem mail.key | cmp - reordered.pem
    # Over one of its inputs, and again: nothing changes.
    $ pem-merge -q merged.pem middle.pem -o merged.pem
    $ cat mail.key mail.pem middle.pem | cmp - merged.pem
    `,
  );
  t.equal(statSync(join(dir, 'merged.pem')).mode & 0o777, 0o600);
});

t.test('a key that does not belong changes nothing', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q mail.key mail.pem middle.pem -o kept.pem
    $ pem-merge rsa.key mail.pem middle.pem -o kept.pem
    2> pem-merge: rsa.key: line 1: this private key belongs to none of the certificates
    ? 1
    $ cat mail.key mail.pem middle.pem | cmp - kept.pem
    `,
  );
});

t.test('IceWarp wants the old forms of keys', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --for icewarp rsa.key rsa.pem -o icewarp.pem
    2> pem-merge: rsa.pem: warning: the issuer of rsa.valami.hu is missing: CN=Middle
    $ grep BEGIN icewarp.pem
    -----BEGIN RSA PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    $ pem-merge -q --for icewarp mail.key mail.pem middle.pem | grep BEGIN
    -----BEGIN EC PRIVATE KEY-----
    -----BEGIN CERTIFICATE-----
    -----BEGIN CERTIFICATE-----
    `,
  );
  t.equal(read('icewarp.pem').split('\n').at(-1), '');
});

t.test('several pairs are told apart, and written apart', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge mail.key rsa.key mail.pem rsa.pem middle.pem root.pem -o both.pem
    2> pem-merge: mail.key: line 1: this private key belongs to mail.valami.hu (mail.pem: line 1)
    2> pem-merge: rsa.key: line 1: this private key belongs to rsa.valami.hu (rsa.pem: line 1)
    2> pem-merge: there is more than one pair
    2> hint: keep the one that is meant, or write each with --split PREFIX
    ? 1
    $ test -e both.pem
    ? 1
    $ pem-merge -q --for nginx --split site mail.key rsa.key mail.pem rsa.pem middle.pem root.pem
    $ ls site.*
    site.mail.valami.hu.chain
    site.mail.valami.hu.crt
    site.mail.valami.hu.key
    site.rsa.valami.hu.chain
    site.rsa.valami.hu.crt
    site.rsa.valami.hu.key
    $ cat mail.pem middle.pem | cmp - site.mail.valami.hu.crt
    $ cmp rsa.key site.rsa.valami.hu.key
    $ cmp middle.pem site.rsa.valami.hu.chain
    $ stat -c %a site.mail.valami.hu.key site.mail.valami.hu.crt
    600
    644
    $ pem-merge rsa.key root.key mail.pem
    2> pem-merge: rsa.key: line 1: this private key belongs to none of the certificates
    2> pem-merge: root.key: line 1: this private key belongs to none of the certificates
    ? 1
    $ pem-merge mail.key rsa.pem
    2> pem-merge: mail.key: line 1: this private key does not belong to the certificate of rsa.valami.hu (rsa.pem: line 1)
    ? 1
    $ pem-merge mail.pem rsa.pem middle.pem
    2> pem-merge: mail.pem: line 1: mail.valami.hu is one of several leaves
    2> pem-merge: rsa.pem: line 1: rsa.valami.hu is one of several leaves
    2> pem-merge: there is more than one pair
    2> hint: keep the one that is meant, or write each with --split PREFIX
    ? 1
    `,
  );
});

t.test('refuses what a server should not get', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --covers alma.valami.hu --covers '*.valami.hu' mail.key mail.pem middle.pem --check
    $ pem-merge -q --covers valami.hu mail.key mail.pem middle.pem
    2> pem-merge: mail.pem: mail.valami.hu does not cover valami.hu
    2> hint: it covers mail.valami.hu, *.valami.hu
    ? 1
    $ pem-merge -q --covers https://mail.valami.hu/ mail.key mail.pem
    2> /^pem-merge: --covers: https:/
    2> ...
    ? 2
    $ pem-merge -q --valid-for 89d mail.key mail.pem middle.pem --check
    $ pem-merge -q --valid-for 91d mail.key mail.pem middle.pem
    2> /^pem-merge: mail.pem: mail.valami.hu expires too soon, on 20/
    ? 1
    $ pem-merge -q --trust root.pem mail.key mail.pem middle.pem --check
    $ pem-merge -q --trust root.pem mail.key mail.pem
    2> pem-merge: mail.pem: the chain does not end at a trusted certificate: the issuer of mail.valami.hu is missing: CN=Middle
    2> hint: its issuer's certificate may be had from http://ca.hu/middle.crt
    ? 1
    $ pem-merge -q --trust rsa.pem mail.key mail.pem middle.pem root.pem
    2> pem-merge: mail.pem: the chain does not end at a trusted certificate: Root issued itself and is not trusted
    ? 1
    # Without --strict these are warnings.
    $ pem-merge --check -q --at 2030-01-01 mail.key mail.pem middle.pem
    2> /^pem-merge: mail.pem: warning: mail.valami.hu has expired on 20/
    $ pem-merge --strict -q --at 2030-01-01 mail.key mail.pem middle.pem
    2> /^pem-merge: mail.pem: mail.valami.hu has expired on 20/
    ? 1
    $ pem-merge --strict -q --at 2020-01-01 mail.key mail.pem middle.pem
    2> /^pem-merge: mail.pem: mail.valami.hu is not valid before 20/
    2> /^pem-merge: middle.pem: Middle is not valid before 20/
    ? 1
    $ pem-merge --strict -q mail.key mail.pem
    2> pem-merge: mail.pem: the issuer of mail.valami.hu is missing: CN=Middle
    2> hint: its issuer's certificate may be had from http://ca.hu/middle.crt
    ? 1
    `,
  );
});

t.test('renewal replaces last year’s certificate', async (t) => {
  session(
    t,
    dir,
    `
    $ csr-sign -q --ca middle.pem --ca-key middle.key --days 30 mail.csr -o old.pem
    $ pem-merge -q mail.key old.pem middle.pem -o live.pem
    # The old one is in the file still, and passed over.
    $ pem-merge live.pem mail.pem -o live.pem
    2> pem-merge: live.pem: the chain ends at Middle, issued by CN=Root
    2> /^pem-merge: live.pem: line 6: mail.valami.hu, valid until \\S+, is left out: for the same key there is one until/
    2> /^pem-merge: live.pem: mail.valami.hu .*: key, certificate, Middle$/
    $ cat mail.key mail.pem middle.pem | cmp - live.pem
    $ pem-merge -q mail.key old.pem middle.pem -o live.pem
    $ pem-merge --replaces live.pem mail.key mail.pem middle.pem root.pem -o live.pem
    2> /^pem-merge: live.pem: what changes: valid until 20\\S+, not 20\\S+; serial \\w+ becomes \\w+; the same key$/
    2> ...
    $ pem-merge -q --replaces live.pem mail.key mail.pem middle.pem
    2> pem-merge: live.pem: mail.valami.hu is in it already: the same certificate
    ? 1
    $ pem-merge -q --replaces live.pem mail.key old.pem middle.pem
    2> /^pem-merge: live.pem: the new certificate is not newer: valid until /
    ? 1
    # The CA issues for shorter times than it did: the older one is taken, and that is said.
    $ csr-sign -q --ca middle.pem --ca-key middle.key --days 60 mail.csr -o older.pem
    $ csr-sign -q --ca middle.pem --ca-key middle.key --days 30 --at "$(date -u -d '+10 days' +%F)" mail.csr -o younger.pem
    $ pem-merge -q --at "$(date -u -d '+15 days' +%F)" mail.key older.pem younger.pem middle.pem | cert-info --leaf --pem | cmp - older.pem
    2> /^pem-merge: younger.pem: warning: mail.valami.hu, valid until \\S+, is left out: for the same key there is one until \\S+, which is older$/
    2> hint: where the younger one is meant, give the key without the older one
    $ pem-merge -q --strict --at "$(date -u -d '+15 days' +%F)" mail.key older.pem younger.pem middle.pem 2> /dev/null
    ? 1
    $ pem-merge -q --replaces live.pem rsa.key rsa.pem middle.pem
    2> pem-merge: live.pem: the new certificate lacks names of the old one: dns:*.valami.hu, dns:mail.valami.hu
    2> pem-merge: live.pem: the new certificate has names the old one lacks: dns:rsa.valami.hu
    ? 1
    `,
  );
});

t.test('encrypted keys and PKCS#12 go in and out', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge -q --passout env:PW mail.key mail.pem middle.pem -o sealed.pem
    $ grep -c 'BEGIN ENCRYPTED PRIVATE KEY' sealed.pem
    1
    $ pem-merge sealed.pem < /dev/null
    2> pem-merge: sealed.pem: line 1: the private key is encrypted and no passphrase is given
    2> hint: give it with --passin env:NAME, file:PATH or fd:N
    ? 2
    $ pem-merge --passin env:WRONG sealed.pem
    2> pem-merge: sealed.pem: line 1: the private key is encrypted and the passphrase is wrong
    ? 2
    $ pem-merge --passin env:WRONG --passin env:PW sealed.pem -o open.pem
    2> pem-merge: sealed.pem: the chain ends at Middle, issued by CN=Root
    2> pem-merge: sealed.pem: the private key came encrypted and is written without encryption, as servers load it
    2> /^pem-merge: open.pem: mail.valami.hu /
    $ cat mail.key mail.pem middle.pem | cmp - open.pem
    $ pem-merge -q --p12 --passout env:PW mail.key mail.pem middle.pem -o new.p12
    $ pem-merge -q --passin env:PW new.p12 | cmp - open.pem
    $ pem-merge -q --p12 --legacy --passout env:PW mail.key mail.pem middle.pem -o old.p12
    $ printf '%s\\n' titok | pem-merge -q --passin fd:0 old.p12 -o from.pem
    $ cmp from.pem open.pem
    $ pem-merge --p12 mail.key mail.pem
    2> pem-merge: --p12 needs --passout
    2> hint: PKCS#12 is always encrypted: env:NAME, file:PATH, fd:N or prompt
    ? 2
    `,
    { env: { PW: 'titok', WRONG: 'nem ez' } },
  );
});

t.test('bad input is named with its place and the reason', async (t) => {
  session(
    t,
    dir,
    `
    $ pem-merge mail.key mail.csr
    2> pem-merge: mail.csr: line 1: this is the request, the CA's answer is wanted
    ? 2
    $ pem-merge mail.key mail.csr rsa.pem middle.pem
    2> pem-merge: mail.key: line 1: this private key belongs to none of the certificates
    2> pem-merge: mail.csr: line 1: this is the request, the CA's answer is wanted
    ? 1
    $ head -n 5 mail.pem > cut.pem; pem-merge mail.key cut.pem
    2> /^pem-merge: cut.pem: line 1: /
    ? 2
    $ sed 3s/.*/.../ mail.pem > short.pem; pem-merge -q mail.key short.pem -o kept.pem
    2> pem-merge: short.pem: line 3: ... stands where base64 should: the block is abbreviated
    ? 2
    $ cat mail.key mail.pem middle.pem | cmp - kept.pem
    # END glued to BEGIN is read, and named.
    $ (cat mail.key; printf %s "$(cat mail.pem)"; cat middle.pem) | pem-merge -o glued.pem
    2> /^pem-merge: -: line \\d+: BEGIN stands glued to the END before it$/
    2> ...
    $ cmp glued.pem kept.pem
    $ cat mail.pem middle.pem | iconv -t UTF-16 | pem-merge --no-key -o wide.pem
    2> pem-merge: -: line 1: UTF-16 text, taken as if it were ASCII
    2> ...
    $ cat mail.pem middle.pem | cmp - wide.pem
    $ tail -n +2 mail.pem | head -n -1 | base64 -d | head -c 200 > cut.der; pem-merge mail.key cut.der
    2> /^pem-merge: cut.der: byte 0: DER of \\d+ bytes ends \\d+ bytes early$/
    ? 2
    $ pem-merge nowhere.pem
    2> pem-merge: nowhere.pem: no such file or directory
    ? 2
    $ pem-merge < /dev/null
    2> pem-merge: -: empty input
    ? 2
    $ pem-merge --for zeus mail.pem
    2> pem-merge: --for: zeus is no server known here
    2> hint: one of icewarp, haproxy, nginx, apache, lighttpd, postfix, dovecot, exim, stunnel, courier, tomcat, postgresql, mariadb, caddy, traefik, iis, prosody, vsftpd
    ? 2
    $ pem-merge --for iis mail.pem
    2> pem-merge: --p12 needs --passout
    2> hint: PKCS#12 is always encrypted: env:NAME, file:PATH, fd:N or prompt
    ? 2
    $ pem-merge -q --key-format pkcs1 mail.key mail.pem middle.pem
    2> pem-merge: key format pkcs1 is for RSA keys, this one is ec
    2> hint: pkcs8 holds keys of every kind
    ? 2
    `,
  );
});

t.test('a key damaged in its private part is found, whatever its kind', async (t) => {
  // The private number of an EC key starts at octet 36 of 138; as zero it is none.
  const flip = (at: number) => (der: Buffer) => der.writeUInt8(der.readUInt8(at) ^ 1, at);
  const rows: readonly (readonly [kind: string, damage?: (der: Buffer) => void])[] = [
    ['ec:P-256', flip(50)],
    ['ec:P-256', (der) => der.fill(0, 36, 68)],
    ['rsa:2048', flip(600)],
    ['ec:P-256', (der) => der.fill(0xff, 36, 68)],
    ['ed25519'],
    ...ed448.map((kind) => [kind] as const),
  ];
  for (const [kind, damage] of some(rows, 2)) {
    const cwd = t.testdir();
    const make = `csr-gen -q -n ${kind} --cn a.hu --self-sign 9 -K a.key -o a.pem && pem-merge -q a.key a.pem --check`;
    t.same(run('sh', ['-c', make], { cwd }).stderr, '', `${kind} is sound`);
    if (damage === undefined) continue;
    const lines = readFileSync(join(cwd, 'a.key'), 'utf8').split('\n');
    const der = Buffer.from(lines.slice(1, -2).join(''), 'base64');
    damage(der);
    const damaged = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
    writeFileSync(join(cwd, 'a.key'), damaged, { mode: 0o600 });
    const result = run('pem-merge', ['a.key', 'a.pem'], { cwd });
    // The runtime of the standalone executable refuses to load such a key, in fewer words.
    t.match(result, { status: 2, stdout: '', stderr: /a.key: line 1: (the|this) private key is damaged/ }, kind);
    const checked = run('csr-check', ['--key', 'a.key', join(dir, 'mail.csr')], { cwd });
    t.match(
      checked,
      {
        status: 2,
        stdout: '',
        stderr: /a.key: (private key at line 1: )?th(e|is) private key (\(P-256\) )?is damaged/,
      },
      `${kind}: csr-check`,
    );
  }
});

const hook = fileURLToPath(new URL('../support/die-at.cjs', import.meta.url));
const hooked = `export NODE_OPTIONS='--require ${hook}';`;
const hookless = isStandalone ? 'only Node.js loads the module that brings the fault' : false;

t.test('whatever kills it, the old file or the whole new one is there', { skip: hookless }, async (t) => {
  const old = '# last year’s file\n'.repeat(100);
  const fresh = read('mail.key') + read('mail.pem') + read('middle.pem');
  const split = [read('mail.key'), read('mail.pem'), read('middle.pem')];
  for (const [how, files, contents] of [
    ['-o live.pem', ['live.pem'], [fresh]],
    ['--split live', ['live.key', 'live.crt', 'live.chain'], split],
  ] as const) {
    let isDone = false;
    for (let point = 1; !isDone && point < 100; point += isWhole ? 1 : 3) {
      const cwd = t.testdir(Object.fromEntries(files.map((file) => [file, old])));
      const inputs = ['mail.key', 'mail.pem', 'middle.pem'].map((file) => join(dir, file)).join(' ');
      const env = { DIE_AT: String(point) };
      const result = run('sh', ['-c', `${hooked} exec pem-merge -q ${how} ${inputs}`], { cwd, env });
      isDone = result.status === 0;
      const found = files.map((file) => readFileSync(join(cwd, file), 'utf8'));
      const state = found.map((text, i) => (text === contents[i] ? 'new' : text === old ? 'old' : 'broken'));
      t.notOk(state.includes('broken'), `pem-merge ${how}, ended at point ${point}: ${state}`);
      if (isDone) t.same(new Set(state), new Set(['new']));
    }
    t.ok(isDone, `pem-merge ${how} comes to its end at last`);
  }
});

t.test('a full disk leaves the old file and no other', async (t) => {
  const old = 'last year’s file\n';
  const inputs = ['mail.key', 'mail.pem', 'middle.pem'].map((file) => join(dir, file)).join(' ');
  const noSpace = ['no space', hooked, { FULL_AT: '1' }] as const;
  const noLength = ['a limit of size', 'ulimit -f 1;', {}] as const;
  for (const [what, before, env] of isStandalone ? [noLength] : [noSpace, noLength]) {
    for (const how of ['-o live.pem', '--split live']) {
      const cwd = t.testdir({ 'live.pem': old, 'live.crt': old });
      const result = run('sh', ['-c', `${before} exec pem-merge -q ${how} ${inputs}`], { cwd, env });
      t.equal(result.status, 2, `${what}, ${how}`);
      t.match(result.stderr, /^pem-merge: .*(no space left on device|file too large)\n$/);
      t.same(readdirSync(cwd).sort(), ['live.crt', 'live.pem']);
      t.equal(readFileSync(join(cwd, 'live.pem'), 'utf8'), old);
      t.equal(readFileSync(join(cwd, 'live.crt'), 'utf8'), old);
    }
  }
  const result = run('sh', ['-c', `exec pem-merge -q -o /dev/full ${inputs}`]);
  t.match(result, { status: 2, stderr: /no space left on device/ });
});
