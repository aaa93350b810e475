import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { makeRefusal, makeResponse } from '../support/revocation.js';
import { run, session } from '../support/session.js';
import { make, makeCa } from '../support/test-ca.js';

const schema: object = JSON.parse(readFileSync(new URL('../../share/pkiutils.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(schema);

t.test('OCSP responses', async (t) => {
  const cwd = t.testdir();
  const ca = makeCa('CA');
  const leaf = make('leaf', ca, { serial: Buffer.of(0x0a, 0xbc) });
  const file = (name: string, content: Buffer | string) => writeFileSync(join(cwd, name), content);
  const good = makeResponse(ca, leaf);
  file('good.der', good);
  file('good.pem', encodePem('OCSP RESPONSE', good));
  file(
    'held.der',
    makeResponse(ca, leaf, { status: { reason: 6 }, byKey: true, nonce: Buffer.of(1, 2), hash: 'sha256' }),
  );
  file('later.der', makeRefusal(3));
  file('broken.pem', encodePem('OCSP RESPONSE', good.subarray(0, 60)));
  session(
    t,
    cwd,
    `
    $ cert-info good.pem
    OCSP response 1 of good.pem
        status    successful
        signer    CN=CA
        made      2026-06-01T00:00:00Z
        serial    0abc
                  good
        issued    2026-06-01T00:00:00Z
        next      2026-12-01T00:00:00Z
    /^ +sha256    [0-9a-f]{64}$/
    $ cert-info -f type,responses.status,responses.reason,nonce good.der held.der later.der
    ocsp_response\tgood\t\t
    ocsp_response\trevoked\tcertificateHold\t0102
    ocsp_response\t\t\t
    $ cert-info --pem good.der | cmp - good.pem
    $ cert-info later.der | sed -n 2p
        status    tryLater
    $ cert-info -l held.der | sed -n '3p;6p'
    /^  signer    key [0-9a-f]{40}$/
                  suspended 2026-05-01T00:00:00Z (certificateHold)
    $ cert-info -q --at 2026-11-15 --expires-within 30d good.der
    ? 1
    $ cert-info -q --at 2026-07-01 --expires-within 30d good.der
    $ cert-info broken.pem
    2> /^cert-info: broken.pem: OCSP response 1 at line 1: /
    ? 2
    `,
  );
  const { stdout } = run('cert-info', ['--json', 'good.der', 'held.der', 'later.der'], { cwd });
  const lines = stdout.split('\n').filter((line) => line !== '');
  t.equal(lines.length, 3);
  for (const line of lines) t.ok(validate(JSON.parse(line)), line, { errors: validate.errors });
});
