import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { freePort, type RunningServer, startServer } from './servers.js';
import { findProgram, run } from './session.js';

/** Let's Encrypt's test CA and its DNS server, running in a folder; their state is gone with them. */
export interface Pebble {
  /** Where it lies: ca.pem is the CA of its TLS certificate. */
  readonly folder: string;
  readonly directory: string;
  /** `--server URL --ca-file FILE`. */
  readonly args: readonly string[];
  /** The ports it looks for proofs at. */
  readonly httpPort: number;
  readonly tlsPort: number;
  /** `http://127.0.0.1:PORT`, where its DNS server is told what to answer. */
  readonly dns: string;
  /** The extensions of RFC 8555 it has: renewal information, profiles and the younger challenges came later. */
  readonly isRecent: boolean;
  /** A page of its management interface. */
  manage(path: string): Promise<string>;
  /** Its words so far. */
  words(): string;
  stop(): Promise<void>;
}

export interface PebbleOptions {
  /** PEBBLE_* variables, in place of the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
  /** Fields of its configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The port of another DNS server on loopback, in place of its own. */
  readonly dnsPort?: number;
}

const missing = ['pebble', 'pebble-challtestsrv'].filter((name) => findProgram(name) === undefined);

/** For `t.test`: why tests with pebble are skipped, or false. */
export const noPebble = missing.length === 0 ? false : `${missing.join(' and ')} not installed`;

/** Starts it in an empty folder. */
export async function startPebble(folder: string, { env, config, dnsPort }: PebbleOptions = {}): Promise<Pebble> {
  const [port, management, httpPort, tlsPort, dns, dnsManagement] = await Promise.all(
    Array.from({ length: 6 }, () => freePort()),
  );
  putCredentials(folder);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: 'tls.pem',
    privateKey: 'tls.key',
    httpPort,
    tlsPort,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    retryAfter: { authz: 0, order: 0 },
    profiles: {
      default: { description: 'the usual', validityPeriod: 7_776_000 },
      shortlived: { description: 'for a week', validityPeriod: 518_400 },
    },
    ...config,
  };
  writeFileSync(join(folder, 'pebble.json'), JSON.stringify({ pebble }));
  const servers: RunningServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    // The one of Debian 12 calls its DNS server by another name, and knows no DNS over HTTPS.
    const isYounger = run('pebble-challtestsrv', ['-help']).stderr.includes('-dnsserver');
    const off = ['-http01', '-https01', '-tlsalpn01', '-defaultIPv6', ...(isYounger ? ['-doh'] : [])];
    servers.push(
      await startServer(
        [
          'pebble-challtestsrv',
          ...off.flatMap((name) => [name, '']),
          isYounger ? '-dnsserver' : '-dns01',
          `127.0.0.1:${dns}`,
          '-management',
          `127.0.0.1:${dnsManagement}`,
        ],
        dnsManagement ?? 0,
        { cwd: folder, logName: 'dns.log' },
      ),
    );
    const server = await startServer(
      ['pebble', '-config', 'pebble.json', '-dnsserver', `127.0.0.1:${dnsPort ?? dns}`, '-strict'],
      port ?? 0,
      {
        cwd: folder,
        logName: 'pebble.log',
        env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0', ...env },
      },
    );
    servers.push(server);
    const directory = `https://127.0.0.1:${port}/dir`;
    const caFile = join(folder, 'ca.pem');
    const manage = (path: string) => page(`https://127.0.0.1:${management}${path}`);
    return {
      folder,
      directory,
      args: ['--server', directory, '--ca-file', caFile],
      httpPort: httpPort ?? 0,
      tlsPort: tlsPort ?? 0,
      dns: `http://127.0.0.1:${dnsManagement}`,
      isRecent: (await page(directory)).includes('renewalInfo'),
      manage,
      words: server.words,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** ca.key, ca.pem, and what it shows in TLS: made once for all that a test file starts. */
let credentials: ReadonlyMap<string, string> | undefined;

function putCredentials(folder: string): void {
  if (credentials === undefined) {
    const script = `
      csr-gen --cn Test-CA --ca --self-sign 30 -n ec:P-256 -K ca.key -o ca.pem
      csr-gen --cn localhost -a localhost -a 127.0.0.1 -n ec:P-256 -K tls.key | csr-sign --ca ca.pem --ca-key ca.key -o tls.pem
    `;
    const made = run('sh', ['-ec', script], { cwd: folder });
    if (made.status !== 0) throw new Error(made.stderr);
    const names = ['ca.key', 'ca.pem', 'tls.key', 'tls.pem'];
    credentials = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  }
  for (const [name, text] of credentials) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

/** A page, from any of its servers. */
function page(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request(url, { rejectUnauthorized: false, headers: { 'User-Agent': 'tests' } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    })
      .on('error', reject)
      .end();
  });
}

/** A hook that tells pebble's DNS server what to answer: $DNS is where that is told. */
export const dnsHook = `#!/bin/sh
[ "$#" -eq 4 ] && [ "$1" = "$ACME_ACTION" ] && [ "$2" = "$ACME_TYPE" ] && [ "$3" = "$ACME_NAME" ] || exit 9
echo "$1 $2 $3 $4" >> hook.log
echo "the hook says $1"
case $1 in
  present) what=set-txt ;;
  cleanup) what=clear-txt ;;
esac
exec curl -sf -X POST -d "{\\"host\\": \\"$3.\\", \\"value\\": \\"$4\\"}" "$DNS/$what"
`;
