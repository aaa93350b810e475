// Is every parser's cost in proportion to its input, however the input is shaped? Hostile shapes for each, at 1, 10 and 100
// times a base size: what is printed is the time per byte, and the exponent of the size in the time, from the middle size
// to the largest. In proportion is 1, quadratic 2.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The parsers, bundled from the sources. */
async function load() {
  const contents = `
    export { ObjectScanner } from './input/objects.js';
    export { printable } from './text/printable.js';
    export { withoutSecrets } from './text/without-secrets.js';
    export { parseJson } from './text/json-reader.js';
    export { checkWellFormed, readElement } from './der/reader.js';
    export { readBerElement } from './der/ber.js';
    export { sequence, element } from './der/writer.js';
    export { parseHostName, parseDnsPattern } from './names/host-name.js';
    export { parseIpAddress } from './text/ip-address.js';
    export { mixedScripts } from './names/scripts.js';
    export { parseReference } from './names/reference.js';
    export { parseAltName } from './spec/alt-name.js';
    export { parseDistinguishedName } from './spec/distinguished-name.js';
    export { parseSpec } from './spec/spec.js';
    export { berToDer } from './der/ber-to-der.js';
    export { kindOf } from './x509/kind.js';
    export { Certificate } from './x509/certificate.js';
    export { CertificationRequest } from './x509/request.js';
    export { Crl } from './x509/crl.js';
    export { readPkcs7 } from './pkcs/pkcs7.js';
    export { privateKeyForm } from './crypto/private-key.js';
    export { decodeOid } from './der/values.js';
    export { CertificatePool } from './trust/chain.js';
    export { CertificateStore } from './trust/certificate-store.js';
    export { PathVerifier } from './trust/verify.js';
    export { publicKeyObject } from './crypto/public-key.js';
    export { encodeName } from './make/name.js';
    export { publicSuffixOf } from './names/public-suffix.js';
    export { ExaminedRequest } from './rules/examined-request.js';
    export { sha3 } from './rules/dns-name.js';
    export { judge } from './rules/judge.js';
    export { profiles } from './rules/profile.js';
    export { readCertificate as shown } from './show/reading.js';
    export { withCommonNameAsAltName } from './spec/request-spec.js';
    export { commonName, extension, forgeCertificate, p256Key } from '../test/support/forge.js';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: join(root, 'src'), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  });
  const module = { exports: {} };
  new Function('require', 'module', 'exports', outputFiles[0].text)(
    createRequire(import.meta.url),
    module,
    module.exports,
  );
  return module.exports;
}

const parsers = await load();
const repeat = (text) => (size) => text.repeat(Math.ceil(size / text.length));
const inside = (before, text, after) => (size) => before + repeat(text)(size) + after;
const block = `-----BEGIN X-----\n${'QUJD'.repeat(16)}\n-----END X-----\n`;

/** Reads as the commands do, in chunks of 64 KiB as a pipe gives them. */
function scan(input) {
  const bytes = Buffer.from(input);
  const scanner = new parsers.ObjectScanner();
  let items = 0;
  for (let at = 0; at < bytes.length; at += 65_536) {
    for (const _ of scanner.push(bytes.subarray(at, at + 65_536))) items++;
  }
  for (const _ of scanner.end()) items++;
  return items;
}

const elements = (n, content) => parsers.element(0x30, Buffer.concat(Array(Math.ceil(n)).fill(content)));
const small = Buffer.from('020101', 'hex');
const nested = (depth) => {
  let inner = small;
  for (let i = 0; i < depth; i++) inner = parsers.sequence(inner);
  return inner;
};
const indefinite = (size) =>
  Buffer.concat([Buffer.from('3080', 'hex'), Buffer.alloc(size - (size % 3), small), Buffer.alloc(2)]);

const rdn = parsers.element(0x31, parsers.sequence(Buffer.from('0603550403', 'hex'), Buffer.from('0c0161', 'hex')));
/** Every getter of a view: they read lazily. */
function readAll(view) {
  for (let type = view; type !== null && type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const { get } of Object.values(Object.getOwnPropertyDescriptors(type))) {
      try {
        get?.call(view);
      } catch (error) {
        if (!(Symbol.for('pkiutils.error') in error)) throw error;
      }
    }
  }
}

const readCertificate = (input) => readAll(new parsers.Certificate(input));
const { commonName, extension, forgeCertificate, p256Key, element, sequence } = parsers;
const many = (size, piece) => Array(Math.ceil(size / piece.length)).fill(piece);
const withExtension = (oid, value) => forgeCertificate({ extensions: [extension(oid, value)] });
/** A SEQUENCE of any number. */
const listOf = (parts) => element(0x30, Buffer.concat(parts));
const uri = element(0x86, Buffer.from('http://a.hu'));
const oid = (size) => Buffer.concat([Buffer.of(0x55), Buffer.alloc(size, 0x81), Buffer.of(1)]);
const request = (attributes) =>
  sequence(
    sequence(element(2, Buffer.of(0)), commonName('a'), p256Key, element(0xa0, attributes)),
    sequence(Buffer.from('06082a8648ce3d040302', 'hex')),
    element(3, Buffer.alloc(9)),
  );
const someTime = element(0x17, Buffer.from('261123000000Z'));
const crl = (revoked) =>
  sequence(
    sequence(
      element(2, Buffer.of(1)),
      sequence(Buffer.from('06082a8648ce3d040302', 'hex')),
      commonName('a'),
      someTime,
      revoked,
    ),
    sequence(Buffer.from('06082a8648ce3d040302', 'hex')),
    element(3, Buffer.alloc(9)),
  );
const pkcs7 = (certificates) =>
  sequence(
    Buffer.from('06092a864886f70d010702', 'hex'),
    element(
      0xa0,
      sequence(
        element(2, Buffer.of(1)),
        element(0x31),
        sequence(Buffer.from('06092a864886f70d010701', 'hex')),
        element(0xa0, certificates),
        element(0x31),
      ),
    ),
  );
/** A request that asks for alternative names. */
const askFor = (names) =>
  request(
    sequence(
      Buffer.from('06092a864886f70d01090e', 'hex'),
      element(0x31, sequence(extension('2.5.29.17', listOf(names)))),
    ),
  );
const criteria = {
  profile: parsers.profiles.webpki,
  now: new Date('2026-11-25'),
  oracle: { suffixOf: parsers.publicSuffixOf, sha3: parsers.sha3 },
};
const judge = (input) =>
  parsers.judge(new parsers.ExaminedRequest(new parsers.CertificationRequest(input), criteria, { pemOddities: [] }));
const subjectOf = (text) =>
  element(0x30, element(0x31, sequence(Buffer.from('0603550403', 'hex'), element(0x0c, text))));
const requestOf = (subject) =>
  sequence(
    sequence(element(2, Buffer.of(0)), subject, p256Key, element(0xa0)),
    sequence(Buffer.from('06082a8648ce3d040302', 'hex')),
    element(3, Buffer.alloc(9)),
  );
/** Different names of some twenty octets each. */
const hosts = (size, text) => Array.from({ length: Math.ceil(size / 20) }, (_, i) => text.replace('#', i));
const dnsName = (text) => element(0x82, Buffer.from(text, 'latin1'));
const rsaKey = (exponent) =>
  sequence(
    sequence(Buffer.from('06092a864886f70d010101', 'hex'), element(5)),
    element(3, Buffer.of(0), sequence(element(2, Buffer.of(0), Buffer.alloc(256, 0xab)), element(2, exponent))),
  );
const shown = (input) => parsers.shown(new parsers.Certificate(input), []);
const collectNames = (values) =>
  parsers.withCommonNameAsAltName({ subject: [], altNames: values.map((value) => ({ type: 'dns', value })) });
const writeName = (values) => parsers.encodeName(values.map((value) => [{ oid: '2.5.4.3', value }]));
/** All that may have issued each of some certificates, and the chain of the first. */
function chains(input) {
  const pool = new parsers.CertificatePool(input);
  for (const each of input) pool.issuersOf(each);
  return pool.chainOf(input[0], new Date('2026-11-25'));
}
const asCa = extension('2.5.29.19', sequence(element(1, Buffer.of(0xff))));
const serials = (size, forgery) =>
  Array.from({ length: Math.ceil(size / 300) }, (_, i) => {
    const serial = Buffer.of(1, i >> 16, i >> 8, i);
    return new parsers.Certificate(forgeCertificate({ serial, extensions: [asCa], ...forgery(i) }));
  });
/** The verdict on the first of some certificates, the others being at hand. */
function verify([first, ...others]) {
  const store = new parsers.CertificateStore();
  for (const each of others) store.addRead(each);
  const names = { names: [], depth: undefined, policies: [], revocation: undefined, isRegistrySuffix: () => false };
  const requirements = { at: Date.parse('2026-11-25'), profile: 'rfc5280', purpose: 'any', ...names };
  return new parsers.PathVerifier(requirements).verify(store.addRead(first), store);
}

/** Of messages and lines no more than 64 KiB are looked at. */
const ofLines = (parse) => (input) => {
  for (let at = 0; at < input.length; at += 65_536) parse(input.slice(at, at + 65_536));
};

const shapes = [
  ['pem: many blocks', repeat(block), scan],
  ['pem: one long block', inside('-----BEGIN X-----\n', `${'QUJD'.repeat(16)}\n`, '-----END X-----\n'), scan],
  ['pem: one long line', inside('-----BEGIN X-----\n', 'QUJD', '\n-----END X-----\n'), scan],
  ['pem: no line end', repeat('a'), scan],
  ['pem: dashes', repeat('-'), scan],
  ['pem: dashes in a block', inside('-----BEGIN X-----\n', '-----', ''), scan],
  ['pem: dashes and letters in a block', inside('-----BEGIN X-----\n', 'A-----', ''), scan],
  ['pem: half END lines in a block', inside('-----BEGIN X-----\n', 'A-----END ', ''), scan],
  ['pem: BEGINs in one line', repeat('-----BEGIN X-----y'), scan],
  ['pem: half BEGINs', repeat('-----BEGIN '), scan],
  ['pem: dashes before BEGIN', repeat(`${'-'.repeat(500)}BEGIN `), scan],
  ['pem: ENDs in one line', repeat('-----END X-----y'), scan],
  ['pem: ENDs without BEGIN', repeat('-----END X-----\n'), scan],
  ['pem: BEGINs without END', repeat('-----BEGIN X-----\n'), scan],
  ['pem: empty lines', repeat('\n'), scan],
  ['pem: blanks in a block', inside('-----BEGIN X-----\n', ' ', 'x\n-----END X-----\n'), scan],
  ['pem: blanks in a header', inside('-----BEGIN X-----\na: y', ' ', 'x\n\nQUJD\n-----END X-----\n'), scan],
  ['pem: many headers', inside('-----BEGIN X-----\n', 'a: b\n', '\nQUJD\n-----END X-----\n'), scan],
  ['pem: a header folded', inside('-----BEGIN X-----\na: b\n', ' c\n', '\nQUJD\n-----END X-----\n'), scan],
  ['pem: BEGIN in base64', inside('-----BEGIN X-----\n', 'BEGIN', '\n-----END X-----\n'), scan],
  ['pem: bad lines', inside('-----BEGIN X-----\n', '!\n', '-----END X-----\n'), scan],
  ['pem: dots', inside('-----BEGIN X-----\n', '.', '\n-----END X-----\n'), scan],
  ['pem: padding', inside('-----BEGIN X-----\n', '=', '\n-----END X-----\n'), scan],
  ['pem: UTF-16', (size) => Buffer.from(repeat(block)(size / 2), 'utf16le'), scan],
  [
    'der: many objects',
    (size) => Buffer.concat(Array(Math.ceil(size / 5)).fill(Buffer.from('3003020101', 'hex'))),
    scan,
  ],
  ['der: one object', (size) => parsers.element(0x30, Buffer.alloc(size)), scan],
  ['der: indefinite', indefinite, scan],
  [
    'der: many elements',
    (size) => elements(size / 3, small),
    (input) => parsers.checkWellFormed(parsers.readElement(input)),
  ],
  [
    'der: deep elements',
    (size) => elements(size / 140, nested(60)),
    (input) => parsers.checkWellFormed(parsers.readElement(input)),
  ],
  ['der: kind of it', (size) => elements(size / 3, small), parsers.kindOf],
  ['ber: indefinite', indefinite, parsers.readBerElement],
  ['ber: rewritten', indefinite, parsers.berToDer],
  [
    'x509: what is no certificate',
    (size) => elements(size / rdn.length, rdn),
    (input) => new parsers.Certificate(input),
  ],
  ['x509: many RDNs', (size) => forgeCertificate({ subject: listOf(many(size, rdn)) }), readCertificate],
  [
    'x509: one RDN of many',
    (size) => forgeCertificate({ subject: element(0x30, element(0x31, Buffer.concat(many(size, rdn.subarray(2))))) }),
    readCertificate,
  ],
  ['x509: a long name', (size) => forgeCertificate({ subject: commonName('a'.repeat(size)) }), readCertificate],
  ['x509: a long serial number', (size) => forgeCertificate({ serial: Buffer.alloc(size, 0x55) }), readCertificate],
  [
    'x509: extensions of one kind, up to 10,000',
    (size) => forgeCertificate({ extensions: many(size, extension('1.2.3', element(5))).slice(0, 10_000) }),
    readCertificate,
  ],
  [
    'x509: alternative names',
    (size) => withExtension('2.5.29.17', listOf(many(size, element(0x82, Buffer.from('a.valami.hu'))))),
    readCertificate,
  ],
  ['x509: alternative names, URIs', (size) => withExtension('2.5.29.17', listOf(many(size, uri))), readCertificate],
  [
    'x509: purposes',
    (size) => withExtension('2.5.29.37', listOf(many(size, Buffer.from('06032a0304', 'hex')))),
    readCertificate,
  ],
  [
    'x509: policies',
    (size) => withExtension('2.5.29.32', listOf(many(size, sequence(Buffer.from('06032a0304', 'hex'))))),
    readCertificate,
  ],
  [
    'x509: CRL points',
    (size) => withExtension('2.5.29.31', listOf(many(size, sequence(element(0xa0, element(0xa0, uri)))))),
    readCertificate,
  ],
  [
    'x509: access',
    (size) =>
      withExtension('1.3.6.1.5.5.7.1.1', listOf(many(size, sequence(Buffer.from('06082b06010505073001', 'hex'), uri)))),
    readCertificate,
  ],
  [
    'x509: key usage of many bits',
    (size) => withExtension('2.5.29.15', element(3, Buffer.alloc(size))),
    readCertificate,
  ],
  ['x509: an unknown extension', (size) => withExtension('1.2.3', Buffer.alloc(size)), readCertificate],
  ['x509: OBJECT IDENTIFIER, a long arc', oid, (input) => parsers.decodeOid(input, 0, input.length)],
  [
    'x509: OBJECT IDENTIFIER, many arcs',
    (size) => Buffer.alloc(size, 1),
    (input) => parsers.decodeOid(input, 0, input.length),
  ],
  [
    'request: attributes',
    (size) => request(Buffer.concat(many(size, sequence(Buffer.from('06032a0304', 'hex'), element(0x31, element(5)))))),
    (input) => readAll(new parsers.CertificationRequest(input)),
  ],
  [
    'CRL: entries',
    (size) => crl(listOf(many(size, sequence(element(2, Buffer.of(1)), someTime)))),
    (input) => {
      const list = new parsers.Crl(input);
      readAll(list);
      for (const _ of list.revoked());
    },
  ],
  ['PKCS#7: certificates', (size) => pkcs7(Buffer.concat(many(size, forgeCertificate()))), parsers.readPkcs7],
  ['private key: what is none', (size) => elements(size / 3, small), parsers.privateKeyForm],
  [
    'chains: certificates of different names',
    (size) => serials(size, (i) => ({ subject: commonName(`${i}`), issuer: commonName(`${i + 1}`) })),
    chains,
  ],
  [
    'chains: issuers that are missing',
    (size) => serials(size, (i) => ({ subject: commonName(`${i}`), issuer: commonName(`x${i}`) })),
    chains,
  ],
  [
    'chains: CAs of one name',
    (size) => serials(size, () => ({ subject: commonName('a'), issuer: commonName('a') })),
    chains,
  ],
  [
    'paths: CAs of one name',
    (size) => serials(size, () => ({ subject: commonName('a'), issuer: commonName('a') })),
    verify,
  ],
  ['dn: many RDNs', repeat('CN=a,'), parsers.parseDistinguishedName],
  ['dn: slashes', repeat('/CN=a'), parsers.parseDistinguishedName],
  ['dn: many in one RDN', (size) => `${repeat('CN=a+')(size)}CN=a`, parsers.parseDistinguishedName],
  ['dn: escapes', inside('CN=', '\\,', ''), parsers.parseDistinguishedName],
  ['dn: blanks', inside('CN=a', ' ', 'x'), parsers.parseDistinguishedName],
  ['dn: quotes', inside('CN=', '"a', ''), parsers.parseDistinguishedName],
  ['spec: JSON hosts', inside('{"hosts":[', '"a.hu",', '"b.hu"]}'), parsers.parseSpec],
  ['spec: JSON arrays', repeat('['), parsers.parseSpec],
  ['spec: JSON keys', inside('{', '"a":1,', '"b":1}'), parsers.parseSpec],
  ['spec: template', repeat('dns_name = "a.hu"\n'), parsers.parseSpec],
  ['spec: template, blanks', inside('cn = a', ' ', 'x'), parsers.parseSpec],
  ['spec: template, one word', repeat('a'), parsers.parseSpec],
  ['profile: JSON', inside('{"a":[', '{"b":1},', '1]}'), parsers.parseJson],
  ['profile: lines', inside('{"a":[', '\n1,', '1]}'), parsers.parseJson],
  ['host: labels', repeat('a.'), parsers.parseHostName],
  ['host: one label', repeat('a'), parsers.parseHostName],
  ['host: not ASCII', repeat('é'), parsers.parseHostName],
  ['host: hyphens', repeat('-'), parsers.parseHostName],
  ['pattern: stars', repeat('*.'), parsers.parseDnsPattern],
  ['reference: URL', inside('https://', 'a/', ''), parsers.parseReference],
  ['address: colons', repeat(':1'), parsers.parseIpAddress],
  ['address: dots', repeat('1.'), parsers.parseIpAddress],
  ['scripts', repeat('аa.'), parsers.mixedScripts],
  ['alternative name: blanks', repeat(' '), parsers.parseAltName],
  ['alternative name: at signs', repeat('a@'), parsers.parseAltName],
  ['alternative name: URI', inside('URI:http://', 'a%20', ''), parsers.parseAltName],
  ['text: controls', repeat('\x1b'), parsers.printable],
  ['text: base64', repeat('aB3dE'), ofLines(parsers.withoutSecrets)],
  ['text: words', repeat('a!'), ofLines(parsers.withoutSecrets)],
  ['text: groups', repeat('aB3d '), ofLines(parsers.withoutSecrets)],
  ['text: hex', repeat('0a '), ofLines(parsers.withoutSecrets)],
  ['rules: wildcards', (size) => askFor(hosts(size, '*.x#.hu').map(dnsName)), judge],
  ['rules: names beside a wildcard', (size) => askFor(hosts(size, 'x#.a.hu').concat('*.a.hu').map(dnsName)), judge],
  ['rules: names that are none', (size) => askFor(hosts(size, 'x_#.\xe1hu').map(dnsName)), judge],
  ['rules: one name over and over', (size) => askFor(many(size, dnsName('a.hu'))), judge],
  ['rules: a long common name', (size) => requestOf(subjectOf(Buffer.alloc(size, 'a '))), judge],
  ['rules: labels in the common name', (size) => requestOf(subjectOf(Buffer.alloc(size, 'a.'))), judge],
  [
    'rules: one relative name of many',
    (size) => requestOf(element(0x30, element(0x31, Buffer.concat(many(size, rdn.subarray(2)))))),
    judge,
  ],
  ['rules: relative names', (size) => requestOf(listOf(many(size, rdn))), judge],
  [
    'show: names that are none',
    (size) => forgeCertificate({ extensions: [extension('2.5.29.17', listOf(hosts(size, '\xe1#.hu').map(dnsName)))] }),
    shown,
  ],
  [
    'show: addresses that are none',
    (size) =>
      forgeCertificate({ extensions: [extension('2.5.29.17', listOf(many(size, Buffer.from('8703010203', 'hex'))))] }),
    shown,
  ],
  ['spec: alternative names', (size) => hosts(size, 'host#.valami.hu'), collectNames],
  ['make: relative names', (size) => hosts(size, 'a#'), writeName],
  ['key: an RSA exponent', (size) => rsaKey(Buffer.alloc(size, 0x7f)), parsers.publicKeyObject],
];

/** CPU time so far in milliseconds: other programs of the machine are no part of it. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of the fastest of some runs; a refusal is an answer too. */
function time(parse, input) {
  let fastest = Number.POSITIVE_INFINITY;
  const begun = cpuTime();
  for (let i = 0; i < 5 && cpuTime() - begun < 400; i++) {
    const start = cpuTime();
    try {
      parse(input);
    } catch (error) {
      if (!(Symbol.for('pkiutils.error') in error)) throw error;
    }
    fastest = Math.min(fastest, cpuTime() - start);
  }
  return fastest;
}

/** Octets; of a list of certificates or texts, those of all. */
const sizeOf = (input) =>
  Array.isArray(input)
    ? input.reduce((sum, each) => sum + (typeof each === 'string' ? each : each.der).length, 0)
    : Buffer.byteLength(input);

const BASE = 80_000;
/** Seconds the largest size may be expected to take: what is quadratic is seen before. */
const PATIENCE = 5;
const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(40) : cell.padStart(10))).join(''));
const wanted = process.argv[2];

line(['nanoseconds per byte', '80 kB', '800 kB', '8 MB', 'exponent']);
for (const [name, make, parse] of shapes) {
  if (wanted !== undefined && !name.includes(wanted)) continue;
  time(parse, make(BASE));
  const costs = [1, 10].map((factor) => {
    const input = make(BASE * factor);
    return (time(parse, input) * 1e6) / sizeOf(input);
  });
  const [small, middle] = costs;
  if (middle * (middle / small) * BASE * 100 < PATIENCE * 1e9) {
    const input = make(BASE * 100);
    costs.push((time(parse, input) * 1e6) / sizeOf(input));
  }
  const exponent = 1 + Math.log10(costs.length === 3 ? costs[2] / middle : middle / small);
  line([name, ...costs.map((cost) => cost.toFixed(2)), ...(costs.length === 2 ? ['-'] : []), exponent.toFixed(2)]);
}
