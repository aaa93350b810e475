import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import t from 'tap';
import { wholeLines } from '../../src/input/lines.js';
import { namedCertificate } from '../support/named-certificate.js';
import { run, session } from '../support/session.js';

/** Writes certificates with these names, in PEM, and gives the folder they are in. */
function withCertificates(cwd: string, files: Record<string, Parameters<typeof namedCertificate>>): string {
  for (const [file, names] of Object.entries(files)) writeFileSync(join(cwd, file), pem(namedCertificate(...names)));
  return cwd;
}

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

t.test('filters hosts as grep filters lines', async (t) => {
  const cwd = t.testdir({
    hosts: 'alma.valami.hu\n# fruit\n\nbarack.valami.hu\r\njonatan.alma.valami.hu\nvalami.hu\n',
    patterns: '*.valami.hu\n\n# the bare name too\nvalami.hu\n',
  });
  session(
    t,
    cwd,
    `
    # The guide's example.
    $ wildcard-match '*.valami.hu' < hosts
    alma.valami.hu
    barack.valami.hu
    $ wildcard-match -v '*.valami.hu' < hosts
    jonatan.alma.valami.hu
    valami.hu
    $ wildcard-match -c '*.valami.hu' < hosts
    2
    $ wildcard-match -c '*.valami.hu' - < hosts
    2
    $ wildcard-match -c -v -e '*.valami.hu' hosts
    2
    $ wildcard-match -m 1 '*.valami.hu' < hosts
    alma.valami.hu
    $ wildcard-match -q '*.valami.hu' < hosts
    $ wildcard-match -q other.hu < hosts
    ? 1
    $ wildcard-match -c other.hu < hosts
    0
    ? 1
    $ wildcard-match -f patterns - < hosts
    alma.valami.hu
    barack.valami.hu
    valami.hu
    $ wildcard-match --all -f patterns hosts
    jonatan.alma.valami.hu
    ? 1
    $ wildcard-match --all -f patterns -e jonatan.alma.valami.hu hosts
    # An empty list is no.
    $ wildcard-match '*.valami.hu' < /dev/null
    ? 1
    $ wildcard-match --all '*.valami.hu' < /dev/null
    ? 1
    $ wildcard-match -e a.hu nowhere
    2> wildcard-match: nowhere: no such file or directory
    ? 2
    $ wildcard-match
    2> wildcard-match: no pattern to match
    2> hint: a PATTERN, -e PATTERN, -f FILE or --cert FILE
    ? 2
    $ wildcard-match -f - < patterns
    2> wildcard-match: standard input is asked for twice: the list of hosts and --file -
    ? 2
    `,
  );
});

t.test('with --host prints the patterns that cover a host', async (t) => {
  session(
    t,
    t.testdir({ patterns: '*.valami.hu\nmail.valami.hu\n*.alma.valami.hu\n192.0.2.1\n' }),
    `
    $ wildcard-match --host mail.valami.hu < patterns
    *.valami.hu
    mail.valami.hu
    $ wildcard-match --host MAIL.valami.hu. --host x.alma.valami.hu '*.valami.hu' '*.alma.valami.hu'
    *.valami.hu
    *.alma.valami.hu
    $ wildcard-match -v --host mail.valami.hu -f patterns
    *.alma.valami.hu
    192.0.2.1
    $ wildcard-match --all --host mail.valami.hu --host valami.hu -f patterns
    valami.hu
    ? 1
    $ wildcard-match --host 192.0.2.1 < patterns
    192.0.2.1
    $ wildcard-match --host https://valami.hu/ < patterns
    2> wildcard-match: https://valami.hu/: is not a host name: a URL is no host name
    2> hint: the name alone: valami.hu; --url takes URLs as they are
    ? 1
    `,
  );
});

t.test('names of certificates', async (t) => {
  const cwd = withCertificates(t.testdir({ hosts: 'alma.valami.hu\n192.0.2.1\n[2001:DB8:0::1]:443\nother.hu\n' }), {
    'c.pem': [
      ['*.valami.hu', 'mail.valami.hu'],
      [Buffer.of(192, 0, 2, 1), Buffer.from('20010db8000000000000000000000001', 'hex')],
    ],
    'odd.pem': [['valami.hu\0.evil.hu', 'a b.hu', '*', 'a.*.hu', 'ok.hu', 'b\u00fccher.hu'], [Buffer.of(1, 2, 3)]],
    'none.pem': [[]],
  });
  writeFileSync(join(cwd, 'c.der'), namedCertificate(['*.valami.hu']));
  session(
    t,
    cwd,
    `
    $ wildcard-match --cert c.pem hosts
    alma.valami.hu
    192.0.2.1
    [2001:DB8:0::1]:443
    $ wildcard-match -f c.pem -c hosts
    3
    $ wildcard-match --cert c.der hosts
    alma.valami.hu
    $ wildcard-match --host mail.valami.hu < c.pem
    *.valami.hu
    mail.valami.hu
    $ wildcard-match --host 2001:db8::1 c.pem
    2001:db8::1
    $ wildcard-match --host a.ok.hu --cert odd.pem
    2> wildcard-match: odd.pem: line 1: dNSName "valami.hu\\x00.evil.hu" matches nothing: label 2 holds U+0000
    2> wildcard-match: odd.pem: line 1: dNSName "a b.hu" matches nothing: label 1 holds a space
    2> wildcard-match: odd.pem: line 1: dNSName "*" matches nothing: a lone * covers nothing
    2> wildcard-match: odd.pem: line 1: dNSName "a.*.hu" matches nothing: * must be the whole left-most label
    2> wildcard-match: odd.pem: line 1: dNSName "bücher.hu" matches nothing: a dNSName is not ASCII, as an A-label it is xn--bcher-kva.hu
    2> wildcard-match: odd.pem: line 1: iPAddress of 3 octets matches nothing
    ? 1
    $ wildcard-match -q --host ok.hu --cert odd.pem
    $ wildcard-match --host test --cert none.pem
    2> wildcard-match: none.pem: line 1: CN "test" does not count, subjectAltName has no host name
    2> hint: --cn shows what clients did before
    ? 1
    $ wildcard-match --cn --host test --cert none.pem
    test
    2> wildcard-match: none.pem: line 1: CN "test" is taken for a name, which clients no longer do (RFC 9525 2)
    $ wildcard-match --at 2050-01-01 --host mail.valami.hu c.pem
    *.valami.hu
    mail.valami.hu
    2> wildcard-match: c.pem: line 1: expired at 2049-01-01T00:00:00Z
    $ wildcard-match --cert hosts hosts
    2> wildcard-match: hosts: neither PEM nor DER
    2> ...
    ? 2
    # A file of hosts where patterns are expected.
    $ echo alma.valami.hu | wildcard-match c.pem
    2> wildcard-match: c.pem: is taken for a pattern, though a file has this name
    2> hint: if it holds hosts: -e PATTERN c.pem; patterns: -f c.pem; a certificate: --cert c.pem
    ? 1
    $ echo alma.valami.hu | wildcard-match ./patterns
    2> wildcard-match: ./patterns: matches nothing: holds "/"
    2> hint: if it holds hosts: -e PATTERN ./patterns; patterns: -f ./patterns; a certificate: --cert ./patterns
    ? 1
    `,
  );
});

t.test('a request is as good as a certificate, and a chain is not the server', async (t) => {
  session(
    t,
    t.testdir(),
    `
    $ csr-gen --cn mail.valami.hu -a '*.valami.hu' -n ec:P-256 -K mail.key -o mail.csr
    $ csr-gen --cn ca.valami.hu -a ca.valami.hu --ca --self-sign 3650 -n ec:P-256 -K ca.key -o ca.pem
    $ csr-sign --ca ca.pem --ca-key ca.key mail.csr > mail.crt
    $ cat mail.key mail.crt ca.pem > merged.pem
    $ wildcard-match --host mail.valami.hu < mail.csr
    mail.valami.hu
    *.valami.hu
    $ wildcard-match --host mail.valami.hu --host ca.valami.hu merged.pem
    mail.valami.hu
    *.valami.hu
    $ wildcard-match --host ca.valami.hu ca.pem
    ca.valami.hu
    # Of two certificates with the same wildcard the one that expires last.
    $ csr-gen --cn a.hu -a '*.valami.hu' --self-sign 20 -n ec:P-256 -K 1.key -o 1.pem
    $ csr-gen --cn a.hu -a '*.valami.hu' --self-sign 10 -n ec:P-256 -K 2.key -o 2.pem
    $ wildcard-match --best --cert 2.pem --cert 1.pem --host x.valami.hu
    x.valami.hu	1.pem	*.valami.hu
    $ wildcard-match --json --all --host mail.valami.hu --host no.hu merged.pem
    {"type":"host","host":"no.hu","name":"no.hu","match":false,"pattern":null,"source":null,"place":null,"reason":"suffix","nearest":null}
    ? 1
    $ wildcard-match --cert mail.key --host a.hu
    2> wildcard-match: mail.key: line 1: expected a certificate or a request, found a private key
    2> hint: csr-gen --key FILE makes a request with a key; pem-merge puts one beside its certificate
    ? 2
    $ wildcard-match --cert mail.key --host a.hu --passin pass:secret
    2> wildcard-match: mail.key: --passin pass: would show the secret to everyone who can list processes
    2> hint: use env:NAME, file:PATH or fd:N
    ? 2
    $ PW=secret pem-merge --p12 --passout env:PW -o mail.p12 mail.key mail.crt ca.pem 2> /dev/null
    $ PW=secret wildcard-match --passin env:PW --host mail.valami.hu mail.p12
    mail.valami.hu
    *.valami.hu
    `,
  );
});

t.test('what lists of hosts may hold', async (t) => {
  const cwd = t.testdir({
    list: [
      '\ufeffalma.valami.hu',
      'BARACK.Valami.HU.',
      'tükör.valami.hu',
      'xn--tkr-tna2a.valami.hu',
      '_dmarc.valami.hu',
      'mail.valami.hu:443',
      'https://valami.hu:8443/a',
      'a b.valami.hu',
      '',
      '  # comment',
      '1.2.3',
      'valami..hu',
      '*.valami.hu',
      'no-newline.valami.hu',
    ].join('\n'),
  });
  session(
    t,
    cwd,
    `
    $ wildcard-match -q '*.valami.hu' < list
    $ wildcard-match '*.valami.hu' < list 2> /dev/null
    alma.valami.hu
    BARACK.Valami.HU.
    tükör.valami.hu
    xn--tkr-tna2a.valami.hu
    _dmarc.valami.hu
    mail.valami.hu:443
    no-newline.valami.hu
    $ wildcard-match --url -v '*.valami.hu' < list
    https://valami.hu:8443/a
    a b.valami.hu
    1.2.3
    valami..hu
    *.valami.hu
    2> wildcard-match: -: line 8: "a b.valami.hu" is not a host name: holds a space
    2> wildcard-match: -: line 11: "1.2.3" is not a host name: the last label is a number
    2> wildcard-match: -: line 12: "valami..hu" is not a host name: label 2 is empty
    2> wildcard-match: -: line 13: "*.valami.hu" is not a host name: label 1 holds "*"
    $ wildcard-match -c '*.Tükör.hu' < /dev/null
    0
    ? 1
    $ printf 'a.tükör.hu\\na.XN--TKR-TNA2A.hu\\n' | wildcard-match '*.Tükör.hu'
    a.tükör.hu
    a.XN--TKR-TNA2A.hu
    $ echo foo.valami.hu | wildcard-match 'f*.valami.hu'
    2> wildcard-match: f*.valami.hu: matches nothing: * must be the whole left-most label
    ? 1
    $ echo foo.valami.hu | wildcard-match --rfc6125 'f*.valami.hu'
    foo.valami.hu
    $ echo foo.xn--tkr-tna2a.hu | wildcard-match --rfc6125 'F*.Tükör.hu'
    foo.xn--tkr-tna2a.hu
    $ echo xn--tkr-tna2a.valami.hu | wildcard-match --rfc6125 -e 'xn--*.valami.hu' -e 'tü*.valami.hu' -e 'f*.192.0.2.1' -e 'f*o*.valami.hu'
    2> wildcard-match: xn--*.valami.hu: matches nothing: * inside an internationalised label
    2> wildcard-match: tü*.valami.hu: matches nothing: label 1 holds "ü"
    2> wildcard-match: f*.192.0.2.1: matches nothing: an IP address is no host name
    2> wildcard-match: f*o*.valami.hu: matches nothing: more than one *
    ? 1
    $ echo valami.hu | wildcard-match '*.hu'
    valami.hu
    2> wildcard-match: *.hu: warning: hu is a public suffix: names under it belong to anybody
    $ echo a.github.io | wildcard-match '*.github.io'
    a.github.io
    `,
  );
  const binary = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) % 256));
  t.equal(run('wildcard-match', ['*.valami.hu'], { stdin: binary }).status, 1, 'binary noise is no host');
  const long = `${'a'.repeat(300_000)}\nalma.valami.hu\n`;
  t.equal(run('wildcard-match', ['*.valami.hu'], { stdin: long }).stdout, 'alma.valami.hu\n', 'a line without end');
  const first = run('sh', ['-c', "yes alma.valami.hu | wildcard-match '*.valami.hu' | head -n 1"]);
  t.same([first.stdout, first.stderr], ['alma.valami.hu\n', ''], 'a closed pipe ends it quietly');
});

t.test('lines come whole, however the input is cut', async (t) => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '#', ' '), maxLength: 5 });
  const pieces = fc.array(fc.nat({ max: 40 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), fc.boolean(), pieces, async (lines, isTerminated, cuts) => {
      const text = lines.join('\n') + (isTerminated && lines.length > 0 ? '\n' : '');
      const bytes = Buffer.from(text);
      const ends = [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
      const chunks = async function* () {
        for (const [i, end] of ends.entries()) yield bytes.subarray(ends[i - 1] ?? 0, end);
      };
      const found: string[] = [];
      for await (const piece of wholeLines({ name: 'x', chunks })) {
        t.equal(piece.at(-1), 0x0a);
        found.push(piece.toString('utf8'));
      }
      t.equal(found.join(''), text === '' || text.endsWith('\n') ? text : `${text}\n`);
    }),
    { numRuns: 300 },
  );
});

t.test('explanations, JSON, and what excludes what', async (t) => {
  session(
    t,
    t.testdir({ hosts: 'alma.valami.hu\nvalami.hu\na b\nраypal.valami.hu\n' }),
    `
    $ wildcard-match --explain -e '*.valami.hu' -e mail.other.hu hosts
    alma.valami.hu	yes	*.valami.hu
    valami.hu	no	label count	*.valami.hu
    a b	no	not a host name	holds a space
    раypal.valami.hu	yes	*.valami.hu
    2> wildcard-match: hosts: line 3: "a b" is not a host name: holds a space
    2> wildcard-match: раypal.valami.hu: a label mixes Cyrillic and Latin letters: it may imitate another name
    $ wildcard-match --explain --host www.other.hu --host 192.0.2.1 '*.valami.hu' mail.other.hu
    www.other.hu	no	first label	mail.other.hu
    192.0.2.1	no	address
    ? 1
    $ wildcard-match -q --json -e '*.valami.hu' hosts
    $ wildcard-match --json --host alma.valami.hu --host valami.hu '*.valami.hu'
    {"type":"pattern","pattern":"*.valami.hu","source":null,"place":null,"match":true,"hosts":["alma.valami.hu"]}
    $ echo valami.hu:25 | wildcard-match --json '*.valami.hu'
    {"type":"host","host":"valami.hu:25","name":"valami.hu","match":false,"pattern":null,"source":null,"place":null,"reason":"label count","nearest":"*.valami.hu"}
    ? 1
    $ wildcard-match -v --all x
    2> wildcard-match: --invert-match and --all exclude each other
    ? 2
    $ wildcard-match --max 3 x
    2> wildcard-match: --max needs --suggest
    ? 2
    $ wildcard-match -m x y
    2> wildcard-match: --max-count: x is not a number
    ? 2
    $ wildcard-match -m 0 '*.valami.hu' < hosts
    ? 1
    $ wildcard-match --suggest --max 1 --host a.hu --host b.hu
    2> wildcard-match: the hosts need 2 names, --max allows 1
    ? 1
    $ wildcard-match --unused -e a.hu < /dev/null
    2> wildcard-match: the list of hosts is empty
    ? 1
    `,
  );
});

t.test('which file, which certificate', async (t) => {
  const cwd = withCertificates(t.testdir(), {
    'a.pem': [['*.valami.hu', 'mail.a.hu']],
    'b.pem': [['*.valami.hu', 'alma.valami.hu']],
    'c.pem': [['other.hu']],
  });
  const files = ['a.pem', 'b.pem', 'c.pem'];
  writeFileSync(join(cwd, 'all.pem'), files.map((file) => readFileSync(join(cwd, file), 'utf8')).join(''));
  session(
    t,
    cwd,
    `
    $ echo alma.valami.hu | wildcard-match -l --cert a.pem --cert b.pem --cert c.pem -
    a.pem
    b.pem
    $ echo alma.valami.hu | wildcard-match -l --cert nosuch.pem --cert a.pem - > some; echo $?; grep -c . some
    2
    1
    2> wildcard-match: nosuch.pem: no such file or directory
    $ cp a.pem "$(printf 'new\\nline.pem')" && wildcard-match -l --cert *line.pem --cert c.pem --host mail.a.hu
    new\\nline.pem
    $ wildcard-match -l0 --cert *line.pem --cert b.pem --host alma.valami.hu | tr '\\n\\0' '_\\n'
    new_line.pem
    b.pem
    $ yes 'a b' | head -n 1200 | wildcard-match '*.valami.hu' 2>&1 | tail -n 1
    wildcard-match: and 200 more notices
    $ wildcard-match -0 x
    2> wildcard-match: --null needs --files-with-matches
    ? 2
    $ wildcard-match -l -v --cert a.pem --cert b.pem --cert c.pem --host alma.valami.hu
    c.pem
    $ wildcard-match --best --cert a.pem --cert b.pem --host alma.valami.hu --host x.valami.hu --host no.hu
    alma.valami.hu	b.pem	alma.valami.hu
    x.valami.hu	a.pem	*.valami.hu
    $ wildcard-match --best --cert all.pem --host mail.a.hu --host other.hu
    mail.a.hu	all.pem line 1	mail.a.hu
    other.hu	all.pem line 17	other.hu
    $ wildcard-match --best x
    2> wildcard-match: --best chooses between certificates
    2> hint: give them with --cert FILE
    ? 2
    `,
  );
});

t.test('the examples of the man page', async (t) => {
  const cwd = t.testdir({
    hosts: 'alma.valami.hu\nmail.valami.hu\njonatan.alma.valami.hu\n',
    urls: 'https://alma.valami.hu/\nhttps://a.barack.valami.hu/x\nhttps://b.barack.valami.hu:8443/\n',
  });
  withCertificates(cwd, {
    'icewarp_szerver.pem': [['mail.valami.hu', '*.valami.hu']],
    'mail.pem': [['mail.valami.hu', 'old.valami.hu']],
    'wild.pem': [['*.valami.hu']],
  });
  const page = readFileSync(fileURLToPath(new URL('../../man/wildcard-match.1', import.meta.url)), 'utf8');
  const examples = page.slice(page.indexOf('.Sh EXAMPLES'), page.indexOf('.Sh SEE ALSO'));
  for (const [, text = ''] of examples.matchAll(/^\.Bd .*\n([\s\S]*?)^\.Ed$/gm)) {
    const steps = text.replaceAll('\\e', '\\').split(/^(?=\$ )/m);
    for (const step of steps) session(t, cwd, `${step}${step.includes(' --all ') ? '? 1' : ''}`);
  }
});
