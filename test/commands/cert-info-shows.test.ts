import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import {
  commonName,
  dnsNames,
  extension,
  forgeCertificate,
  generalizedTime,
  name,
  utcTime,
  utf8String,
} from '../support/forge.js';
import { run, session } from '../support/session.js';

/** The ways cert-info shows objects. */

const pem = (der: Uint8Array): string => encodePem('CERTIFICATE', der);

t.test('fields, names, fingerprints, PEM', async (t) => {
  const directory = t.testdir();
  const extensions = [extension('2.5.29.17', dnsNames('a.hu', '*.a.hu'))];
  const tabs = forgeCertificate({ subject: commonName('tab\there\\'), extensions });
  writeFileSync(join(directory, 'a.pem'), `words around it\r\n${pem(tabs).replaceAll('\n', '\r\n')}`);
  writeFileSync(join(directory, 'b.der'), forgeCertificate());
  const subject = name(
    [['2.5.4.97', utf8String('VATHU-1')]],
    [['1.2.3.4', utf8String('by OID')]],
    [['2.5.4.11', utf8String('first')]],
    [['2.5.4.11', utf8String('second')]],
  );
  writeFileSync(join(directory, 'c.der'), forgeCertificate({ subject }));
  session(
    t,
    directory,
    `
      $ cert-info -f subject.cn,Subject.CN,names.dns,key.bits,not_after,path_length a.pem
      ? 2
      2> cert-info: --field: no object has Subject.CN
      2> hint: did you mean subject?
      $ cert-info -f key.bit a.pem
      2> cert-info: --field: no object has key.bit
      2> hint: did you mean key.bits?
      ? 2
      $ cert-info -f subject.,serial a.pem
      2> cert-info: --field: no object has subject.
      2> hint: pkiutils-json(5) lists the fields
      ? 2
      $ cert-info -f subject.CN,issuer.cn,names.dns,key.bits,not_after,path_length,extensions.name a.pem
      tab\\there\\\\	issuer	a.hu, *.a.hu	256	2036-01-01T00:00:00Z		subjectAltName
      $ cert-info -f names.dns.1,names.dns.9,extensions.0.oid,extensions.0,subject_fields a.pem
      *.a.hu		2.5.29.17	{"oid":"2.5.29.17","name":"subjectAltName","critical":false,"value":null}	{"CN":["tab\\\\there\\\\\\\\"]}
      $ cert-info -f subject.1.2.3.4,subject.2.5.4.97,subject.organizationidentifier,subject.OU.1 c.der
      by OID	VATHU-1	VATHU-1	second
      $ cert-info --names a.pem b.der
      a.hu
      *.a.hu
      $ cert-info --pem a.pem | grep -c CERTIFICATE
      2
      $ test "$(cert-info --fingerprint b.der)" = "$(sha256sum < b.der | cut -d' ' -f1)"
      $ test "$(cert-info --fingerprint=sha512 b.der)" = "$(sha512sum < b.der | cut -d' ' -f1)"
      $ cert-info --fingerprint=md5 b.der
      2> cert-info: --fingerprint: md5 is none of sha1, sha256, sha512, spki
      ? 2
      $ cert-info --fingerprint md5
      2> cert-info: md5: no such file or directory
      ? 2
      $ cert-info --json --names a.pem
      2> cert-info: --json and --names exclude each other
      ? 2
      $ cert-info --jobs 0 a.pem
      2> cert-info: --jobs: 0 is not a number from 1 to 64
      ? 2
      $ cert-info --at 2035-12-10 --expires-within 30d -f index,days_left a.pem b.der
      1	22
      2	22
      ? 1
      $ cert-info --at 2035-12-10 --expires-within 2w a.pem b.der
      $ cert-info --at 2035-12-10 --expires-within 30d b.der
      /^2036-01-01  22 days left +\\S+ +b\\.der$/
      ? 1
      $ cert-info --at 2036-01-03 --expires-within 30d b.der
      /^2036-01-01  expired 1 day ago +\\S+ +b\\.der$/
      ? 1
      $ cert-info --at 2036-02-01 --expires-within 1h -q a.pem
      ? 1
      $ cert-info --expires-within 30 a.pem
      2> cert-info: --expires-within: 30 is not a duration
      2> hint: a number and h, d or w, for example 30d
      ? 2
      $ cert-info --json --at 2026-06-01 a.pem -o out.json && cut -c1-46 out.json
      {"type":"certificate","source":"a.pem","index"
    `,
  );
});

t.test('a timeline fits the terminal', async (t) => {
  const cwd = t.testdir();
  const certificates = [
    forgeCertificate({
      subject: commonName('twenty years of a root with a long name'),
      notAfter: utcTime('450101000000Z'),
    }),
    forgeCertificate({ subject: commonName('日本語の証明書を発行する認証局'), notAfter: utcTime('260501000000Z') }),
    forgeCertificate({ subject: commonName('e\u0301'), notBefore: utcTime('270101000000Z') }),
    forgeCertificate({ subject: commonName('soon'), notAfter: utcTime('260620000000Z') }),
    forgeCertificate({ subject: commonName('unread'), notAfter: utcTime('never') }),
    forgeCertificate({ subject: commonName('no end'), notAfter: generalizedTime('99991231235959Z') }),
  ];
  writeFileSync(join(cwd, 'all.pem'), certificates.map(pem).join(''));
  const draw = (columns: number) =>
    run('cert-info', ['--timeline', '--at', '2026-06-01', 'all.pem'], { cwd, env: { COLUMNS: String(columns) } });
  for (const columns of [200, 80, 50, 49, 40, 30, 20, 10]) {
    const { stdout, stderr } = draw(columns);
    const lines = stdout.trimEnd().split('\n');
    const widths = lines.map((line) => Array.from(line).reduce((sum, character) => sum + cells(character), 0));
    t.ok(Math.max(...widths) <= columns, `${columns} columns: ${Math.max(...widths)}`);
    t.equal(lines.length, 6, 'an axis and a line for each');
    t.equal(stderr, 'cert-info: all.pem: no bar for unread: unreadable validity\n');
    const order = ['日', 'so', 'é', 'tw', 'no'].map((word) =>
      lines.findIndex((line) => line.normalize().startsWith(word)),
    );
    t.same(order, [1, 2, 3, 4, 5], 'in the order they expire');
  }
  t.match(draw(80).stdout, /^ +today +2066-06-01\n/, 'today on the axis, whatever else there is room for');
  t.match(draw(40).stdout, /^soon .* 19d$/m, 'a narrow one says the days');
});

/** Cells of the characters above: the Japanese ones are wide, the accent has none of its own. */
function cells(character: string): number {
  return character === '\u0301' ? 0 : character >= '\u3000' ? 2 : 1;
}
