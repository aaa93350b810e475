import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { run, session } from '../support/session.js';

t.test('pins and TLSA records of what is in files', async (t) => {
  const cwd = t.testdir();
  const names = ['-a', 'b.hu', '-a', '*.b.hu', '-a', '192.0.2.1'];
  run(
    'csr-gen',
    ['-q', '-n', 'ec:P-256', '--cn', 'a.hu', ...names, '--self-sign', '30', '-K', 'a.key', '-o', 'a.pem'],
    {
      cwd,
    },
  );
  const { publicKey } = new X509Certificate(readFileSync(join(cwd, 'a.pem')));
  const hash = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' }));
  const pin = `sha256//${hash.copy().digest('base64')}`;
  const data = `3 1 1 ${hash.digest('hex')}`;
  session(
    t,
    cwd,
    `
    $ cert-info --pin a.pem a.key
    ${pin}
    ${pin}
    $ cert-info --tlsa a.pem a.key
    ${data}
    ${data}
    $ cert-info --tlsa=25 a.pem a.key
    _25._tcp.a.hu. IN TLSA ${data}
    _25._tcp.b.hu. IN TLSA ${data}
    2> cert-info: a.key: no host name for a TLSA record in private key
    $ cert-info --tlsa=0 a.pem
    2> cert-info: --tlsa: 0 is not a number from 1 to 65535
    ? 2
    $ cert-info --pin --json a.pem
    2> cert-info: --json and --pin exclude each other
    ? 2
  `,
  );
});
