import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { Certificate, CertificationRequest } from 'pkijs';
import t from 'tap';
import { keyPair } from '../../src/crypto/key-pair.js';
import { signatureAlgorithmFor } from '../../src/crypto/signature.js';
import { makeCertificate, periodOf, selfSigned } from '../../src/make/certificate.js';
import { basicConstraintsExtension } from '../../src/make/extensions.js';
import { encodeName } from '../../src/make/name.js';
import { makeRequest } from '../../src/make/request.js';
import { parseDistinguishedName } from '../../src/spec/distinguished-name.js';
import type { RequestSpec } from '../../src/spec/request-spec.js';
import { Certificate as CertificateView } from '../../src/x509/certificate.js';
import { usePeculiarWebcrypto } from '../support/pkijs-engine.js';

usePeculiarWebcrypto();

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keys: [string, { privateKey: KeyObject; publicKey: KeyObject }, { pss?: boolean }?][] = [
  ['rsa', rsa],
  ['rsa, PSS', rsa, { pss: true }],
  ['P-256', ec('P-256')],
  ['P-384', ec('P-384')],
  ['P-521', ec('P-521')],
];
const spec: RequestSpec = {
  subject: parseDistinguishedName('CN=a.hu+OU=b,O=Ő Kft.,C=HU'),
  altNames: [
    { type: 'dns', value: '*.a.hu' },
    { type: 'ip', value: '2001:db8::1' },
    { type: 'uri', value: 'urn:x' },
  ],
  keyUsage: ['digitalSignature'],
  purposes: ['1.3.6.1.5.5.7.3.1'],
  tlsFeatures: [5],
  challengePassword: 'titok',
};

t.test('PKI.js verifies what is made, and writes the same octets', async (t) => {
  for (const [name, { privateKey }, choice] of keys) {
    const algorithm = signatureAlgorithmFor(privateKey, choice);
    const request = makeRequest(spec, keyPair(privateKey), algorithm);
    const readRequest = CertificationRequest.fromBER(new Uint8Array(request));
    t.equal(await readRequest.verify(), true, `${name}: request`);
    t.same(Buffer.from(readRequest.toSchema(true).toBER()), request, `${name}: request, written again`);
    const certificate = selfSigned(spec, keyPair(privateKey), algorithm, periodOf(new Date(), 30));
    const read = Certificate.fromBER(new Uint8Array(certificate));
    t.equal(await read.verify(), true, `${name}: certificate`);
    t.same(Buffer.from(read.toSchema(true).toBER()), certificate, `${name}: certificate, written again`);
  }
});

t.test('names that are copied stay as they are, octet for octet', async (t) => {
  const [, { privateKey, publicKey }] = keys[2] as (typeof keys)[number];
  // A country that is no PrintableString, and attributes in no order: wrong, but not ours to change.
  const name = Buffer.from('301d311b300e06035504060c0748756e67617279300906035504030c024142', 'hex');
  const content = {
    issuer: name,
    subject: encodeName(spec.subject),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    extensions: [basicConstraintsExtension(false)],
    ...periodOf(new Date(), 1),
  };
  const made = makeCertificate(content, { key: privateKey, algorithm: signatureAlgorithmFor(privateKey), publicKey });
  const view = new CertificateView(made);
  t.same(Buffer.from(view.issuer.der), name);
  t.equal(view.subject.toString(), 'CN=a.hu+OU=b,O=Ő Kft.,C=HU');
});
