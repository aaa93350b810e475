import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Tag } from '../../src/der/tag.js';
import { element, nullValue, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { commonName, dnsNames, extension, type Forgery, forgeCertificate, name, utcTime } from '../support/forge.js';
import { buildRequest } from '../support/request-builder.js';
import { run } from '../support/session.js';
import { some } from '../support/whole.js';

// An answer that is "no" and an answer that could not be had are never the same: what a question needs and cannot read
// makes it exit with 2, whatever else is sound.

const dir = t.testdir({});
const sound: Forgery = {
  issuer: commonName('a.hu'),
  subject: commonName('a.hu'),
  extensions: [extension('2.5.29.17', dnsNames('a.hu'))],
};
const unreadable: Readonly<Record<string, Forgery>> = {
  'the end': { ...sound, notAfter: utcTime('270230000000Z') },
  'the names': { ...sound, extensions: [extension('2.5.29.17', nullValue())] },
  'the start': { ...sound, notBefore: utcTime('260230000000Z') },
  'the issuer': { ...sound, issuer: name([['2.5.4.3', element(Tag.sequence, Buffer.of(0x0c, 5))]]) },
  'the key': { ...sound, publicKey: sequence(nullValue()) },
  'the subject': { ...sound, subject: name([['2.5.4.3', element(Tag.sequence, Buffer.of(0x0c, 5))]]) },
  'the basic constraints': { ...sound, extensions: [...(sound.extensions ?? []), extension('2.5.29.19', nullValue())] },
};
const fileOf = (what: string): string => `${what.replaceAll(' ', '-')}.pem`;
for (const [what, forgery] of [['sound', sound] as const, ...Object.entries(unreadable)]) {
  writeFileSync(join(dir, fileOf(what)), encodePem('CERTIFICATE', forgeCertificate(forgery)));
}
writeFileSync(join(dir, 'a.csr'), encodePem('CERTIFICATE REQUEST', buildRequest()));
writeFileSync(join(dir, 'hosts'), 'a.hu\n');
run('csr-gen', ['-n', 'ec:P-256', '--key-only', '-K', 'a.key'], { cwd: dir });

const questions: readonly (readonly [question: string, ...needs: string[]])[] = [
  ['cert-info -q --expires-within 30d FILE', 'the end'],
  ['cert-diff sound.pem FILE', 'the subject', 'the issuer', 'the key', 'the basic constraints'],
  ['cert-due FILE', 'the start', 'the end'],
  ['cert-due --before 3d FILE', 'the end'],
  ['cert-status --offline --issuer sound.pem FILE', 'the issuer'],
  ['cert-verify --profile rfc5280 --trust FILE FILE', 'the start', 'the end', 'the names', 'the basic constraints'],
  ['cert-verify --profile rfc5280 --name a.hu --trust FILE FILE', 'the names'],
  ['crl-gen --ca FILE --ca-key a.key sound.pem', 'the key'],
  ['csr-check -q --renews FILE a.csr', 'the names', 'the subject', 'the key', 'the basic constraints'],
  ['csr-check -q --key FILE a.csr', 'the key'],
  ['csr-gen -k a.key --from FILE', 'the names', 'the subject'],
  ['csr-sign --ca FILE --ca-key a.key a.csr', 'the key'],
  ['key-match FILE a.key', 'the key'],
  ['pem-merge -q --check --valid-for 1h FILE', 'the start', 'the end'],
  ['pem-merge -q --check --covers a.hu FILE', 'the names', 'the issuer'],
  ['pem-merge -q --check --replaces FILE sound.pem', 'the names'],
  ['pem-split --filter valid FILE', 'the start', 'the end'],
  ['pem-split --filter leaf FILE', 'the basic constraints'],
  ['wildcard-match --all --cert FILE hosts', 'the names'],
  ['wildcard-match --cert FILE --host a.hu', 'the names'],
];

for (const [turn, [question, ...needs]] of questions.entries()) {
  t.test(question, async (t) => {
    for (const what of some(needs, needs.length, turn)) {
      const [program = '', ...args] = question.replaceAll('FILE', fileOf(what)).split(' ');
      const { status, stdout, stderr } = run(program, [...args, '--at', '2026-06-01T00:00:00Z'], { cwd: dir });
      t.equal(status, 2, `without ${what}: ${stdout}${stderr}`);
      // Who verifies or asks for a status has it in the report.
      t.match(stderr + stdout, fileOf(what), 'the file is named');
    }
  });
}

t.test('the table can fail', async (t) => {
  for (const question of [
    'cert-info -q --expires-within 30d sound.pem',
    'wildcard-match --all --cert sound.pem hosts',
  ]) {
    const [program = '', ...args] = question.split(' ');
    t.equal(run(program, [...args, '--at', '2026-06-01T00:00:00Z'], { cwd: dir }).status, 0, question);
  }
  // An input with nothing that could expire gives no answer either.
  t.match(run('cert-info', ['-q', '--expires-within', '30d', 'a.csr'], { cwd: dir }), {
    status: 2,
    stderr: 'cert-info: --expires-within: there is no certificate in the input, nor a list\n',
  });
});
