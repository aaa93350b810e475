import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { freePort, startServer } from '../support/servers.js';
import { findProgram, run, session } from '../support/session.js';

/** A CA of another make: the one in Caddy, which is smallstep's. */

/** An address of loopback that is ours alone: it looks for proofs at ports 80 and 443. */
const address = `127.${process.pid & 255}.${(process.pid >> 8) & 255}.7`;

/** True when we may listen on a port there. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, address), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

const openssl = findProgram('openssl');
const skip =
  findProgram('caddy') === undefined
    ? 'caddy is not installed'
    : !((await isFree(80)) && (await isFree(443))) && 'ports 80 and 443 are not ours to listen on';

t.test('the CA of Caddy', { skip }, async (t) => {
  const folder = t.testdir();
  const port = await freePort();
  session(
    t,
    folder,
    `
    $ csr-gen -q --cn Local-CA --ca --self-sign 30 -n ec:P-256 -K ca.key -o ca.pem
    $ csr-gen -q --cn localhost -a localhost -n ec:P-256 -K tls.key | csr-sign -q --ca ca.pem --ca-key ca.key -o tls.pem
    $ csr-gen -q -a ${address} -n ec:P-256 -K a.key -o a.csr
    `,
  );
  writeFileSync(
    join(folder, 'Caddyfile'),
    `{
  admin off
  auto_https off
  skip_install_trust
  storage file_system ${folder}/data
}
https://localhost:${port} {
  bind 127.0.0.1
  tls ${folder}/tls.pem ${folder}/tls.key
  acme_server
}
`,
  );
  const command = ['caddy', 'run', '--config', 'Caddyfile', '--adapter', 'caddyfile'];
  const caddy = await startServer(command, port, { cwd: folder, env: { HOME: folder } });
  t.teardown(caddy.stop);
  const ca = `--server https://localhost:${port}/acme/local/directory --ca-file ca.pem`;
  // Its list of orders breaks when an account has had one, and with it the account: each way has its own.
  for (const [challenge, at] of [
    ['http-01', 80],
    ['tls-alpn-01', 443],
  ] as const) {
    session(
      t,
      folder,
      `
      $ csr-submit ${ca} --account ${challenge}.key --agree-tos --listen ${address}:${at} --challenge ${challenge} -o ${challenge}.pem a.csr
      2> csr-submit: ${challenge}.key: made a key for the account
      2> /^csr-submit: made an account: https/
      $ cert-info --names ${challenge}.pem
      ${address}
      $ pem-merge -q a.key ${challenge}.pem | cert-info -f type
      private_key
      certificate
      certificate
      $ acme-account show ${ca} -q --account ${challenge}.key
      `,
    );
  }
  const root = join(folder, 'data/pki/authorities/local/root.crt');
  const verify = ['verify', '-CAfile', root, '-untrusted', 'http-01.pem', 'http-01.pem'];
  if (openssl !== undefined) t.match(run('openssl', verify, { cwd: folder }), { status: 0, stdout: /: OK$/m });
  session(
    t,
    folder,
    `
    $ cert-verify -q --trust ${root} --profile rfc5280 --name ${address} http-01.pem
    $ cert-revoke ${ca} -q --account http-01.key http-01.pem
    $ cert-revoke ${ca} -q --account http-01.key http-01.pem
    2> /^cert-revoke: the revocation: .*alreadyRevoked/
    2> hint: it was revoked before
    ? 1
    `,
  );
});
