// usage: npm run bench -- csr-submit
// One order of two names at pebble, beside acme-client (npm) and dehydrated: what a call costs, its start included. The CA
// takes every proof for good, so that what is measured is the protocol and not the waiting; csr-submit has a new account
// each time, since pebble lists every order there ever was, which the others do not look at. Needs pebble installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onDemand } from '../scripts/on-demand.js';
import { isInstalled, median, printTable, usageOnce } from './support/measure.js';

const RUNS = 5;
const here = dirname(fileURLToPath(import.meta.url));
const bin = join(dirname(here), 'bin');

/** The same with acme-client, as its README shows it. */
const acmeClient = `
  const acme = require(process.argv[1]);
  const { readFileSync, writeFileSync } = require('node:fs');
  const client = new acme.Client({
    directoryUrl: process.env.SERVER,
    accountKey: readFileSync('account.key'),
    accountUrl: process.argv[2],
    // It would wait five seconds before it asks again.
    backoffMin: 50,
  });
  client
    .auto({
      csr: readFileSync('site.csr'),
      termsOfServiceAgreed: true,
      skipChallengeVerification: true,
      challengeCreateFn: async () => {},
      challengeRemoveFn: async () => {},
    })
    .then((chain) => writeFileSync('theirs.pem', chain));`;

const server = (key) => ['--server', process.env.SERVER, '--ca-file', 'ca.pem', '--account', key];

/** Makes an account; gives its URL. */
function makeAccount(key) {
  rmSync(key, { force: true });
  const args = [join(bin, 'acme-account'), ...server(key), '--agree-tos', '--json', 'register'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout).url;
}

/** The orders, run below the CA, whose URL is in SERVER. */
function measure() {
  const candidates = [
    {
      name: 'csr-submit',
      prepare: () => makeAccount('new.key'),
      command: [
        ...[process.execPath, join(bin, 'csr-submit'), '-q', ...server('new.key')],
        ...['--webroot', 'webroot', '-o', 'ours.pem', 'site.csr'],
      ],
    },
    {
      name: 'acme-client',
      command: [
        'env',
        'NODE_EXTRA_CA_CERTS=ca.pem',
        process.execPath,
        '-e',
        acmeClient,
        onDemand('acme-client'),
        makeAccount('account.key'),
      ],
    },
  ];
  if (isInstalled('dehydrated')) {
    const dehydrated = ['dehydrated', '--config', 'dehydrated.conf'];
    usageOnce({ command: [...dehydrated, '--register', '--accept-terms'] });
    candidates.push({ name: 'dehydrated --signcsr', command: [...dehydrated, '--signcsr', 'site.csr'] });
  }
  const order = (candidate) => {
    candidate.prepare?.();
    return usageOnce(candidate);
  };
  for (const candidate of candidates) order(candidate);
  const used = candidates.map(() => []);
  for (let i = 0; i < RUNS; i++) for (const [k, candidate] of candidates.entries()) used[k].push(order(candidate));
  const cpu = used.map((list) => median(list.map((each) => each.cpu)));
  const wall = used.map((list) => median(list.map((each) => each.seconds)));
  printTable(
    ['one order of two names', 'CPU ms', 'wall ms', 'CPU ÷ ours'],
    candidates.map(({ name }, k) => [
      name,
      (cpu[k] * 1e3).toFixed(0),
      (wall[k] * 1e3).toFixed(0),
      (cpu[k] / cpu[0]).toFixed(1),
    ]),
  );
}

/** Starts the CA in a folder of its own, and this file once more below it. */
function start() {
  const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
  try {
    const script = `
      csr-gen -q --cn Local-CA --ca --self-sign 30 -n ec:P-256 -K ca.key -o ca.pem
      csr-gen -q --cn localhost -a localhost -a 127.0.0.1 -n ec:P-256 -K tls.key | csr-sign -q --ca ca.pem --ca-key ca.key -o tls.pem
      csr-gen -q --cn alma.valami.hu -a barack.valami.hu -n ec:P-256 -K site.key -o site.csr`;
    mkdirSync(join(cwd, 'webroot'));
    const env = {
      ...process.env,
      PATH: `${bin}:${process.env.PATH}`,
      PEBBLE_VA_ALWAYS_VALID: '1',
      PEBBLE_AUTHZREUSE: '0',
    };
    const run = (program, ...args) => spawnSync(program, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
    run('sh', '-ec', script);
    const conf =
      'CA="$SERVER"\nBASEDIR="$PWD"\nWELLKNOWN="$PWD/webroot"\nCURL_OPTS="--cacert ca.pem"\nKEY_ALGO=prime256v1\n';
    writeFileSync(join(cwd, 'dehydrated.conf'), conf);
    const again = `"${process.execPath}" "${fileURLToPath(import.meta.url)}" orders`;
    process.exitCode = run(process.execPath, join(dirname(here), 'demo/pebble.js'), again).status ?? 1;
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

if (process.argv[2] === 'orders') measure();
else if (isInstalled('pebble') && isInstalled('pebble-challtestsrv')) start();
else console.log('pebble and pebble-challtestsrv are not installed: nothing is measured');
