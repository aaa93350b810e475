import { createHash, generateKeyPairSync } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { bitString, element, integer, nullValue, octetString, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { commonName, dnsNames, extension, utcTime } from '../support/forge.js';
import { findProgram, isStandalone, run } from '../support/session.js';
import { some } from '../support/whole.js';
import {
  algorithm,
  forgeries as allForgeries,
  honest as allHonest,
  type Forgery,
  frameForgeries,
  signatureValue,
} from './forged-signatures.js';

/** Signatures that prove nothing, as they reach csr-check, csr-sign and pem-merge: none is taken for good. */

/** The runtime of the standalone executable has no Ed448: such a signature is not checked there, which is tested elsewhere. */
const isKnown = ({ name }: Forgery) => !isStandalone || !name.startsWith('Ed448');
const forgeries = allForgeries.filter(isKnown);
const honest = allHonest.filter(isKnown);

const directory = t.testdir();
const put = (name: string, text: string) => writeFileSync(join(directory, name), text, { mode: 0o600 });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ourSpki = publicKey.export({ type: 'spki', format: 'der' });
put('leaf.key', privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
const made = run('sh', ['-ec', 'csr-gen -n ec:P-256 --cn CA --ca --self-sign 9 -K ca.key -o ca.pem'], {
  cwd: directory,
});
t.equal(made.status, 0, made.stderr);

function requestOf(signer: Forgery): Buffer {
  const { spki, algorithm, behind = Buffer.alloc(0) } = signer;
  const names = sequence(extension('2.5.29.17', dnsNames('mail.valami.hu')));
  const wanted = sequence(Buffer.from('06092a864886f70d01090e', 'hex'), element(0x31, names));
  const info = sequence(integer(0), commonName('mail.valami.hu'), spki, element(0xa0, wanted));
  return Buffer.concat([sequence(info, algorithm, signatureValue(signer, info)), behind]);
}

const keyId = (spki: Uint8Array) => createHash('sha1').update(spki).digest();
const caExtensions = (spki: Uint8Array) => [
  extension('2.5.29.19', sequence(element(0x01, Buffer.of(0xff))), element(0x01, Buffer.of(0xff))),
  extension('2.5.29.14', octetString(keyId(spki))),
];

interface Wanted {
  readonly subject: string;
  readonly issuer: string;
  /** The key in it. */
  readonly spki: Uint8Array;
  readonly signer: Forgery;
  readonly inner?: Uint8Array;
  readonly extensions: readonly Uint8Array[];
}

function certificateOf({ subject, issuer, spki, signer, inner = signer.algorithm, extensions }: Wanted): string {
  const tbs = sequence(
    element(0xa0, integer(2)),
    integer(7),
    inner,
    commonName(issuer),
    sequence(utcTime('260101000000Z'), utcTime('360101000000Z')),
    commonName(subject),
    spki,
    element(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(tbs, signer.algorithm, signatureValue(signer, tbs));
  return encodePem('CERTIFICATE', Buffer.concat([certificate, signer.behind ?? Buffer.alloc(0)]));
}

/** A leaf of our key, whose issuer signs as `signer` does; it names the issuer's key. */
const leafOf = (signer: Forgery, inner?: Uint8Array) =>
  certificateOf({
    subject: 'leaf',
    issuer: 'signer',
    spki: ourSpki,
    signer,
    extensions: [extension('2.5.29.35', sequence(element(0x80, keyId(signer.spki))))],
    ...(inner === undefined ? {} : { inner }),
  });

/** The issuer's certificate. Its own issuer is not at hand, so that its own signature does not matter. */
const issuerOf = ({ spki }: Forgery) =>
  certificateOf({
    subject: 'signer',
    issuer: 'somebody',
    spki,
    signer: { name: '', spki, algorithm: algorithm('1.3.101.112'), make: () => Buffer.alloc(64) },
    extensions: caExtensions(spki),
  });

/** A certificate that says it is signed by its own key. */
const rootOf = (signer: Forgery, inner?: Uint8Array) =>
  certificateOf({
    subject: 'signer',
    issuer: 'signer',
    spki: signer.spki,
    signer,
    extensions: caExtensions(signer.spki),
    ...(inner === undefined ? {} : { inner }),
  });

put('honest.csr', honest.map((each) => encodePem('CERTIFICATE REQUEST', requestOf(each))).join(''));
put('forged.csr', forgeries.map((each) => encodePem('CERTIFICATE REQUEST', requestOf(each))).join(''));

interface Verdict {
  readonly verdict: string;
  readonly findings: readonly { readonly rule: string; readonly severity: string }[];
}

function checked(file: string): Verdict[] {
  const { stdout } = run('csr-check', ['--profile', 'internal', '--json', file], { cwd: directory });
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Verdict);
}

const aboutSignature = ({ findings }: Verdict) =>
  findings
    .filter(({ rule, severity }) => severity === 'error' && rule.startsWith('e_signature'))
    .map(({ rule }) => rule);

t.test('csr-check', async (t) => {
  for (const [i, verdict] of checked('honest.csr').entries())
    t.same(aboutSignature(verdict), [], honest[i]?.name ?? '');
  const verdicts = checked('forged.csr');
  t.equal(verdicts.length, forgeries.length);
  for (const [i, verdict] of verdicts.entries()) {
    const name = forgeries[i]?.name ?? '';
    t.equal(verdict.verdict, 'refuse', name);
    // A key of small order, or on a curve of its own, is refused as a key.
    const isAboutKey = verdict.findings.some(
      ({ rule, severity }) => severity === 'error' && /^e_(?:key|ec)_/.test(rule),
    );
    t.ok(aboutSignature(verdict).length > 0 || isAboutKey, `${name}: for its signature`, { verdict });
  }
  const passed = run('csr-check', ['--profile', 'internal', '--pass', 'forged.csr'], { cwd: directory });
  t.equal(passed.stdout, '', 'none is passed on');
});

t.test('csr-sign', async (t) => {
  const ca = ['-q', '--ca', 'ca.pem', '--ca-key', 'ca.key'];
  const good = run('csr-sign', [...ca, 'honest.csr'], { cwd: directory });
  t.equal(good.status, 0, 'honest requests', { stderr: good.stderr });
  const { status, stdout, stderr } = run('csr-sign', [...ca, 'forged.csr'], { cwd: directory });
  t.equal(stdout, '', 'nothing is issued');
  t.ok(status === 1 || status === 2);
  for (const [i, { name }] of forgeries.entries()) {
    t.match(
      stderr,
      new RegExp(
        `: request ${i + 1} at line \\d+: (the signature of the request (is bad|was not checked)|PSS with|the PSS signature has|the key spells its curve out)`,
      ),
      name,
    );
  }
});

const merge = (...args: string[]) => {
  rmSync(join(directory, 'merged.pem'), { force: true });
  return run('pem-merge', [...args, '-o', 'merged.pem'], { cwd: directory });
};
const isWritten = () => existsSync(join(directory, 'merged.pem'));

t.test('pem-merge', async (t) => {
  for (const signer of some(honest, 6)) {
    put('issuer.pem', issuerOf(signer));
    put('leaf.pem', leafOf(signer));
    const { status, stderr } = merge('leaf.key', 'leaf.pem', 'issuer.pem');
    t.equal(status, 0, signer.name, { stderr });
    t.notMatch(stderr, /bad|not checked|not taken/, signer.name);
  }
  for (const signer of some(forgeries, 12)) {
    put('issuer.pem', issuerOf(signer));
    put('leaf.pem', leafOf(signer));
    const { status, stderr } = merge('leaf.key', 'leaf.pem', 'issuer.pem');
    t.equal(isWritten(), status === 0, signer.name);
    if (status === 1) {
      t.match(stderr, /: the signature of leaf is bad$/m, signer.name);
      continue;
    }
    // A signature that nothing here can check is a warning, and a refusal for who wants to be strict.
    t.match(stderr, /warning: the signature of leaf is not checked/, signer.name);
    const strict = merge('--strict', 'leaf.key', 'leaf.pem', 'issuer.pem');
    t.equal(strict.status, 1, `${signer.name}: --strict`, { stderr: strict.stderr });
    t.notOk(isWritten(), `${signer.name}: --strict writes nothing`);
  }
});

t.test('one algorithm inside, another outside', async (t) => {
  const [pkcs1, pss, , ecdsa] = honest as [Forgery, Forgery, Forgery, Forgery];
  const pairs: readonly (readonly [what: string, signer: Forgery, inner: Uint8Array])[] = [
    ['another algorithm', pkcs1, pss.algorithm],
    ['another hash', ecdsa, algorithm('1.2.840.10045.4.3.4')],
    ['parameters inside only', ecdsa, algorithm('1.2.840.10045.4.3.2', nullValue())],
    ['parameters outside only', pkcs1, algorithm('1.2.840.113549.1.1.11')],
    ['other parameters', pss, algorithm('1.2.840.113549.1.1.10', sequence())],
  ];
  for (const [what, signer, inner] of pairs) {
    put('issuer.pem', issuerOf(signer));
    put('leaf.pem', leafOf(signer, inner));
    const { status, stderr } = merge('leaf.key', 'leaf.pem', 'issuer.pem');
    t.equal(status, 1, `pem-merge: ${what}`, { stderr });
    t.match(stderr, /signature of leaf is bad\nhint: the signature algorithm inside/, what);
    t.notOk(isWritten(), what);
    put('root.pem', rootOf(signer, inner));
    const root = merge('--trust', 'root.pem', 'leaf.key', 'leaf.pem');
    t.equal(root.status, 1, `pem-merge --trust: ${what}`, { stderr: root.stderr });
  }
});

t.test('a CA whose certificate its own key did not sign', async (t) => {
  const signer: Forgery = {
    name: 'ours',
    spki: ourSpki,
    algorithm: algorithm('1.2.840.10045.4.3.2'),
    make: () => bitString(Buffer.alloc(8)),
  };
  put('root.pem', rootOf(signer));
  const issued = run('csr-sign', ['--ca', 'root.pem', '--ca-key', 'leaf.key', 'honest.csr'], { cwd: directory });
  t.equal(issued.status, 1, issued.stderr);
  t.match(
    issued.stderr,
    /the signature of the CA certificate of CN=signer is bad: its own key did not make the signature/,
  );
  t.equal(issued.stdout, '');
  const merged = merge('leaf.key', 'root.pem');
  t.equal(merged.status, 1, merged.stderr);
  t.match(merged.stderr, /the signature of signer is bad/);
});

/**
 * Forgeries openssl takes: parameters beside EdDSA, the neutral element as a key, octets behind a request in PEM, a key on a
 * curve whose generator its owner chose.
 */
const TAKEN_BY_OPENSSL =
  /parameters, where there are none|^Ed25519: .*small order, 01|octets behind the whole|a generator of its own/;

/** Keys of order 2 and 8: openssl takes every second or eighth message. */
const BY_CHANCE = /small order, (ec|26)/;

const openssl = findProgram('openssl') === undefined ? 'openssl is not installed' : false;

t.test('every forgery has one answer from all commands', { skip: openssl }, async (t) => {
  const ca = ['-q', '--ca', 'ca.pem', '--ca-key', 'ca.key'];
  for (const signer of some([...forgeries, ...frameForgeries.filter(isKnown)], 7, 1)) {
    const { name } = signer;
    put('one.csr', encodePem('CERTIFICATE REQUEST', requestOf(signer)));
    put('issuer.pem', issuerOf(signer));
    put('leaf.pem', leafOf(signer));
    const { stderr } = run('openssl', ['req', '-verify', '-noout', '-in', 'one.csr'], { cwd: directory });
    if (!BY_CHANCE.test(name)) {
      t.equal(/verify OK/.test(stderr), TAKEN_BY_OPENSSL.test(name), `${name}: openssl`, { stderr });
    }
    const merged = merge('--strict', '--trust', 'issuer.pem', 'leaf.key', 'leaf.pem');
    t.ok(merged.status === 1 && !isWritten(), `${name}: pem-merge`, { stderr: merged.stderr });
  }
  for (const signer of some(frameForgeries.filter(isKnown), 4)) {
    put('one.csr', encodePem('CERTIFICATE REQUEST', requestOf(signer)));
    const passed = run('csr-check', ['--profile', 'internal', '--pass', 'one.csr'], { cwd: directory });
    t.ok(passed.status !== 0 && passed.stdout === '', `${signer.name}: csr-check`, { stderr: passed.stderr });
    const issued = run('csr-sign', [...ca, 'one.csr'], { cwd: directory });
    t.ok(issued.status !== 0 && issued.stdout === '', `${signer.name}: csr-sign`, { stderr: issued.stderr });
  }
});
