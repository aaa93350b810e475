import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readElement } from '../../src/der/reader.js';
import { Tag } from '../../src/der/tag.js';
import { element, integer, nullValue, sequence } from '../../src/der/writer.js';
import { encodePem } from '../../src/pem/encode.js';
import { nameFor, parsePeerName } from '../../src/trust/peer-names.js';
import { Certificate } from '../../src/x509/certificate.js';
import { ExtensionOid } from '../../src/x509/extension.js';
import { PublicKey } from '../../src/x509/public-key.js';
import {
  algorithmIdentifier,
  attribute,
  buildCertificate,
  buildRequest,
  dns,
  email,
  ip,
  nodeKey,
  requestAttribute,
  SHA256_WITH_RSA,
  uri,
  utf8,
} from '../support/request-builder.js';
import { run, session } from '../support/session.js';
import { commonName, keyIdOf, make, makeCa } from '../support/test-ca.js';
import { some } from '../support/whole.js';

// Names, times and texts that others wrote wrong: never copied, never taken for an answer.

const dir = t.testdir();
const put = (name: string, octets: string | Uint8Array) => writeFileSync(join(dir, name), octets);
const made = run(
  'sh',
  [
    '-e',
    '-c',
    `csr-gen --cn Root --ca --self-sign 3650 -n ec -K root.key -o root.pem
     csr-gen --cn a.hu -n ec -K a.key -o a.csr`,
  ],
  { cwd: dir },
);
if (made.status !== 0) throw new Error(made.stderr);

const latin1 = (text: string) => Buffer.from(text, 'latin1');

t.test('names that could not be decoded are copied by no command', async (t) => {
  const wrong: Readonly<Record<string, Uint8Array>> = {
    'a host name in Latin-1': dns('\xe1rv\xedz.hu'),
    'a host name in UTF-8': dns(Buffer.from('árvíz.hu').toString('latin1')),
    'an address with its mask': ip(192, 0, 2, 0, 255, 255, 255, 0),
    'an address of three octets': ip(192, 0, 2),
    'an e-mail address in Latin-1': email('\xe1@valami.hu'),
    'a URI in Latin-1': uri('http://valami.hu/\xe1'),
  };
  for (const [turn, [what, name]] of some(Object.entries(wrong), 2).entries()) {
    const parts = { subject: [attribute('2.5.4.3', 'mail.valami.hu')], names: [name] };
    put('wrong.csr', encodePem('CERTIFICATE REQUEST', buildRequest(parts)));
    put('wrong.crt', encodePem('CERTIFICATE', buildCertificate(parts)));
    const signed = run('csr-sign', ['--ca', 'root.pem', '--ca-key', 'root.key', 'wrong.csr'], { cwd: dir });
    t.match(
      signed,
      { status: 1, stdout: '', stderr: /an alternative name cannot be copied: .*\nhint: give --san/ },
      what,
    );
    for (const file of some(['wrong.csr', 'wrong.crt'], 2, turn)) {
      const renewed = run('csr-gen', ['--from', file, '-k', 'a.key'], { cwd: dir });
      const stderr = /line 1: an alternative name cannot be written again: .*\nhint: give all names with --san/;
      t.match(renewed, { status: 2, stdout: '', stderr }, `${what}: ${file}`);
      const other = run('csr-gen', ['--from', file, '-k', 'a.key', '--san', 'mail.valami.hu'], { cwd: dir });
      t.equal(other.status, 0, `${what}: ${file}, with the names given`);
    }
  }
});

t.test('a subject that could not be decoded is copied by no command', async (t) => {
  const wrong: Readonly<Record<string, Uint8Array>> = {
    'a UTF8String in Latin-2': attribute('2.5.4.10', latin1('P\xe9lda'), Tag.utf8String),
    'a BMPString with half a character': attribute('2.5.4.10', Buffer.from('d800', 'hex'), Tag.bmpString),
    'a PrintableString in Latin-2': attribute('2.5.4.10', latin1('P\xe9lda'), Tag.printableString),
  };
  for (const [what, each] of Object.entries(wrong)) {
    put('wrong.csr', encodePem('CERTIFICATE REQUEST', buildRequest({ subject: [each] })));
    const signed = run('csr-sign', ['--ca', 'root.pem', '--ca-key', 'root.key', 'wrong.csr'], { cwd: dir });
    t.match(signed, { status: 1, stdout: '', stderr: /the subject cannot be copied: O is a/ }, what);
    const renewed = run('csr-gen', ['--from', 'wrong.csr', '-k', 'a.key'], { cwd: dir });
    t.match(renewed, { status: 2, stdout: '', stderr: /the subject cannot be written again: O is a/ }, what);
  }
  put(
    'empty.csr',
    encodePem('CERTIFICATE REQUEST', buildRequest({ subject: [attribute('2.5.4.3', 'a.hu'), Buffer.of()] })),
  );
  put(
    'star.csr',
    encodePem('CERTIFICATE REQUEST', buildRequest({ subject: [attribute('2.5.4.3', '*.a.hu', Tag.printableString)] })),
  );
  session(
    t,
    dir,
    `
      $ csr-sign --ca root.pem --ca-key root.key empty.csr
      2> csr-sign: empty.csr: request 1 at line 1: the subject has an empty relative name
      2> hint: csr-gen --from FILE --subject DN makes a request without that
      ? 1
      $ csr-gen --from empty.csr -k a.key | cert-info -f subject,warnings
      /^CN=a.hu\\t$/
      $ csr-gen --from star.csr -k a.key | cert-info -f subject,warnings
      /^CN=\\*.a.hu\\t$/
    `,
  );
});

t.test('text that is no UTF-8 gets into no request', async (t) => {
  put('latin2.json', latin1('{\n"CN": "a.hu",\n"names": [{"O": "P\xe9lda"}] }\n'));
  put('latin2.template', latin1('cn = a.hu\norganization = P\xe9lda\n'));
  put('latin2.batch', latin1('{"CN":"a.hu"}\n{"CN":"b.hu","names":[{"O":"P\xe9lda"}]}\n{"CN":"c.hu"}\n'));
  put('latin2.names', latin1('b.hu\np\xe9lda.hu\n'));
  put('utf16.template', Buffer.from('\ufeffcn = a.hu\norganization = Példa\n', 'utf16le'));
  put('utf16.names', Buffer.from('\ufeffb.hu\n', 'utf16le').swap16());
  session(
    t,
    dir,
    `
      $ csr-gen -k a.key --cn a.hu --org "$(printf 'P\\351lda')"
      2> csr-gen: --org: its value is not UTF-8
      2> hint: iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2
      ? 2
      $ csr-gen -k a.key latin2.json
      2> csr-gen: latin2.json: line 3: this is not UTF-8
      2> hint: iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2
      ? 2
      $ csr-gen -k a.key - < latin2.template
      2> csr-gen: -: line 2: this is not UTF-8
      2> hint: iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2
      ? 2
      $ csr-gen -k a.key --cn a.hu --san-file latin2.names
      2> csr-gen: latin2.names: line 2: this is not UTF-8
      2> hint: iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2
      ? 2
      $ csr-gen --batch latin2.batch -n ec --key-dir keys -o batch.pem; s=$?; cert-info -f subject batch.pem; exit $s
      CN=a.hu
      CN=c.hu
      2> csr-gen: latin2.batch: line 2: this is not UTF-8
      2> hint: iconv -f ISO-8859-2 -t UTF-8 makes UTF-8 of Latin-2
      ? 2
      $ csr-gen -k a.key utf16.template | cert-info -f subject
      CN=a.hu,O=Példa
      $ csr-gen -k a.key --cn a.hu --san-file utf16.names | cert-info --names
      a.hu
      b.hu
    `,
  );
});

t.test('a passphrase is the same whatever an editor puts around it', async (t) => {
  const forms: Readonly<Record<string, Buffer>> = {
    plain: Buffer.from('jelszó\n'),
    crlf: Buffer.from('jelszó\r\nmore\r\n'),
    bom: Buffer.from('\ufeffjelszó\r\n'),
    'utf-16le': Buffer.from('\ufeffjelszó\r\n', 'utf16le'),
    'utf-16be': Buffer.from('\ufeffjelszó\n', 'utf16le').swap16(),
    'no line end': Buffer.from('\ufeffjelszó', 'utf16le'),
  };
  put('pass', forms['plain'] ?? '');
  run('csr-gen', ['--cn', 'b.hu', '-n', 'ec', '-K', 'b.key', '--passout', 'file:pass', '-o', 'b.csr'], { cwd: dir });
  for (const [form, octets] of some(Object.entries(forms), 2)) {
    put('pass', octets);
    const { status, stderr } = run('csr-gen', ['-k', 'b.key', '--passin', 'file:pass', '--cn', 'b.hu'], { cwd: dir });
    t.equal(status, 0, `${form}: ${stderr}`);
  }
});

t.test('an expiry that cannot be read is no answer', async (t) => {
  const times = { 'without Z': '270101000000', 'February 30': '270230000000Z', 'hour 24': '270101240000Z' };
  for (const [turn, [what, text]] of Object.entries(times).entries()) {
    const sound = buildCertificate({ subject: [attribute('2.5.4.3', 'a.hu')], names: [dns('a.hu')] });
    const time = element(Tag.utcTime, Buffer.from('270101000000Z'));
    const wrong = element(Tag.utcTime, Buffer.from(text.padEnd(13, ' ')));
    const at = sound.indexOf(time);
    const der = Buffer.concat([sound.subarray(0, at), wrong, sound.subarray(at + time.length)]);
    put('time.pem', encodePem('CERTIFICATE', der));
    const stderr = /time.pem: .*line 1: not a time: /;
    for (const args of some([[], ['-q'], ['--json'], ['--jobs', '2']], 3, turn)) {
      const info = run('cert-info', [...args, '--expires-within', '30d', 'time.pem'], { cwd: dir });
      t.match(info, { status: 2, stdout: '', stderr }, `${what} ${args.join(' ')}`);
    }
    t.match(run('pem-merge', ['--valid-for', '1h', 'time.pem'], { cwd: dir }), { status: 2, stdout: '', stderr }, what);
  }
});

t.test('a CA certified anew, whose leaf names the serial number it had, stays in the chain', async (t) => {
  const root = makeCa('Root R');
  const middle = makeCa('Middle', root);
  const shape = {
    names: ['mail.valami.hu'],
    extensions: {
      [ExtensionOid.authorityKeyId]: {
        value: sequence(
          element(0x80, keyIdOf(middle.key)),
          element(0xa1, element(0xa4, commonName('Root R'))),
          element(0x82, integer(7).subarray(2)),
        ),
      },
    },
  };
  const all = [make('mail.valami.hu', middle, shape), middle].map(({ der }) => encodePem('CERTIFICATE', der)).join('');
  put('renewed.pem', all);
  session(
    t,
    dir,
    `
      $ pem-merge --at 2026-06-01T00:00:00Z renewed.pem | cert-info -f subject
      CN=mail.valami.hu
      CN=Middle
      2> pem-merge: renewed.pem: warning: mail.valami.hu names another serial number of its issuer
      2> hint: its signature is good; OpenSSL looks for the certificate of that number
      2> ...
    `,
  );
});

t.test('files that are taken for another kind, and pairs servers do not load', async (t) => {
  put('openssl.cnf', '[req]\ndistinguished_name = dn\n[dn]\nCN = a.hu\n');
  put('certreq.inf', '[Version]\nSignature = "$Windows NT$"\n[NewRequest]\nSubject = "CN=a.hu"\n');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  put('rsa.key', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });
  const asPss = Buffer.from(
    spki(rsa.publicKey).toString('hex').replace('300d06092a864886f70d0101010500', '300d06092a864886f70d01010a3000'),
    'hex',
  );
  t.equal(new PublicKey(readElement(spki(pss.publicKey))).type, 'rsa-pss');
  t.equal(new PublicKey(readElement(asPss)).type, 'rsa-pss');
  const key = { ...nodeKey(rsa.privateKey, algorithmIdentifier(SHA256_WITH_RSA, nullValue())), spki: asPss };
  put(
    'pss.crt',
    encodePem('CERTIFICATE', buildCertificate({ subject: [attribute('2.5.4.3', 'a.hu')], names: [dns('a.hu')], key })),
  );
  session(
    t,
    dir,
    `
      $ csr-gen -k a.key openssl.cnf
      2> csr-gen: openssl.cnf: this is a configuration of OpenSSL, no SPEC
      2> hint: openssl req -new -config FILE makes a request of it
      ? 2
      $ csr-gen -k a.key certreq.inf
      2> csr-gen: certreq.inf: this is certreq's policy file, no SPEC
      2> hint: certreq -new FILE makes a request of it
      ? 2
      $ csr-gen -k a.key --cn localhost --self-sign 30 | cert-info --names
      localhost
      $ chmod 600 rsa.key && pem-merge --at 2026-06-01T00:00:00Z pss.crt rsa.key
      2> ...
      2> pem-merge: rsa.key: line 1: the private key is rsaEncryption, its certificate is for RSASSA-PSS
      2> hint: haproxy refuses such a pair, nginx starts with it and fails at every handshake
      2> ...
      ? 1
      $ csr-sign -q --ca root.pem --ca-key root.key a.csr > a.pem && pem-merge a.pem a.key root.pem root.key -o site.pem
      2> pem-merge: root.key: line 1: this private key is left out: it is a CA's, not a server's
      2> ...
      $ cert-info -f type site.pem
      private_key
      certificate
    `,
  );
});

t.test('of a request that cannot be walked, nothing is told but where', async (t) => {
  // A SET of 83 octets where 5 are left; the signature is good all the same.
  const attribute = requestAttribute('1.2.840.113549.1.9.2', utf8('abc'));
  attribute.writeUInt8(83, attribute.length - 6);
  put('overrun.csr', encodePem('CERTIFICATE REQUEST', buildRequest({ names: undefined, attributes: [attribute] })));
  const calls = [
    'csr-sign --ca root.pem --ca-key root.key overrun.csr',
    'csr-check overrun.csr',
    'csr-gen --from overrun.csr -k a.key',
    'cert-info overrun.csr',
    'wildcard-match --cert overrun.csr',
    'pem-split overrun.csr',
    'key-match overrun.csr',
  ];
  for (const call of calls) {
    const [program = '', ...args] = call.split(' ');
    const result = run(program, args, { cwd: dir });
    t.match(result, { status: 2, stdout: '', stderr: /SET of 83 bytes ends 78 bytes early at byte \d+/ }, call);
  }
});

t.test('a host name in UTF-8 is shown as it was meant, and matches nothing', async (t) => {
  const utf8Name = dns(Buffer.from('árvíz.hu').toString('latin1'));
  // The Kelvin sign is a k in lower case.
  const kelvin = dns(Buffer.from('ban\u212a.hu').toString('latin1'));
  put('u.crt', encodePem('CERTIFICATE', buildCertificate({ subject: [], names: [utf8Name, kelvin] })));
  session(
    t,
    dir,
    `
      $ cert-info --names u.crt
      árvíz.hu
      ban\u212a.hu
      $ printf '%s\\n' árvíz.hu xn--rvz-dla6d.hu bank.hu | wildcard-match --cert u.crt
      2> /dNSName .* matches nothing/
      2> /dNSName .* matches nothing/
      ? 1
    `,
  );
  const certificate = new Certificate(buildCertificate({ subject: [], names: [utf8Name, kelvin] }));
  for (const name of ['bank.hu', 'árvíz.hu'])
    t.equal(nameFor(parsePeerName('--name', name), certificate), undefined, `cert-verify --name ${name}`);
});
