// usage: node pebble.js COMMAND
// Starts Let's Encrypt's test CA on loopback, with the key and certificate tls.key and tls.pem, and runs COMMAND by the shell
// with the URL of its directory in SERVER and, in PORT, the port it looks for proofs at. Ends with the status of that.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Resolves once somebody listens. */
const listens = (port, triesLeft = 200) =>
  new Promise((resolve, reject) => {
    connect(port, '127.0.0.1')
      .on('connect', function () {
        this.destroy();
        resolve();
      })
      .on('error', (error) => {
        if (triesLeft === 0) reject(error);
        else setTimeout(() => resolve(listens(port, triesLeft - 1)), 50);
      });
  });

const [port, management, httpPort, tlsPort, dns, dnsManagement] = await Promise.all(
  Array.from({ length: 6 }, freePort),
);
writeFileSync(
  'pebble.json',
  JSON.stringify({
    pebble: {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: 'tls.pem',
      privateKey: 'tls.key',
      httpPort,
      tlsPort,
    },
  }),
);
const start = (program, ...args) =>
  spawn(program, args, {
    stdio: 'ignore',
    env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0' },
  });
// Every name is at 127.0.0.1 to this DNS server, whose address has another name in Debian 12's.
const help = spawnSync('pebble-challtestsrv', ['-help'], { encoding: 'utf8' }).stderr;
const off = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
const at = [
  help.includes('-dnsserver') ? '-dnsserver' : '-dns01',
  `127.0.0.1:${dns}`,
  '-management',
  `127.0.0.1:${dnsManagement}`,
];
const servers = [
  start('pebble-challtestsrv', ...off, ...at),
  start('pebble', '-config', 'pebble.json', '-dnsserver', `127.0.0.1:${dns}`),
];
process.on('exit', () => {
  for (const server of servers) server.kill();
});
await Promise.all([listens(port), listens(dnsManagement)]);
const env = { ...process.env, SERVER: `https://127.0.0.1:${port}/dir`, PORT: httpPort };
spawn('sh', ['-c', process.argv[2]], { env, stdio: 'inherit' }).on('close', (status) => process.exit(status ?? 1));
