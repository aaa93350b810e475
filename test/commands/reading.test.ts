import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { run } from '../support/session.js';
import { some } from '../support/whole.js';

/**
 * Every form an object comes in × every option and operand that takes an object of its kind: read by all alike. What is of
 * another kind is refused by all in the same sentence, with file, line and a way out.
 */

const directory = t.testdir({});
const made = run(
  'sh',
  [
    '-ec',
    `csr-gen --cn mail.valami.hu -n rsa:2048 -K site.key -q -o site.csr
     openssl rsa -in site.key -traditional -aes128 -passout pass:titok -out old.key
     csr-gen --cn mail.valami.hu -a mail.valami.hu --ca -k site.key --self-sign 100 -o site.pem
     openssl crl2pkcs7 -nocrl -certfile site.pem -outform DER -out site.p7
     openssl pkcs12 -export -in site.pem -inkey site.key -passout pass:titok -out site.p12
     openssl x509 -in site.pem -trustout -addtrust serverAuth -out trusted.pem
     openssl rsa -in site.key -pubout -out site.pub
     crl-gen --ca site.pem --ca-key site.key -o site.crl
     csr-gen --key-only -n ec:P-256 -K account.key
     csr-gen --cn other.valami.hu -n ec:P-256 -K other.key | csr-sign --ca site.pem --ca-key site.key -o other.pem
     crl-gen --ca site.pem --ca-key site.key --hold -o held.crl site.pem
     openssl crl2pkcs7 -in site.crl -outform DER -out crl.p7`,
  ],
  { cwd: directory },
);
if (made.status !== 0) throw new Error(made.stderr);

const read = (name: string): Buffer => readFileSync(join(directory, name));
const bodyOf = (name: string): Buffer =>
  Buffer.from(
    read(name)
      .toString()
      .replaceAll(/-----.*/g, ''),
    'base64',
  );

/** The same element in BER: of indefinite length. */
function indefinite(der: Buffer): Buffer {
  const contentStart = 2 + ((der[1] as number) & 0x7f);
  return Buffer.concat([Buffer.of(der[0] as number, 0x80), der.subarray(contentStart), Buffer.alloc(2)]);
}

/** PEM as people have it, by a word for how. */
function layouts(label: string, der: Buffer): [how: string, octets: Buffer][] {
  const pem = encodePem(label, der);
  const utf16 = Buffer.from(`\ufeff${pem}`, 'utf16le');
  return [
    ['pem', Buffer.from(pem)],
    ['utf16le', utf16],
    ['utf16be', Buffer.from(utf16).swap16()],
    ['bom', Buffer.from(`\ufeff${pem}`)],
    ['crlf', Buffer.from(pem.replaceAll('\n', '\r\n'))],
    ['cr', Buffer.from(pem.replaceAll('\n', '\r'))],
    ['indented', Buffer.from(pem.replaceAll(/^/gm, '    '))],
    ['unwrapped', Buffer.from(pem.replaceAll(/(?<!-)\n(?!-)/g, ''))],
    ['glued', Buffer.from(pem.replace(/\n-----END/, '-----END'))],
    ['json', Buffer.from(JSON.stringify({ result: { value: pem } }))],
    ['base64', Buffer.from(`value: ${Buffer.from(pem).toString('base64')}\n`)],
    ['env', Buffer.from(`VALUE="${pem.replaceAll('\n', '\\n')}"\n`)],
  ];
}

const certificate = bodyOf('site.pem');
const request = bodyOf('site.csr');
const list = bodyOf('site.crl');
const pkcs8 = bodyOf('site.key');
const key = createPrivateKey(read('site.key'));
const pkcs1 = key.export({ format: 'der', type: 'pkcs1' });

const forms: Readonly<Record<string, readonly (readonly [how: string, octets: Buffer])[]>> = {
  cert: [
    ...layouts('CERTIFICATE', certificate),
    ['der', certificate],
    ['ber', indefinite(certificate)],
    ['ber-pem', Buffer.from(encodePem('CERTIFICATE', indefinite(certificate)))],
    ['x509', Buffer.from(encodePem('X509 CERTIFICATE', certificate))],
    ['trusted', read('trusted.pem')],
    ['p7-der', read('site.p7')],
    ['p7-ber', indefinite(read('site.p7'))],
    ['p7-pem', Buffer.from(encodePem('PKCS7', read('site.p7')))],
    ['p7-mislabelled', Buffer.from(encodePem('CERTIFICATE', read('site.p7')))],
    ['p12-der', read('site.p12')],
    ['p12-pem', Buffer.from(encodePem('PKCS12', read('site.p12')))],
    ['request-label', Buffer.from(encodePem('CERTIFICATE REQUEST', certificate))],
  ],
  crl: [
    ...layouts('X509 CRL', list),
    ['der', list],
    ['ber', indefinite(list)],
    ['ber-pem', Buffer.from(encodePem('X509 CRL', indefinite(list)))],
    ['label', Buffer.from(encodePem('CRL', list))],
    ['certificate-label', Buffer.from(encodePem('CERTIFICATE', list))],
    ['p7-der', read('crl.p7')],
    ['p7-pem', Buffer.from(encodePem('PKCS7', read('crl.p7')))],
  ],
  request: [
    ...layouts('CERTIFICATE REQUEST', request),
    ['der', request],
    ['ber', indefinite(request)],
    ['ber-pem', Buffer.from(encodePem('CERTIFICATE REQUEST', indefinite(request)))],
    ['new', Buffer.from(encodePem('NEW CERTIFICATE REQUEST', request))],
    ['pkcs10', Buffer.from(encodePem('PKCS10', request))],
    ['certificate-label', Buffer.from(encodePem('CERTIFICATE', request))],
  ],
  key: [
    ...layouts('PRIVATE KEY', pkcs8),
    ['der', pkcs8],
    ['ber', indefinite(pkcs8)],
    ['pkcs1', Buffer.from(encodePem('RSA PRIVATE KEY', pkcs1))],
    ['pkcs1-der', pkcs1],
    ['public-label', Buffer.from(encodePem('RSA PUBLIC KEY', pkcs1))],
    ['ec-label', Buffer.from(encodePem('EC PRIVATE KEY', pkcs8))],
    ['encrypted', read('old.key')],
    [
      'encrypted-lower',
      Buffer.from(read('old.key').toString().replace('Proc-Type', 'proc-type').replace('DEK-Info', 'dek-info')),
    ],
    ['jwk', Buffer.from(JSON.stringify(key.export({ format: 'jwk' })))],
    ['p12-der', read('site.p12')],
  ],
};

const files: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(forms).map(([kind, list]) => [
    kind,
    list.map(([how, octets]) => {
      const name = `${kind}.${how}`;
      writeFileSync(join(directory, name), octets, { mode: 0o600 });
      return name;
    }),
  ]),
);

/** Runs a command for each of these files, in one shell: it says `end` where that is given, and else ends well. */
function each(t: Test, names: readonly string[], command: string, end?: string): void {
  const script = `for file in ${names.join(' ')}; do ${command} > out 2>&1 < /dev/null; echo "$file $?"; cat out; done`;
  const { stdout } = run('sh', ['-c', script], { cwd: directory, env: { P: 'titok' } });
  const answers = stdout.split(/^(?=\S+ \d+$)/m);
  for (const name of names) {
    const answer = answers.find((each) => each.startsWith(`${name} `)) ?? '';
    t.ok(end === undefined ? answer.startsWith(`${name} 0\n`) : answer.includes(end), name, { stdout });
  }
}

/** The server of the calls that would go on to ask one: nothing listens there. */
const server = '--server https://127.0.0.1:1/directory';
const refused = 'connection refused';

const readers: readonly (readonly [kind: 'cert' | 'crl' | 'request' | 'key', command: string, end?: string])[] = [
  ['cert', 'csr-gen --passin env:P --from $file -k site.key'],
  ['cert', 'csr-check --passin env:P --renews $file --only e_renew_subject site.csr'],
  ['cert', 'csr-sign --passin env:P --ca $file --ca-key site.key --profile ca site.csr'],
  ['request', 'csr-gen --from $file -k site.key'],
  ['key', 'csr-gen --passin env:P --cn mail.valami.hu -k $file'],
  ['key', 'csr-check --passin env:P --key $file site.csr'],
  ['key', 'csr-sign --passin env:P --ca site.pem --ca-key $file --profile ca site.csr'],
  ['key', 'key-conv --passin env:P --no-pass $file'],
  ['cert', 'key-conv --passin env:P --public $file'],
  ['request', 'key-conv --public $file'],
  ['cert', 'cert-diff --passin env:P site.pem $file'],
  ['request', 'cert-diff site.csr $file'],
  ['cert', 'crl-gen --passin env:P --ca $file --ca-key site.key'],
  ['key', 'crl-gen --passin env:P --ca site.pem --ca-key $file'],
  ['crl', 'crl-gen --ca site.pem --ca-key site.key --from $file'],
  ['crl', 'crl-gen --ca site.pem --ca-key site.key --delta $file'],
  ['cert', 'crl-gen --passin env:P --ca site.pem --ca-key site.key $file'],
  ['cert', 'crl-gen --passin env:P --ca site.pem --ca-key site.key --from held.crl --release $file'],
  ['cert', 'cert-fetch --passin env:P --cert $file --key site.key 127.0.0.1:1', refused],
  ['key', 'cert-fetch --passin env:P --cert site.pem --key $file 127.0.0.1:1', refused],
  ['request', `csr-submit ${server} --account account.key --webroot . --no-check $file`, refused],
  [
    'cert',
    `csr-submit --passin env:P ${server} --account account.key --webroot . --no-check --renews $file site.csr`,
    'the certificate has no authority key identifier',
  ],
  ['cert', `cert-revoke --passin env:P ${server} --account account.key $file`, refused],
  ['key', `cert-revoke --passin env:P ${server} --key $file site.pem`, refused],
  ['key', `acme-account --passin env:P ${server} --account $file show`, refused],
];
for (const [turn, [kind, command, end]] of readers.entries()) {
  t.test(command, (t) => {
    each(t, some(files[kind] ?? [], 12, turn), command, end);
    t.end();
  });
}

/** Commands and options that take many: one call, and as many answers as files. */
const many: readonly (readonly [kind: 'cert' | 'crl' | 'request' | 'key', command: string, answer: RegExp])[] = [
  ['cert', 'cert-info --passin env:P -f source,type FILES', /\tcertificate$/gm],
  ['request', 'cert-info -f source,type FILES', /\trequest$/gm],
  ['key', 'cert-info --passin env:P -f source,type FILES', /\t(?:encrypted_)?private_key$/gm],
  ['request', 'csr-check --pass --only e_renew_subject FILES', /^-----BEGIN CERTIFICATE REQUEST-----$/gm],
  ['request', 'csr-sign --ca site.pem --ca-key site.key --profile ca FILES', /^-----BEGIN CERTIFICATE-----$/gm],
  ['crl', 'cert-info -f source,type FILES', /\tcrl$/gm],
  ['cert', 'cert-verify --passin env:P --profile rfc5280 --trust site.pem FILES', /^\S+: valid$/gm],
  ['cert', 'cert-status --passin env:P --offline --crl site.crl --issuer site.pem FILES', /^\S+: \S+: good,/gm],
  ['cert', 'cert-due --passin env:P --before 200d FILES', /^\S+: due since /gm],
  ...(['cert', 'request', 'key'] as const).map(
    (kind) => [kind, 'key-match --passin env:P --json FILES', /"source":"([^"]+)"/g] as const,
  ),
  ...(['cert', 'request', 'key', 'crl'] as const).map(
    (kind) => [kind, `pem-split --passin env:P --prefix ${kind}- --json FILES`, /"source":"([^"]+)"/g] as const,
  ),
];
for (const [kind, command, answer] of many) {
  t.test(command, (t) => {
    const names = files[kind] ?? [];
    const script = command.replace('FILES', names.join(' '));
    const { status, stdout, stderr } = run('sh', ['-c', script], { cwd: directory, env: { P: 'titok' } });
    t.equal(status, 0, stderr);
    const answers = new Set([...stdout.matchAll(answer)].map(({ 1: name, index }) => name ?? index));
    t.equal(answers.size, names.length, 'an answer a file', { stdout, stderr });
    t.end();
  });
}

t.test('options that are given again and again', (t) => {
  const all = (option: string, kind: string) => (files[kind] ?? []).map((name) => `${option} ${name}`).join(' ');
  for (const command of [
    `cert-verify --profile rfc5280 ${all('--trust', 'cert')} ${all('--untrusted', 'cert')} ${all('--crl', 'crl')}`,
    `cert-status --offline ${all('--issuer', 'cert')} ${all('--crl', 'crl')}`,
  ]) {
    const script = `${command} --passin env:P other.pem`;
    const { status, stderr } = run('sh', ['-c', script], { cwd: directory, env: { P: 'titok' } });
    t.equal(stderr, '', script);
    t.equal(status, 0, script);
  }
  t.end();
});

t.test('pem-merge and wildcard-match', (t) => {
  const certificates = files['cert'] ?? [];
  const sh = (script: string) => run('sh', ['-c', script], { cwd: directory, env: { P: 'titok' } });
  const merged = sh(`pem-merge --passin env:P ${[...certificates, ...(files['key'] ?? [])].join(' ')}`);
  t.equal(merged.status, 0, merged.stderr);
  const left = [...merged.stderr.matchAll(/^pem-merge: (\S+): .* already, left out$/gm)];
  const named = new Set(left.map(([, name = '']) => name));
  // The octets of BER are others than those of DER, and count.
  for (const name of [...certificates.slice(1), ...(files['key'] ?? [])].filter((each) => each !== 'cert.ber')) {
    t.ok(named.has(name), `${name} holds the same once more`, { stderr: merged.stderr });
  }
  const trusted = certificates.map((name) => `--trust ${name}`).join(' ');
  t.equal(sh(`pem-merge --passin env:P ${trusted} site.pem site.key`).status, 0, '--trust');
  const covers = sh(
    `wildcard-match --passin env:P --explain ${[...certificates, ...(files['request'] ?? [])]
      .map((name) => `--cert ${name}`)
      .join(' ')} --host mail.valami.hu`,
  );
  t.equal(covers.stderr, '');
  t.equal(covers.status, 0);
  t.end();
});

t.test('another kind is refused in one sentence', (t) => {
  const found = {
    'site.pem': 'a certificate',
    'site.csr': 'a certificate request',
    'site.key': 'a private key',
    'site.pub': 'a public key',
    'site.crl': 'a revocation list',
  };
  const asked: readonly (readonly [command: string, wanted: string, takes: readonly (keyof typeof found)[]])[] = [
    ['csr-gen --from FILE -k site.key', 'a certificate or a request', ['site.pem', 'site.csr']],
    ['csr-gen --cn a.hu -k FILE', 'a private key', ['site.key']],
    ['csr-check --renews FILE site.csr', 'a certificate', ['site.pem']],
    ['csr-check --key FILE site.csr', 'a private key', ['site.key']],
    ['csr-check FILE', 'a certificate request', ['site.csr', 'site.key']],
    ['csr-sign --ca FILE --ca-key site.key site.csr', 'a certificate', ['site.pem']],
    ['csr-sign --ca site.pem --ca-key FILE site.csr', 'a private key', ['site.key']],
    ['csr-sign --ca site.pem --ca-key site.key FILE', 'a certificate request', ['site.csr', 'site.key']],
    ['wildcard-match --cert FILE --host a.hu', 'a certificate or a request', ['site.pem', 'site.csr']],
    ['cert-verify --trust site.pem FILE', 'a certificate', ['site.pem', 'site.key']],
    ['cert-verify --trust FILE other.pem', 'a certificate', ['site.pem', 'site.key']],
    ['cert-verify --trust site.pem --crl FILE other.pem', 'a revocation list', ['site.crl']],
    ['cert-status --offline FILE', 'a certificate', ['site.pem', 'site.key']],
    ['cert-status --offline --issuer FILE other.pem', 'a certificate', ['site.pem']],
    ['cert-status --offline --issuer site.pem --crl FILE other.pem', 'a revocation list', ['site.crl']],
    ['cert-status --offline --issuer site.pem --staple FILE other.pem', 'an OCSP response', []],
    ['crl-gen --ca FILE --ca-key site.key', 'a certificate', ['site.pem']],
    ['crl-gen --ca site.pem --ca-key FILE', 'a private key', ['site.key']],
    ['crl-gen --ca site.pem --ca-key site.key FILE', 'a certificate', ['site.pem']],
    ['crl-gen --ca site.pem --ca-key site.key --from FILE', 'a revocation list', ['site.crl']],
    ['pem-merge --trust FILE site.pem', 'a certificate', ['site.pem']],
    ['key-conv FILE', 'a private key', ['site.key']],
    ['cert-diff site.pem FILE', 'a certificate or a request', ['site.pem', 'site.csr']],
    ['cert-due FILE', 'a certificate', ['site.pem']],
    ['cert-fetch --cert FILE --key site.key 127.0.0.1:1', 'a certificate', ['site.pem']],
    ['cert-fetch --cert site.pem --key FILE 127.0.0.1:1', 'a private key', ['site.key']],
    [`csr-submit ${server} --account account.key --listen 1 FILE`, 'a certificate request', ['site.csr', 'site.key']],
    [`csr-submit ${server} --account FILE --listen 1 site.csr`, 'a private key', ['site.key']],
    [`csr-submit ${server} --account account.key --listen 1 --renews FILE site.csr`, 'a certificate', ['site.pem']],
    [`cert-revoke ${server} --account account.key FILE`, 'a certificate', ['site.pem']],
    [`acme-account ${server} --account FILE show`, 'a private key', ['site.key']],
  ];
  for (const [turn, [command, wanted, takes]] of asked.entries()) {
    const others = Object.entries(found).filter(([file]) => !takes.some((each) => each === file));
    for (const [file, what] of some(others, 6, turn)) {
      const { status, stderr } = run('sh', ['-c', command.replace('FILE', file)], { cwd: directory });
      const name = command.split(' ', 1)[0];
      t.equal(status, 2, `${command.replace('FILE', file)}: status`);
      t.match(stderr, `${name}: ${file}: line 1: expected ${wanted}, found ${what}\nhint: `, command);
    }
  }
  t.end();
});
