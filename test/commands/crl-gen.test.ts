import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { makeList, scopeOf } from '../support/revocation.js';
import { findProgram, run, session } from '../support/session.js';
import { DIGITAL_SIGNATURE, type Made, make, makeCa, namedBits } from '../support/test-ca.js';

const AT = '--at 2026-07-01T12:00:00Z';

/** A folder with a CA, its key, and certificates of it. */
function folder(t: { testdir(): string }): { cwd: string; ca: Made; certificates: Readonly<Record<string, Made>> } {
  const cwd = t.testdir();
  const ca = makeCa('CA');
  const certificates = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, make(`${name}.hu`, ca)]));
  for (const [name, { der }] of Object.entries({ ca, ...certificates })) {
    writeFileSync(join(cwd, `${name}.pem`), encodePem('CERTIFICATE', der));
  }
  writeFileSync(join(cwd, 'ca.key'), ca.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  return { cwd, ca, certificates };
}

const crlGen = `crl-gen --ca ca.pem --ca-key ca.key`;

t.test('the life of certificates', async (t) => {
  const { cwd } = folder(t);
  const status = 'cert-status --offline --issuer ca.pem --crl ca.crl';
  session(
    t,
    cwd,
    `
    $ ${crlGen} ${AT} -o ca.crl < /dev/null
    $ cert-info -f version,number,this_update,next_update,revoked ca.crl
    2\t01\t2026-07-01T12:00:00Z\t2026-07-08T12:00:00Z\t
    $ ${status} ${AT} -q a.pem b.pem c.pem
    $ ${crlGen} ${AT} --from ca.crl --reason keyCompromise -o ca.crl a.pem
    $ cat b.pem c.pem | ${crlGen} --at 2026-07-01T13:00:00Z --from ca.crl --hold --next 6h -o ca.crl -
    $ cert-info --json ca.crl | jq -c '[.number, .next_update, [.revoked[] | [.time, .reason]]]'
    ["03","2026-07-01T19:00:00Z",[["2026-07-01T12:00:00Z","keyCompromise"],["2026-07-01T13:00:00Z","certificateHold"],["2026-07-01T13:00:00Z","certificateHold"]]]
    $ ${status} --at 2026-07-01T14:00:00Z a.pem b.pem d.pem
    a.pem: CN=a.hu: revoked, since 2026-07-01T12:00:00Z, keyCompromise, by ca.crl, next update 2026-07-01T19:00:00Z
    b.pem: CN=b.hu: suspended, since 2026-07-01T13:00:00Z, certificateHold, by ca.crl, next update 2026-07-01T19:00:00Z
    d.pem: CN=d.hu: good, by ca.crl, next update 2026-07-01T19:00:00Z
    ? 1
    $ cp ca.crl base.crl

    # Released, and good again.
    $ ${crlGen} --at 2026-07-02 --from ca.crl --release b.pem -o ca.crl
    $ ${status} --at 2026-07-02 -q b.pem
    # Five days are not over, and then they are.
    $ ${crlGen} --at 2026-07-06T12:59:59Z --from ca.crl --hold-limit 5d -o ca.crl
    $ ${crlGen} --at 2026-07-06T13:00:00Z --from ca.crl --hold-limit 5d -o ca.crl
    2> /^crl-gen: ca.crl: serial [0-9a-f]{20,40} was suspended since 2026-07-01T13:00:00Z: it is revoked$/
    $ cert-info --json ca.crl | jq -c '[.number, [.revoked[] | [.time, .reason]]]'
    ["06",[["2026-07-01T12:00:00Z","keyCompromise"],["2026-07-01T13:00:00Z",null]]]

    # What has changed since the third one.
    $ ${crlGen} --at 2026-07-06T14:00:00Z --from ca.crl --delta base.crl -o delta.crl
    $ cert-info --json delta.crl | jq -c '[.number, [.revoked[] | [.time, .reason]]]'
    ["07",[["2026-07-01T13:00:00Z",null],["2026-07-06T14:00:00Z","removeFromCRL"]]]
    $ ${crlGen} --at 2026-07-01T15:00:00Z --delta base.crl --release b.pem -o delta.crl
    $ cert-info delta.crl | grep -oE '(revoked|released) .*'
    revoked   0, and 1 released
    released (removeFromCRL)
    $ ${status.replace('ca.crl', 'base.crl')} --crl delta.crl --at 2026-07-01T16:00:00Z -q b.pem
    $ ${status.replace('ca.crl', 'delta.crl')} --at 2026-07-01T16:00:00Z -q b.pem
    ? 2
    `,
  );
});

t.test('what is refused, and what changes nothing', async (t) => {
  const { cwd, ca } = folder(t);
  const stranger = makeCa('Stranger');
  const file = (name: string, content: string | Buffer) => writeFileSync(join(cwd, name), content);
  file('other.pem', encodePem('CERTIFICATE', make('other.hu', stranger).der));
  file('short.pem', encodePem('CERTIFICATE', make('short.hu', ca, { notAfter: '2026-07-10T00:00:00Z' }).der));
  file('other.crl', makeList(stranger));
  file('forged.crl', makeList(ca, { signedBy: stranger.key }));
  file('delta.crl', makeList(ca, { base: 1 }));
  file('indirect.crl', makeList(ca, { scope: scopeOf({ isIndirect: true }) }));
  const noLists = makeCa('No lists', undefined, {
    key: ca.key,
    extensions: { '2.5.29.15': { critical: true, value: namedBits(DIGITAL_SIGNATURE, 5) } },
  });
  file('nolists.pem', encodePem('CERTIFICATE', noLists.der));
  session(
    t,
    cwd,
    `
    $ ${crlGen} ${AT} -o ca.crl a.pem && ${crlGen} ${AT} --from ca.crl --hold -o ca.crl b.pem && cp ca.crl kept.crl
    $ ${crlGen} ${AT} --from ca.crl --release a.pem -o ca.crl
    2> crl-gen: a.pem: CN=a.hu is revoked, which is for good
    ? 1
    $ ${crlGen} ${AT} --from ca.crl --release c.pem -o ca.crl
    2> crl-gen: c.pem: CN=c.hu is not suspended
    ? 1
    $ ${crlGen} ${AT} --from ca.crl --hold -o ca.crl a.pem c.pem
    2> crl-gen: a.pem: CN=a.hu is revoked, and cannot be suspended any more
    ? 1
    $ ${crlGen} ${AT} --from ca.crl -o ca.crl other.pem
    2> crl-gen: other.pem: line 1: CN=other.hu was not issued by CN=CA
    ? 1
    $ ${crlGen} ${AT} --from other.crl
    2> crl-gen: other.crl: the list is of another CA: CN=Stranger
    ? 1
    $ ${crlGen} ${AT} --from forged.crl
    2> crl-gen: forged.crl: the list has a signature that the key of the CA did not make
    ? 1
    $ ${crlGen} ${AT} --from delta.crl
    2> crl-gen: delta.crl: the list is a delta: it does not name all that is revoked
    ? 2
    $ ${crlGen} ${AT} --from indirect.crl
    2> crl-gen: indirect.crl: the list is for certificates of other CAs, too, which is not made here
    ? 2
    $ crl-gen ${AT} --ca nolists.pem --ca-key ca.key < /dev/null
    2> crl-gen: CN=No lists may not sign revocation lists: its key usage lacks cRLSign
    ? 1
    $ crl-gen ${AT} --ca ca.pem < /dev/null
    2> crl-gen: ca.pem holds no private key
    2> hint: give the CA's key with --ca-key
    ? 2
    $ crl-gen ${AT}
    2> crl-gen: --ca FILE is needed: the certificate that signs the list
    ? 2
    $ ${crlGen} ${AT} --reason Compromise a.pem
    2> crl-gen: --reason: Compromise is no reason
    2> ...
    ? 2
    $ ${crlGen} ${AT} --reason superseded --hold a.pem
    2> crl-gen: --reason and --hold exclude each other
    ? 2
    $ ${crlGen} ${AT} --crl-url ca.valami.hu a.pem
    2> crl-gen: --crl-url: ca.valami.hu is not a URL
    2> hint: for example http://ca.valami.hu/ca.crl
    ? 2
    $ echo 'ca.key' | ${crlGen} ${AT}
    2> crl-gen: -: neither PEM nor DER
    2> ...
    ? 2
    $ ${crlGen} ${AT} ca.key
    2> crl-gen: ca.key: line 1: expected a certificate, found a private key
    2> ...
    ? 2
    # The list is as it was.
    $ cmp ca.crl kept.crl
    $ printf '4fa3b07c118e26d95be0277c31a5d9e4\\n%.0s' 1 2 > ca.serials
    $ ${crlGen} ${AT} --from ca.crl --reason superseded -o ca.crl a.pem
    2> crl-gen: a.pem: CN=a.hu is revoked already
    $ cert-info -f revoked ca.crl > new && cert-info -f revoked kept.crl | cmp - new
    # By its serial number, which is told whole: numbers of ours are no secrets.
    $ ${crlGen} ${AT} --from ca.crl -o new.crl - < ca.serials
    2> crl-gen: -: serial 4fa3b07c118e26d95be0277c31a5d9e4 is revoked already
    # A suspension becomes a revocation since then.
    $ ${crlGen} --at 2026-07-03 --from ca.crl --reason superseded -o ca.crl b.pem
    $ cert-info --json ca.crl | jq -c '.revoked[] | [.time, .reason]'
    ["2026-07-01T12:00:00Z",null]
    ["2026-07-01T12:00:00Z","superseded"]
    # Listed once, and expired for as long as a list is in force.
    $ ${crlGen} --at 2026-07-20 --next 7d -o ca.crl short.pem
    $ ${crlGen} --at 2026-07-16 --next 7d --from ca.crl short.pem | cert-info --json | jq '.revoked | length'
    2> crl-gen: short.pem: CN=short.hu is revoked already
    1
    $ ${crlGen} --at 2026-07-20 --next 7d --from ca.crl short.pem | cert-info --json | jq '.revoked | length'
    2> crl-gen: short.pem: CN=short.hu has expired and was listed: it is left out
    0
    `,
  );
});

t.test('lines, scope and forms', async (t) => {
  const { cwd } = folder(t);
  session(
    t,
    cwd,
    `
    $ printf '# the first\\n03\\n0x0A 2026-06-01 superseded\\n\\n00:ff 2050-01-01T00:00:00Z KEYCOMPROMISE\\r\\n-01\\n' | ${crlGen} ${AT} --reason privilegeWithdrawn --crl-url http://ca.valami.hu/ca.crl --der -o ca.crl
    $ cert-info --json ca.crl | jq -c '.revoked[] | [.serial, .time, .reason]'
    ["03","2026-07-01T12:00:00Z","privilegeWithdrawn"]
    ["0a","2026-06-01T00:00:00Z","superseded"]
    ["ff","2050-01-01T00:00:00Z","keyCompromise"]
    ["-01","2026-07-01T12:00:00Z","privilegeWithdrawn"]
    $ cert-info --json ca.crl | jq -c '[.extensions[] | [.name, .critical]]'
    [["authorityKeyIdentifier",false],["cRLNumber",false],["issuingDistributionPoint",true]]
    $ cert-status ${AT} --offline --issuer ca.pem --crl ca.crl a.pem
    a.pem: CN=a.hu: unknown
        ca.crl: the list is for the certificates of http://ca.valami.hu/ca.crl, of which this is none [RFC 5280 6.3.3 (b) (2)(i)]
    ? 2
    # The scope is carried over.
    $ ${crlGen} ${AT} --from ca.crl | cert-info --json | jq -c '[.extensions[].name]'
    ["authorityKeyIdentifier","cRLNumber","issuingDistributionPoint"]
    $ printf '03\\nxyz\\n' | ${crlGen} ${AT} -o ca.crl
    2> crl-gen: -: line 2: not a serial number, a time and a reason
    2> hint: SERIAL [TIME [REASON]]: 03 2026-11-30T08:00:00Z keyCompromise
    ? 2
    `,
  );
});

const openssl = findProgram('openssl');
t.test('as openssl reads it', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const { cwd } = folder(t);
  const { status, stderr } = run('sh', ['-c', `${crlGen} ${AT} --reason superseded -o ca.crl a.pem`], { cwd });
  t.equal(status, 0, stderr);
  const { stdout, stderr: words } = run('openssl', ['crl', '-in', 'ca.crl', '-CAfile', 'ca.pem', '-noout', '-text'], {
    cwd,
  });
  t.match(words, /verify OK/);
  t.match(
    stdout,
    /Version 2 \(0x1\)[\s\S]*X509v3 CRL Number: *\n *1\n[\s\S]*Revocation Date: Jul {2}1 12:00:00 2026 GMT[\s\S]*Superseded/,
  );
  const verify = (name: string) =>
    run(
      'openssl',
      ['verify', '-attime', '1782910800', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'ca.crl', `${name}.pem`],
      { cwd },
    );
  t.match(verify('a').stderr, /certificate revoked/);
  t.match(verify('b').stdout, /b.pem: OK/);
});

const certtool = findProgram('certtool');
t.test('as certtool reads it', { skip: certtool ? false : 'certtool is not installed' }, async (t) => {
  const { cwd } = folder(t);
  run('sh', ['-c', `${crlGen} ${AT} --hold --der -o ca.crl a.pem`], { cwd });
  const { stdout } = run('certtool', ['--crl-info', '--inder', '--infile', 'ca.crl'], { cwd });
  t.match(stdout, /Revoked certificates \(1\)/);
  t.match(stdout, /CRL Number \(not critical\): 01/);
  t.ok(readFileSync(join(cwd, 'ca.crl')).length > 0);
});
