import { randomInt } from 'node:crypto';
import t from 'tap';
import { paint } from '../../src/cli/color.js';
import { judgedRequest } from '../../src/commands/csr-check/judged-request.js';
import { jsonReport } from '../../src/commands/csr-check/report-json.js';
import { textReport } from '../../src/commands/csr-check/report-text.js';
import { nullValue, sequence } from '../../src/der/writer.js';
import { attempt } from '../../src/errors.js';
import { publicSuffixOf } from '../../src/names/public-suffix.js';
import { sha3 } from '../../src/rules/dns-name.js';
import { ExaminedRequest } from '../../src/rules/examined-request.js';
import { judge } from '../../src/rules/judge.js';
import { profiles } from '../../src/rules/profile.js';
import { Certificate } from '../../src/x509/certificate.js';
import { requestIn } from '../support/read-request.js';
import {
  attribute,
  buildCertificate,
  buildRequest,
  dns,
  ecKey,
  email,
  extension,
  ip,
  keyUsage,
  purposes,
  randomPrime,
  requestAttribute,
  rsaKey,
  rsaNumbers,
  utf8,
} from '../support/request-builder.js';
import { isWhole } from '../support/whole.js';

/** Fewer where people wait. */
const ROUNDS = isWhole ? 2000 : 600;

const criteria = {
  profile: profiles.netlock,
  now: new Date('2026-11-23T00:00:00Z'),
  oracle: { suffixOf: publicSuffixOf, sha3 },
  expected: ['mail.valami.hu'],
  keySpki: ecKey.spki,
  renews: new Certificate(buildCertificate({ subject: [attribute('2.5.4.3', 'a')], names: [dns('a.hu')] })),
};

t.test('damaged requests are judged or refused, never a crash', async (t) => {
  const parts = {
    subject: [
      attribute('2.5.4.6', 'HU', 0x13),
      attribute('2.5.4.10', 'Valami'),
      attribute('2.5.4.3', 'mail.valami.hu'),
    ],
    names: [dns('mail.valami.hu'), dns('*.valami.hu'), ip(8, 8, 8, 8), email('a@valami.hu')],
    extensions: [keyUsage(0), purposes(1, 2), extension('1.2.3.4', sequence(nullValue()))],
    attributes: [requestAttribute('1.2.840.113549.1.9.7', utf8('secret'))],
  };
  // A small RSA key: every damaged one is examined anew.
  const requests = [
    buildRequest(parts),
    buildRequest({ ...parts, key: rsaKey(rsaNumbers([randomPrime(384), randomPrime(384)])) }),
  ];
  let judged = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const damaged = Buffer.from(requests[i % 2] as Buffer);
    for (let change = randomInt(1, 4); change > 0; change--) damaged[randomInt(damaged.length)] = randomInt(256);
    try {
      const read = attempt(() => requestIn(damaged));
      if (read === undefined) continue;
      const examined = new ExaminedRequest(read.request, criteria, read.envelope);
      const report = judgedRequest(examined, judge(examined));
      textReport(report, 'damaged', paint(true));
      JSON.parse(jsonReport(report, 'damaged', i));
      judged++;
    } catch (error) {
      t.fail('what can be read can be judged', { error, der: damaged.toString('hex') });
    }
  }
  t.ok(judged > ROUNDS / 4, `${judged} could be judged`);
  t.end();
});
