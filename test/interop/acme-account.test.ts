import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { revocationReasons } from '../../src/x509/extensions/reason-code.js';
import { jsonLines } from '../support/json-lines.js';
import { noPebble, startPebble } from '../support/pebble.js';
import { run, session } from '../support/session.js';
import { some } from '../support/whole.js';

/** Accounts, renewal, revocation, and the kinds of certificate, with Let's Encrypt's test CA. */

t.test('an account from its making to its end', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir());
  t.teardown(pebble.stop);
  const ca = pebble.args.join(' ');
  session(
    t,
    pebble.folder,
    `
    $ acme-account show ${ca} --account a.key
    2> acme-account: a.key: no such file or directory
    ? 2
    $ acme-account register ${ca} --account a.key
    2> acme-account: register needs --agree-tos
    2> hint: read the CA's terms of service first
    ? 2
    $ acme-account register ${ca} --account a.key --agree-tos --contact admin@valami.hu --contact mailto:two@valami.hu
    /^account  https:.*/my-account/
    status   valid
    contact  mailto:admin@valami.hu
    contact  mailto:two@valami.hu
    /^key      [A-Za-z0-9_-]{43}$/
    2> acme-account: a.key: made a key for the account
    2> acme-account: made an account
    $ stat -c %a a.key
    600
    $ acme-account register ${ca} --account a.key --agree-tos -q
    $ acme-account contact ${ca} --account a.key --contact new@valami.hu | grep contact
    contact  mailto:new@valami.hu
    $ acme-account show ${ca} --account a.key --json > account.json
    $ acme-account contact ${ca} --account a.key
    2> acme-account: which contacts? --contact is needed
    2> hint: --contact none takes all away
    ? 2
    $ acme-account contact ${ca} --account a.key --contact valami.hu
    2> acme-account: --contact: valami.hu is no e-mail address
    2> hint: for example --contact admin@valami.hu
    ? 2
    $ acme-account rollover -q ${ca} --account a.key b.key
    $ acme-account show -q ${ca} --account b.key
    $ acme-account show ${ca} --account a.key
    2> acme-account: the account: unable to find existing account for only-return-existing request (accountDoesNotExist)
    2> hint: acme-account register makes an account for this key
    ? 1
    $ csr-gen --cn old.valami.hu -n ed25519 -K ed.key -o /dev/null
    $ acme-account show ${ca} --account ed.key
    2> acme-account: ed.key: no CA takes signatures of a key of kind ed25519 over ACME
    2> hint: ec:P-256, ec:P-384, ec:P-521, or rsa:2048 and larger
    ? 2
    $ acme-account deactivate ${ca} --account b.key | grep status
    status   deactivated
    $ acme-account shwo ${ca} --account b.key
    2> acme-account: unknown action shwo
    2> hint: did you mean show?
    ? 2
    `,
  );
  const [account] = jsonLines(t, readFileSync(join(pebble.folder, 'account.json')));
  t.match(account, { type: 'acme_account', status: 'valid', contact: ['mailto:new@valami.hu'] });
  for (const kind of some(['rsa:2048', 'ec:P-384', 'ec:P-521'], 2)) {
    session(
      t,
      pebble.folder,
      `
      $ csr-gen --key-only -n ${kind} -K ${kind}.key && acme-account register -q ${ca} --agree-tos --account ${kind}.key
      `,
    );
  }
});

t.test('an account bound to one that is there', { skip: noPebble }, async (t) => {
  const key = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
  const pebble = await startPebble(t.testdir(), {
    config: { externalAccountBindingRequired: true, externalAccountMACKeys: { 'kid-1': key } },
  });
  t.teardown(pebble.stop);
  const ca = pebble.args.join(' ');
  session(
    t,
    pebble.folder,
    `
    $ acme-account register ${ca} --account a.key --agree-tos -q
    2> acme-account: this CA wants to know who you are: an external account is needed
    2> hint: acme-account register takes what the CA gave you: --eab-kid and --eab-key
    ? 1
    $ EAB=${key} acme-account register ${ca} --account a.key --agree-tos -q --eab-kid kid-2 --eab-key env:EAB
    2> /^acme-account: the account: /
    2> ...
    ? 1
    $ acme-account register ${ca} --account a.key --agree-tos --eab-kid kid-1
    2> acme-account: --eab-kid and --eab-key go together
    ? 2
    $ echo ${key} | acme-account register ${ca} --account a.key --agree-tos -q --eab-kid kid-1 --eab-key fd:0
    $ acme-account show -q ${ca} --account a.key
    $ acme-account register ${ca} --account a.key --agree-tos -q
    `,
  );
});

t.test('renewal, profiles, alternate chains, revocation', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir(), { env: { PEBBLE_ALTERNATE_ROOTS: '1', PEBBLE_CHAIN_LENGTH: '2' } });
  t.teardown(pebble.stop);
  const { folder, httpPort, isRecent } = pebble;
  const ca = pebble.args.join(' ');
  const submit = `csr-submit ${ca} -q --account account.key --agree-tos --listen ${httpPort}`;
  session(
    t,
    folder,
    `
    $ csr-gen --cn mail.valami.hu -n ec:P-256 -K mail.key -o mail.csr
    $ ${submit} -o mail.crt mail.csr
    $ grep -c BEGIN mail.crt
    3
    $ cert-due mail.crt
    /^mail.crt: not due before 20.*Z, by its lifetime$/
    ? 1
    $ cert-due -q --before 400w mail.crt
    $ cert-due --json --at 2999-01-01 mail.crt | jq -c '[.type, .source, .due, .basis]'
    ["renewal","mail.crt",true,"lifetime"]
    $ cert-due -q mail.crt nowhere.crt
    2> cert-due: nowhere.crt: no such file or directory
    ? 2
    `,
  );

  const issuers = await Promise.all([0, 1].map((i) => pebble.manage(`/roots/${i}`)));
  for (const [i, pem] of issuers.entries()) {
    const [name = ''] = run('cert-info', ['-f', 'subject.cn'], { stdin: pem }).stdout.trim().split('\n');
    session(
      t,
      folder,
      `$ ${submit} --issuer '${name}' -o ${i}.crt mail.csr && cert-info -f issuer.cn ${i}.crt | tail -1\n${name}`,
    );
  }
  session(
    t,
    folder,
    `
    $ csr-submit ${ca} --account account.key --listen ${httpPort} --issuer Nowhere mail.csr -o other.crt
    2> /^csr-submit: no chain leads to Nowhere: this is the usual one; the issuers on offer are Pebble .*/
    $ cert-revoke ${ca} --account account.key --reason superseeded mail.crt
    2> cert-revoke: --reason: superseeded is no reason
    2> hint: did you mean superseded?
    ? 2
    $ cert-revoke ${ca} --account account.key --reason superseded mail.crt
    2> /^cert-revoke: mail.crt: revoked: certificate [0-9a-f]+$/
    $ cert-revoke ${ca} --account account.key mail.crt
    2> cert-revoke: the revocation: Certificate has already been revoked. (alreadyRevoked)
    2> hint: it was revoked before
    ? 1
    $ csr-gen --key-only -n ec:P-256 -K strange.key && cert-revoke ${ca} --key strange.key 0.crt
    2> cert-revoke: strange.key: this is not the key of the certificate in 0.crt
    ? 1
    $ cert-revoke ${ca} -q --key mail.key --reason keyCompromise 0.crt
    `,
  );
  const serial = run('cert-info', ['-f', 'serial', 'mail.crt'], { cwd: folder }).stdout.split('\n')[0];
  t.match(await pebble.manage(`/cert-status-by-serial/${serial}`), /"Reason": 4/);

  const skip = isRecent ? false : 'this pebble is too old for it';
  await t.test('renewal information and profiles', { skip }, async (t) => {
    session(
      t,
      folder,
      `
      $ ${submit} --profile shortlived -o short.crt mail.csr && cert-due --before 7d -q short.crt
      $ ${submit} --profile shortlifed mail.csr
      2> csr-submit: --profile: this CA has no profile shortlifed
      2> hint: did you mean shortlived?
      ? 2
      $ cert-due --server ${pebble.directory} --ca-file ca.pem short.crt
      /^short.crt: not due before 20.*Z, the CA says so$/
      ? 1
      $ cert-due --server ${pebble.directory} --ca-file ca.pem mail.crt
      /^mail.crt: due since 20.*Z, the CA says so/
      $ ${submit} --renews short.crt -o next.crt mail.csr
      $ ${submit} --renews short.crt -o more.crt mail.csr
      `,
    );
  });
});

t.test('every reason, by the key of the account and by that of the certificate', { skip: noPebble }, async (t) => {
  const pebble = await startPebble(t.testdir({ www: {} }), { env: { PEBBLE_VA_ALWAYS_VALID: '1' } });
  t.teardown(pebble.stop);
  const { folder } = pebble;
  const ca = pebble.args.join(' ');
  session(t, folder, '$ csr-gen -q --cn mail.valami.hu -n ec:P-256 -K mail.key -o mail.csr');
  const reasons = [...revocationReasons.entries()].flatMap(([code, name]) =>
    name === undefined ? [] : [{ code, name }],
  );
  for (const [turn, by] of ['--account account.key', '--key mail.key'].entries()) {
    for (const { code, name } of some(reasons, 8, turn)) {
      session(
        t,
        folder,
        `$ csr-submit ${ca} -q --account account.key --agree-tos --webroot www -o mail.crt mail.csr
         $ cert-revoke ${ca} -q ${by} --reason ${name} mail.crt`.replace(/^ +/gm, ''),
      );
      const serial = run('cert-info', ['-f', 'serial', 'mail.crt'], { cwd: folder }).stdout.split('\n')[0];
      const status = await pebble.manage(`/cert-status-by-serial/${serial}`);
      // This CA takes all of them; one that does not says so, and that is status 1.
      t.match(status, '"Status": "Revoked"', `${by} ${name}`);
      if (code !== 0) t.match(status, `"Reason": ${code}`);
    }
  }
});

t.test('a server that cannot be asked when: what is late by its life is due', async (t) => {
  const folder = t.testdir();
  session(
    t,
    folder,
    `
    $ csr-gen --cn a.valami.hu --self-sign 90 -n ec:P-256 -K a.key -o a.crt
    $ cert-due --server http://127.0.0.1:1/dir --ca-file a.crt a.crt
    /^a.crt: not due before .*, by its lifetime$/
    2> /^cert-due: .*: warning: the CA does not say when: .*connection refused$/
    ? 2
    $ cert-due -q --server http://127.0.0.1:1/dir --ca-file a.crt --at 2999-01-01 a.crt
    2> /^cert-due: .*: warning: the CA does not say when: .*connection refused$/
    `,
  );
});
