import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { noPebble, startPebble } from '../support/pebble.js';
import { nginxConfiguration } from '../support/real-servers.js';
import { freePort, startServer } from '../support/servers.js';
import { binDirectory, findProgram, run, session } from '../support/session.js';

const nginx = findProgram('nginx');
const skip = nginx === undefined ? 'nginx is not installed' : noPebble;
const page = readFileSync(new URL('../../man/pkiutils.7', import.meta.url), 'utf8');
const unit = readFileSync(new URL('../../share/systemd/renew@.service', import.meta.url), 'utf8');
const [, recipe = ''] = /^\.\\" recipe: acme\n\.Bd .*\n([\s\S]*?)^\.Ed$/m.exec(page) ?? [];

t.test('renewal by ACME with a real web server, from the request to the served certificate', { skip }, async (t) => {
  const pebble = await startPebble(t.testdir());
  t.teardown(pebble.stop);
  await t.test(
    'due by its renewal information',
    { skip: pebble.isRecent ? false : 'this pebble is too old for it' },
    async (t) => {
      const { folder, args, httpPort } = pebble;
      const port = await freePort();
      mkdirSync(join(folder, 'www'));
      mkdirSync(join(folder, 'bin'));
      const ca = args.join(' ');
      session(
        t,
        folder,
        `
    $ csr-gen --cn www.valami.hu -n ec:P-256 -K www.key | csr-submit -q ${ca} --account account.key --agree-tos --listen ${httpPort} -o www.crt
    $ pem-merge -q --for nginx -o www.pem www.key www.crt
    `,
      );
      const site = `
        listen 127.0.0.1:${httpPort};
        listen 127.0.0.1:${port} ssl;
        ssl_certificate www.pem;
        ssl_certificate_key www.pem;
        root ${join(folder, 'www')};`;
      writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, site));
      const call = `exec ${nginx} -p ${folder} -c nginx.conf -e stderr`;
      const program = (name: string, text: string) => {
        writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
        chmodSync(join(folder, 'bin', name), 0o755);
      };
      program('nginx', `${call} "$@"`);
      program('systemctl', `echo "systemctl $*" && ${call} -s reload`);
      const server = await startServer([join(folder, 'bin/nginx')], port, { cwd: folder, logName: 'nginx.log' });
      t.teardown(server.stop);

      const cook = () =>
        run(
          'sh',
          ['-c', recipe.replaceAll('\\e', '\\').replaceAll('--server letsencrypt', ca).replace('/var/www/html', 'www')],
          {
            cwd: folder,
            env: { PATH: `${folder}/bin:${binDirectory}:${process.env['PATH']}` },
          },
        );
      const before = readFileSync(join(folder, 'www.pem'), 'utf8');
      t.match(cook(), { status: 1, stdout: '', stderr: '' }, 'not yet');
      t.equal(readFileSync(join(folder, 'www.pem'), 'utf8'), before);

      // A certificate that is revoked is one the CA wants renewed at once.
      session(t, folder, `$ cert-revoke -q ${ca} --account account.key www.pem`);
      const renewed = cook();
      t.match(renewed, { status: 0, stdout: 'systemctl reload nginx\n' }, 'due', { stderr: renewed.stderr });
      t.not(readFileSync(join(folder, 'www.pem'), 'utf8'), before);

      // The example for systemd, as systemd reads it: lines that are continued are one, %i is the name of the instance.
      const service = (setting: string): string =>
        new RegExp(`^${setting}=(.*)$`, 'm')
          .exec(unit.replaceAll('\\\n', ' '))?.[1]
          ?.replaceAll('%i', 'www')
          .replaceAll('--server letsencrypt', ca)
          .replace('/var/www/html', 'www')
          .replaceAll(/\/usr\/bin\/(?=cert-)|\/bin\/(?=systemctl)/g, '') ?? '';
      const start = (setting: string) =>
        run('sh', ['-c', service(setting)], {
          cwd: folder,
          env: { PATH: `${folder}/bin:${binDirectory}:${process.env['PATH']}` },
        });
      const first = readFileSync(join(folder, 'www.pem'), 'utf8');
      t.match(start('ExecCondition'), { status: 1, stderr: '' }, 'the service: not yet');
      session(t, folder, `$ cert-revoke -q ${ca} --account account.key www.pem`);
      t.match(start('ExecCondition'), { status: 0, stderr: '' }, 'the service: due');
      const served = start('ExecStart');
      t.match(served, { status: 0, stdout: '' }, 'the service: renews', { stderr: served.stderr });
      t.match(start('ExecStartPost'), { stdout: 'systemctl reload nginx.service\n' });
      t.not(readFileSync(join(folder, 'www.pem'), 'utf8'), first);
      session(t, folder, '$ pem-merge --check --strict -q --for nginx www.pem');

      writeFileSync(join(folder, 'root.pem'), await pebble.manage('/roots/0'));
      // nginx takes the new certificate when it comes to the signal: until then the old one is served.
      const shown = `openssl s_client -connect 127.0.0.1:${port} -verify_return_error -verify_hostname www.valami.hu -CAfile root.pem -showcerts`;
      session(
        t,
        folder,
        `
    $ cert-info --fingerprint www.pem > ours
    $ i=0; until ${shown} < /dev/null 2> /dev/null > served && cert-info --fingerprint served | head -n 1 | grep -q -x -F -f - ours; do [ $((i += 1)) -lt 100 ] || exit 1; done
    `,
      );
    },
  );
});

t.test('the example for systemd', async (t) => {
  // The folders ProtectSystem=full makes read-only (systemd.exec(5)).
  const [, folder = ''] = /^WorkingDirectory=(.*)$/m.exec(unit) ?? [];
  t.match(unit, /^ProtectSystem=full$/m);
  if (/^\/(etc|usr|boot|efi)\//.test(folder))
    t.match(unit, `\nReadWritePaths=${folder}\n`, 'it may write where it works');
  const missing = findProgram('systemd-analyze') === undefined && 'systemd-analyze is not installed';
  t.test('is sound', { skip: missing }, async (t) => {
    const folder = t.testdir({ bin: {} });
    for (const name of ['service', 'timer']) {
      const text = readFileSync(new URL(`../../share/systemd/renew@.${name}`, import.meta.url), 'utf8');
      writeFileSync(join(folder, `renew@.${name}`), text.replaceAll('/usr/bin/cert-due', '/bin/true'));
    }
    session(t, folder, '$ systemd-analyze verify ./renew@mail.service ./renew@mail.timer');
  });
});
