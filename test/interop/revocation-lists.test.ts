import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { Certificate } from '../../src/x509/certificate.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { listening } from '../support/loopback.js';
import { makeList, pointsOf } from '../support/revocation.js';
import { findProgram, run, runBeside } from '../support/session.js';
import { commonName, type Made, make, makeCa, newKey } from '../support/test-ca.js';

/**
 * The shapes of lists, one by one: made by `openssl ca -gencrl` where that can make it, fetched from a server by the
 * certificate's distribution point, and judged by cert-status, `openssl verify -crl_check` and `certtool --verify`. Theirs
 * stand beside ours, also where they differ; one thing must not: that ours calls good what openssl refuses.
 */

const openssl = findProgram('openssl');
const certtool = findProgram('certtool');

/** So many days from now. certtool knows no other time than now. */
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+/, '');
const digits = (time: string): string => time.replace(/[-T:]/g, '');

const lasting = { notBefore: day(-90), notAfter: day(90) };
const ca = makeCa('CA', undefined, lasting);
const other = makeCa('Other CA', undefined, lasting);
/** Its name and another key. */
const impostor = makeCa('CA', undefined, { ...lasting, key: newKey() });
const current = { thisUpdate: day(-30), nextUpdate: day(30) };

interface Cell {
  /** The verdict of cert-status: a status, or the codes of what keeps the lists from telling. */
  readonly expected: string;
  /** The list's extensions, as openssl's configuration has them; `URL` stands for where the list is. */
  readonly extensions?: readonly string[];
  /** The certificate's line in openssl's database says this; nothing: it is not revoked. */
  readonly reason?: string;
  readonly signer?: Made;
  /** In days from now: when it was made, and when the next one comes. */
  readonly from?: number;
  readonly until?: number;
  /** The list where openssl can make none like it. */
  readonly forged?: (leaf: Made) => Buffer;
  readonly isCa?: boolean;
  /** Where the list that goes with it is, by its cell. */
  readonly delta?: string;
}

const scope = (...lines: readonly string[]) => ['issuingDistributionPoint=critical,@scope', '', '[scope]', ...lines];
const deltaOf = (base: number) => [`2.5.29.27=critical,ASN1:INTEGER:${base}`];

const cells: Readonly<Record<string, Cell>> = {
  good: { expected: 'good' },
  revoked: { reason: 'keyCompromise', expected: 'revoked' },
  hold: { reason: 'holdInstruction,holdInstructionNone', expected: 'suspended' },
  expired: { from: -30, until: -1, expected: 'crl_expired' },
  'not-yet-valid': { from: 1, until: 30, expected: 'crl_not_yet_valid' },
  'no-next-update': { forged: () => makeList(ca, { ...current, nextUpdate: null }), expected: 'crl_no_next_update' },
  'wrong-issuer': { signer: other, expected: 'crl_issuer' },
  forged: { signer: impostor, expected: 'crl_signature' },
  'own-shard': { extensions: scope('fullname=URI:URL'), expected: 'good' },
  'own-shard-revoked': { extensions: scope('fullname=URI:URL'), reason: 'superseded', expected: 'revoked' },
  'other-shard': { extensions: scope('fullname=URI:http://ca.valami.hu/2.crl'), expected: 'crl_scope' },
  'only-cas': { extensions: scope('onlyCA=TRUE'), expected: 'crl_scope' },
  'only-cas-ca': { extensions: scope('onlyCA=TRUE'), isCa: true, expected: 'good' },
  'only-users': { extensions: scope('onlyuser=TRUE'), expected: 'good' },
  'only-users-ca': { extensions: scope('onlyuser=TRUE'), isCa: true, expected: 'crl_scope' },
  'only-attributes': { extensions: scope('onlyAA=TRUE'), expected: 'crl_scope' },
  'some-reasons': { extensions: scope('onlysomereasons=keyCompromise,CACompromise'), expected: 'crl_reasons' },
  'some-reasons-revoked': {
    extensions: scope('onlysomereasons=keyCompromise,CACompromise'),
    reason: 'keyCompromise',
    expected: 'revoked',
  },
  indirect: { extensions: scope('indirectCRL=TRUE'), expected: 'good' },
  'indirect-revoked': { extensions: scope('indirectCRL=TRUE'), reason: 'superseded', expected: 'revoked' },
  'delta-alone': { extensions: deltaOf(1), expected: 'crl_delta_alone' },
  'delta-with-base': { delta: 'delta-revoking', expected: 'revoked' },
  'delta-releasing-base': { delta: 'delta-releasing', reason: 'holdInstruction,holdInstructionNone', expected: 'good' },
  'delta-revoking': { extensions: deltaOf(1), reason: 'keyCompromise', expected: 'crl_delta_alone' },
  'delta-releasing': { extensions: deltaOf(1), reason: 'removeFromCRL', expected: 'crl_delta_alone' },
  'critical-in-list': { extensions: ['1.2.3.4=critical,ASN1:NULL'], expected: 'crl_critical' },
  'critical-in-entry': {
    forged: () =>
      makeList(ca, {
        ...current,
        entries: [{ of: make('x', ca), extensions: { '1.2.3.4': { critical: true, value: Buffer.of(5, 0) } } }],
      }),
    expected: 'crl_entry_critical',
  },
};

const configuration = (url: string, extensions: readonly string[], number: string) => `
[ca]
default_ca = d
[d]
database = ${number}.index
crlnumber = ${number}.number
default_md = sha256
crl_extensions = e
[e]
authorityKeyIdentifier = keyid
${extensions.join('\n').replaceAll('URL', url)}
`;

/** Its line in openssl's database, by which it is revoked for two months, or valid. */
function databaseLine(leaf: Made, reason: string | undefined): string {
  const serial = new Certificate(leaf.der).serial.toUpperCase();
  const [end, since] = [lasting.notAfter, day(-60)].map((time) => digits(time).slice(2));
  const state = reason === undefined ? ['V', end, ''] : ['R', end, `${since},${reason}`];
  return `${[...state, serial, 'unknown', '/CN=leaf'].join('\t')}\n`;
}

/** The list of a cell in PEM, about the certificate of that cell or of the one it goes with. */
function listOf(cwd: string, name: string, leaf: Made, url: string): string {
  const { forged, signer = ca, extensions = [], reason, from = -30, until = 30 } = cells[name] ?? { expected: '' };
  if (forged !== undefined) return encodePem('X509 CRL', forged(leaf));
  const file = (ending: string, text: string) => writeFileSync(join(cwd, `${name}.${ending}`), text);
  file('cnf', configuration(url, extensions, name));
  file('index', databaseLine(leaf, reason));
  file('number', extensions.some((line) => line.startsWith('2.5.29.27')) ? '02\n' : '01\n');
  file('signer.pem', encodePem('CERTIFICATE', signer.der));
  file('signer.key', String(signer.key.export({ type: 'pkcs8', format: 'pem' })));
  const times = ['-crl_lastupdate', digits(day(from)), '-crl_nextupdate', digits(day(until))];
  const files = ['-cert', `${name}.signer.pem`, '-keyfile', `${name}.signer.key`, '-out', `${name}.crl`];
  const { status, stderr } = run('openssl', ['ca', '-config', `${name}.cnf`, '-gencrl', ...times, ...files], { cwd });
  if (status !== 0) throw new Error(`${name}: ${stderr}`);
  return readFileSync(join(cwd, `${name}.crl`), 'utf8');
}

/** The verdicts of others by the lists of a cell: `ok`, or the reason. */
function theirs(cwd: string, name: string, lists: readonly string[]): Record<string, string> {
  writeFileSync(join(cwd, 'lists.pem'), lists.join(''));
  const checks = ['-crl_check', '-extended_crl', '-use_deltas'];
  const files = ['-CAfile', 'ca.pem', '-CRLfile', 'lists.pem', `${name}.pem`];
  const verified = run('openssl', ['verify', ...checks, ...files], { cwd });
  const words = /depth lookup: (.*)/.exec(verified.stderr)?.[1] ?? verified.stderr;
  const said = { openssl: verified.status === 0 ? 'ok' : words };
  if (certtool === undefined) return said;
  const args = ['--verify', '--load-ca-certificate', 'ca.pem', '--load-crl', 'lists.pem', '--infile', `${name}.pem`];
  const { status, stdout } = run('certtool', args, { cwd });
  const reason = /Chain verification output: (.*)/.exec(stdout)?.[1] ?? '';
  return { ...said, certtool: status === 0 ? 'ok' : reason };
}

async function verdicts(t: Test, cwd: string): Promise<Map<string, string>> {
  const names = Object.keys(cells);
  const args = ['--no-proxy', '--json', '--method', 'crl', '--issuer', 'ca.pem'];
  const { stdout, stderr } = await runBeside('cert-status', [...args, ...names.map((name) => `${name}.pem`)], { cwd });
  t.equal(stderr, '');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const { source, status, problems }: { source: string; status: string; problems: { code: string }[] } =
        JSON.parse(line);
      return [source.replace('.pem', ''), status === 'unknown' ? problems.map(({ code }) => code).join(' ') : status];
    }),
  );
}

t.test('list by list', { skip: openssl ? false : 'openssl is not installed' }, async (t) => {
  const cwd = t.testdir();
  const lists = new Map<string, string>();
  const server = createServer((request, response) => void response.end(lists.get((request.url ?? '').slice(1)) ?? ''));
  const url = `http://127.0.0.1:${await listening(t, server)}`;
  writeFileSync(join(cwd, 'ca.pem'), encodePem('CERTIFICATE', ca.der));
  const leaves = new Map<string, Made>();
  for (const [name, { isCa = false, delta }] of Object.entries(cells)) {
    const extensions = {
      [ExtensionOid.crlDistributionPoints]: pointsOf({ names: [`${url}/${name}`] }),
      ...(delta === undefined ? {} : { [ExtensionOid.freshestCrl]: pointsOf({ names: [`${url}/${delta}`] }) }),
    };
    const leaf = make('leaf', ca, { ...lasting, ca: isCa, name: commonName(name), extensions });
    leaves.set(name, leaf);
    writeFileSync(join(cwd, `${name}.pem`), encodePem('CERTIFICATE', leaf.der));
  }
  // A delta is about the certificate it is asked for, whose base is another cell's.
  const askedBy = new Map(
    Object.entries(cells).flatMap(([name, { delta }]) => (delta ? [[delta, name] as const] : [])),
  );
  for (const name of Object.keys(cells)) {
    const leaf = leaves.get(askedBy.get(name) ?? name) ?? ca;
    lists.set(name, listOf(cwd, name, leaf, `${url}/${name}`));
  }
  const ours = await verdicts(t, cwd);
  for (const [name, { expected, delta }] of Object.entries(cells)) {
    t.equal(ours.get(name), expected, name);
    const given = [name, ...(delta === undefined ? [] : [delta])].map((each) => lists.get(each) ?? '');
    const said = theirs(cwd, name, given);
    t.comment(
      `${name}: ${expected}; ${Object.entries(said)
        .map((each) => each.join(': '))
        .join('; ')}`,
    );
    if (expected === 'good') t.equal(said['openssl'], 'ok', `${name}: openssl agrees`);
  }
});
