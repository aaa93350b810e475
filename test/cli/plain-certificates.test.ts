import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { arePlainCertificates } from '../../src/cli/output/plain-certificates.js';
import { encodePem } from '../../src/pem/encode.js';
import { extension, forgeCertificate } from '../support/forge.js';

const certificate = encodePem('CERTIFICATE', forgeCertificate({ extensions: [extension('1.2.3', Buffer.alloc(300))] }));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const der = (type: 'pkcs1' | 'pkcs8') => privateKey.export({ type, format: 'der' });
const encrypted = privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' });
const body = (pem: string) => pem.split('\n').slice(1, -2).join('\n');

const table: readonly (readonly [what: string, text: string, isPlain: boolean])[] = [
  ['a certificate', certificate, true],
  ['a chain', certificate.repeat(3), true],
  ['CRLF, and empty lines', `\n${certificate}\n${certificate}`.replaceAll('\n', '\r\n'), true],
  ['nothing', '', false],
  ['text before', `subject: a\n${certificate}`, false],
  ['text after', `${certificate}a`, false],
  ['a key after', certificate + encodePem('PRIVATE KEY', der('pkcs8')), false],
  ['a key before', encodePem('PRIVATE KEY', der('pkcs8')) + certificate, false],
  ['the body of a key after', certificate + body(encodePem('X', der('pkcs8'))), false],
  [
    'a key in the block, after its padding',
    certificate.replace('-----END', `-----BEGIN PRIVATE KEY-----\n-----END`),
    false,
  ],
  ['a PKCS#8 key by this label', encodePem('CERTIFICATE', der('pkcs8')), false],
  ['a PKCS#1 key by this label', encodePem('CERTIFICATE', der('pkcs1')), false],
  ['an encrypted key by this label', encodePem('CERTIFICATE', encrypted), false],
  ['a certificate by another label', certificate.replaceAll('CERTIFICATE', 'PRIVATE KEY'), false],
  ['a block without an end', certificate.slice(0, 200), false],
  ['UTF-16', Buffer.from(certificate, 'utf16le').toString('latin1'), false],
];

for (const [what, text, isPlain] of table) {
  t.test(what, async (t) => t.equal(arePlainCertificates(text), isPlain));
}
