import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { keyPair } from '../../src/crypto/key-pair.js';
import { signatureAlgorithmFor } from '../../src/crypto/signature.js';
import { Tag } from '../../src/der/tag.js';
import { element, integer, sequence } from '../../src/der/writer.js';
import { attempt } from '../../src/errors.js';
import { authority } from '../../src/make/authority.js';
import { periodOf, selfSigned } from '../../src/make/certificate.js';
import { issue } from '../../src/make/issue.js';
import { makeRequest } from '../../src/make/request.js';
import { encodePem } from '../../src/pem/encode.js';
import { readCertificate, readRequest } from '../../src/show/reading.js';
import { renewalOf } from '../../src/spec/renewal.js';
import { Certificate } from '../../src/x509/certificate.js';
import { CertificationRequest } from '../../src/x509/request.js';
import {
  attribute,
  buildRequest,
  dns,
  email,
  extension,
  ip,
  keyUsage,
  otherName,
  purposes,
  uri,
  utf8,
} from '../support/request-builder.js';
import { findProgram, run } from '../support/session.js';
import { isWhole } from '../support/whole.js';

// The requests and certificates csr-gen --from and csr-sign write of objects others changed a few octets of: OpenSSL loads it, and nothing in it is
// odd that was not odd in a way that can be copied. PKIUTILS_MUTANTS sets how many there are.

const mutants = Number(process.env['PKIUTILS_MUTANTS'] ?? (isWhole ? 1500 : 300));
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pair = keyPair(privateKey);
const algorithm = signatureAlgorithmFor(privateKey);
const now = new Date('2026-11-25T00:00:00Z');

const rich = buildRequest({
  subject: [
    attribute('2.5.4.6', 'HU', Tag.printableString),
    attribute('2.5.4.10', 'Ő Kft.'),
    attribute('2.5.4.11', Buffer.from('005600e1', 'hex'), Tag.bmpString),
    attribute('2.5.4.7', 'Gy\xf5r', Tag.teletexString),
    attribute('0.9.2342.19200300.100.1.25', 'valami', Tag.ia5String),
    attribute('2.5.4.3', 'mail.valami.hu'),
  ],
  names: [
    dns('mail.valami.hu'),
    dns('*.valami.hu'),
    ip(192, 0, 2, 1),
    email('info@valami.hu'),
    uri('https://valami.hu/'),
    otherName('1.3.6.1.4.1.311.20.2.3', utf8('joe@valami.hu')),
    element(0xa4, sequence(element(Tag.set, attribute('2.5.4.3', 'x')))),
  ],
  extensions: [keyUsage(0), purposes(1), extension('1.3.6.1.5.5.7.1.24', sequence(integer(5)))],
});
const { publicKey, whole } = new CertificationRequest(rich).elements;

/** Octets other than the key, which must have signed the request: a place, and what stands there instead. */
const place = fc.nat(whole.end - 1).filter((at) => at < publicKey.start || at >= publicKey.end);
const changes = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 3 });

function changed(list: readonly (readonly [number, number])[]): CertificationRequest | undefined {
  const copy = Buffer.from(rich);
  for (const [at, octet] of list) copy[at] = octet;
  return attempt(() => new CertificationRequest(copy));
}

/** Oddities that are copied on purpose: the values are what the names say, and a renewal must not change them. */
const harmless = /^subject: \S+ is an? \w+String that holds characters it cannot$/;

t.test('certificates', async (t) => {
  const caSpec = {
    subject: [[{ oid: '2.5.4.3', value: 'Root' }]],
    altNames: [],
    ca: {},
  };
  const root = new Certificate(selfSigned(caSpec, pair, algorithm, periodOf(now, 3650)));
  const ca = authority(root, privateKey, 'certificates', {}, now);
  const written: Buffer[] = [];
  const options = { profile: 'server', days: 90, now, crlUrls: [], ocspUrls: [], issuerUrls: [] } as const;
  fc.assert(
    fc.property(changes, (list) => {
      const request = changed(list);
      const issued = request && attempt(() => issue(ca, request, options));
      if (issued !== undefined) written.push(issued.der);
    }),
    { numRuns: mutants },
  );
  t.ok(written.length > mutants / 20, `${written.length} were issued`);
  for (const der of written) {
    try {
      new X509Certificate(der).toString();
      const warnings = readCertificate(new Certificate(der), []).warnings.filter((each) => !harmless.test(each));
      if (warnings.length > 0) t.fail(`${warnings.join('; ')}: ${der.toString('base64')}`);
    } catch (error) {
      t.fail(`${error}: ${der.toString('base64')}`);
    }
  }
});

t.test('requests', { skip: findProgram('openssl') === undefined && 'openssl is not there' }, async (t) => {
  const directory = t.testdir({});
  const written: Buffer[] = [];
  fc.assert(
    fc.property(changes, (list) => {
      const existing = changed(list);
      const made = existing && attempt(() => makeRequest(renewalOf(existing), pair, algorithm));
      if (made !== undefined) written.push(made);
    }),
    { numRuns: mutants },
  );
  t.ok(written.length > mutants / 20, `${written.length} were made`);
  for (const der of written) {
    const warnings = readRequest(new CertificationRequest(der), []).warnings.filter((each) => !harmless.test(each));
    if (warnings.length > 0) t.fail(`${warnings.join('; ')}: ${der.toString('base64')}`);
  }
  // A start of openssl each: only the first of them.
  const files = written.slice(0, isWhole ? 100 : 25).map((der, i) => {
    writeFileSync(join(directory, `${i}.csr`), encodePem('CERTIFICATE REQUEST', der));
    return `${i}.csr`;
  });
  const script =
    'for f; do openssl req -in "$f" -noout -verify -text >/dev/null 2>err || { echo "$f"; cat err "$f"; }; done';
  t.equal(run('sh', ['-c', script, 'sh', ...files], { cwd: directory }).stdout, '');
});
