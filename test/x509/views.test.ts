import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import t from 'tap';
import { Certificate } from '../../src/x509/certificate.js';
import { kindOf } from '../../src/x509/kind.js';

const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');

t.test("Node's roots: the views agree with X509Certificate", async (t) => {
  for (const pem of rootCertificates) {
    const der = derOf(pem);
    const ours = new Certificate(der);
    const node = new X509Certificate(der);
    const subject = ours.subject.toString();
    t.equal(kindOf(der), 'certificate', subject);
    t.equal(ours.serial.toUpperCase(), node.serialNumber.padStart(2, '0'), subject);
    t.equal(ours.notAfter.getTime(), Date.parse(node.validTo), subject);
    t.equal(ours.notBefore.getTime(), Date.parse(node.validFrom), subject);
    t.equal(ours.basicConstraints?.isCa ?? false, node.ca, subject);
    t.equal(ours.publicKey.bits, node.publicKey.asymmetricKeyDetails?.modulusLength ?? ours.publicKey.bits, subject);
    t.strictSame(Buffer.from(ours.publicKey.der), node.publicKey.export({ type: 'spki', format: 'der' }), subject);
  }
});
