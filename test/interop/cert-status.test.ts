import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Site, servers, whyNot } from '../support/real-servers.js';
import { ask, freePort, startServer } from '../support/servers.js';
import { findProgram, run } from '../support/session.js';

/**
 * cert-status and crl-gen beside OpenSSL and GnuTLS: a CA of `openssl ca`, its lists, its responders, and servers that
 * staple. The peers' answers stand beside ours, also where they differ.
 */

const openssl = findProgram('openssl');
const skip = openssl ? false : 'openssl is not installed';

// Sockets have short names: not below the folder of the test. Servers that change users must be able to walk in.
const top = mkdtempSync(join(tmpdir(), 'pkiutils-'));
chmodSync(top, 0o755);
t.teardown(() => rmSync(top, { recursive: true, force: true }));

const names = ['good', 'bad', 'held', 'strange'] as const;

const configuration = `
[ca]
default_ca = d
[d]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 7
crl_extensions = e
[e]
authorityKeyIdentifier = keyid
[ocsp]
extendedKeyUsage = OCSPSigning
`;

/** A CA, certificates of it, what openssl knows of them; a responder's certificate, and one that is none. */
function makeCa(): void {
  writeFileSync(join(top, 'ca.cnf'), configuration);
  const ca = 'openssl ca -config ca.cnf -cert ca.pem -keyfile ca.key';
  const script = `
    csr-gen -q --cn CA --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
    for name in ${names.join(' ')}; do
      csr-gen -q --cn $name.valami.hu -n ec:P-256 -K $name.key | csr-sign -q --ca ca.pem --ca-key ca.key -o $name.pem
    done
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout responder.key -subj /CN=Responder -out responder.csr
    openssl x509 -req -in responder.csr -CA ca.pem -CAkey ca.key -days 30 -extfile ca.cnf -extensions ocsp -out responder.pem
    openssl x509 -req -in responder.csr -CA ca.pem -CAkey ca.key -days 1 -extfile ca.cnf -extensions ocsp -out brief.pem
    csr-gen -q --cn CA --ca --self-sign 3650 -n ec:P-256 -K other.key -o other.pem
    openssl x509 -req -in responder.csr -CA other.pem -CAkey other.key -days 30 -extfile ca.cnf -extensions ocsp -out foreign.pem
    cp responder.key brief.key; cp responder.key foreign.key
    touch index.txt; echo 01 > crlnumber
    for name in good bad held; do ${ca} -valid $name.pem; done
    ${ca} -revoke bad.pem -crl_reason keyCompromise
    ${ca} -revoke held.pem -crl_hold holdInstructionNone
    ${ca} -gencrl -out ca.crl
    openssl crl -in ca.crl -outform DER -out ca.crl.der
  `;
  const { status, stderr } = run('sh', ['-ec', script], { cwd: top });
  if (status !== 0) throw new Error(stderr);
}

if (openssl !== undefined) makeCa();

/** The words for each certificate, as \`status reason\`. */
function statuses(t: Test, ...args: readonly string[]): string[] {
  const files = names.map((name) => `${name}.pem`);
  const { stdout, stderr } = run('cert-status', ['--json', '--no-proxy', '--issuer', 'ca.pem', ...args, ...files], {
    cwd: top,
  });
  t.equal(stderr, '');
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const { status, reason, problems } = JSON.parse(line);
    return status === 'unknown' ? problems.map(({ code }: { code: string }) => code).join(' ') : `${status} ${reason}`;
  });
}

const byList = ['good null', 'revoked keyCompromise', 'suspended certificateHold', 'good null'];

t.test('lists of openssl ca', { skip }, async (t) => {
  t.same(statuses(t, '--offline', '--crl', 'ca.crl'), byList, 'PEM');
  t.same(statuses(t, '--offline', '--crl', 'ca.crl.der'), byList, 'DER');
  const verify = (name: string) =>
    run('openssl', ['verify', '-crl_check', '-CAfile', 'ca.pem', '-CRLfile', 'ca.crl', `${name}.pem`], { cwd: top });
  t.equal(verify('good').status, 0);
  t.match(verify('held').stderr, /certificate revoked/, 'openssl knows no suspension');
  const next = run('sh', ['-c', 'crl-gen --ca ca.pem --ca-key ca.key --from ca.crl --release held.pem -o next.crl'], {
    cwd: top,
  });
  t.equal(next.status, 0, next.stderr);
  t.same(statuses(t, '--offline', '--crl', 'next.crl'), byList.with(2, 'good null'), 'crl-gen goes on from it');
  const { stdout } = run('openssl', ['crl', '-in', 'next.crl', '-noout', '-crlnumber'], { cwd: top });
  t.equal(stdout.trim(), 'crlNumber=0x02');
});

const certtool = findProgram('certtool');
t.test('a list that is out of date', { skip }, async (t) => {
  const times = '-crl_lastupdate 20260101000000Z -crl_nextupdate 20260108000000Z';
  const script = `openssl ca -config ca.cnf -cert ca.pem -keyfile ca.key -gencrl ${times} -out old.crl`;
  t.equal(run('sh', ['-ec', script], { cwd: top }).status, 0);
  t.same(new Set(statuses(t, '--offline', '--crl', 'old.crl')), new Set(['crl_expired']));
  if (certtool === undefined) return;
  const args = ['--verify', '--load-ca-certificate', 'ca.pem', '--load-crl', 'old.crl', '--infile', 'good.pem'];
  t.comment(`certtool --verify --load-crl says ${run('certtool', args, { cwd: top }).status}`);
});

interface Responder {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

async function startResponder(signer: string, ...args: readonly string[]): Promise<Responder> {
  const port = await freePort();
  const command = ['openssl', 'ocsp', '-index', 'index.txt', '-port', String(port), '-CA', 'ca.pem'];
  const server = await startServer([...command, '-rsigner', `${signer}.pem`, '-rkey', `${signer}.key`, ...args], port, {
    cwd: top,
    logName: `ocsp-${port}.log`,
    ready: /waiting for OCSP client connections/,
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => server.stop() };
}

/** The time so many hours from now. */
const hoursOn = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();

t.test('responders of openssl ocsp', { skip }, async (t) => {
  const byResponder = byList.with(3, 'ocsp_unknown');
  const all = (word: string): string[] => names.map(() => word);
  for (const [signer, args, asked, expected] of [
    ['responder', ['-nmin', '60'], ['--nonce'], byResponder],
    ['ca', ['-nmin', '60'], ['--nonce'], byResponder],
    ['responder', [], ['--nonce'], byResponder],
    ['responder', ['-nmin', '60', '-resp_key_id'], ['--nonce'], byResponder],
    ['good', ['-nmin', '60'], ['--nonce'], all('ocsp_signer')],
    ['foreign', ['-nmin', '60'], [], all('ocsp_signer')],
    ['brief', ['-ndays', '9'], ['--at', hoursOn(23)], byResponder],
    ['brief', ['-ndays', '9'], ['--at', hoursOn(25)], all('ocsp_signer')],
    ['responder', ['-nmin', '60'], ['--at', hoursOn(2)], all('ocsp_expired')],
    ['ca', ['-nmin', '60'], ['--at', hoursOn(-1)], all('ocsp_not_yet_valid')],
    ['responder', [], ['--at', hoursOn(2)], all('ocsp_no_next_update')],
  ] as const) {
    const { url, stop } = await startResponder(signer, ...args);
    t.teardown(stop);
    t.same(statuses(t, '--ocsp', url, ...asked), expected, `signed by ${signer}, ${[...args, ...asked].join(' ')}`);
    await stop();
  }
});

t.test('what openssl ocsp says of what is revoked', { skip }, async (t) => {
  const { url, stop } = await startResponder('responder', '-nmin', '60');
  t.teardown(stop);
  const theirs = run('openssl', ['ocsp', '-issuer', 'ca.pem', '-cert', 'bad.pem', '-url', url, '-CAfile', 'ca.pem'], {
    cwd: top,
  });
  t.match(theirs.stdout, /bad.pem: revoked/);
  t.comment(`openssl ocsp: status ${theirs.status} for a revoked certificate`);
  const ours = run('cert-status', ['-q', '--no-proxy', '--issuer', 'ca.pem', '--ocsp', url, 'bad.pem'], { cwd: top });
  t.equal(ours.status, 1);
});

for (const name of ['haproxy', 'nginx']) {
  const server = servers.find((each) => each.name === name);
  if (server === undefined) throw new Error(`no server is called ${name}`);
  t.test(`${name} staples what --staple-out wrote`, { skip: skip || whyNot(server, ['openssl']) }, async (t) => {
    const directory = join(top, name);
    mkdirSync(join(directory, 'tmp'), { recursive: true });
    const { url, stop } = await startResponder('responder', '-nmin', '60');
    t.teardown(stop);
    const merge = `pem-merge -q --for ${name} good.key good.pem ca.pem -o ${directory}/site.pem`;
    const fetch = `cert-status -q --no-proxy --issuer ca.pem --ocsp ${url} --staple-out ${directory}/site.pem.ocsp good.pem`;
    const { status, stderr } = run('sh', ['-ec', `${merge}; ${fetch}; cp ca.pem ${directory}/site.pem.issuer`], {
      cwd: top,
    });
    t.equal(status, 0, stderr);
    t.ok(existsSync(join(directory, 'site.pem.ocsp')));
    const [key, certificate] = ['site.pem', 'site.pem'].map((file) => join(directory, file));
    const site: Site = {
      directory,
      port: await freePort(),
      key: key ?? '',
      certificate: certificate ?? '',
      backend: 0,
    };
    const stapling = `ssl_stapling on; ssl_stapling_file ${directory}/site.pem.ocsp;`;
    for (const [file, text] of Object.entries(server.files(site))) {
      writeFileSync(
        join(directory, file),
        `${text.replace('ssl_certificate_key', `${stapling} ssl_certificate_key`)}\n`,
      );
    }
    const running = await startServer(server.command(site), site.port, { cwd: directory });
    t.teardown(() => running.stop());
    const place = `127.0.0.1:${site.port}`;
    const { stdout } = await ask('openssl', ['s_client', '-connect', place, '-status', '-CAfile', 'ca.pem'], top);
    t.match(stdout, /OCSP Response Status: successful[\s\S]*Cert Status: good/);
    const fetched = run(
      'sh',
      [
        '-c',
        `cert-fetch --staple fetched.der ${place} | cert-status --offline --issuer ca.pem --staple fetched.der --json | jq -r .status`,
      ],
      { cwd: top },
    );
    t.equal(fetched.stdout.split('\n')[0], 'good', fetched.stderr);
  });
}
