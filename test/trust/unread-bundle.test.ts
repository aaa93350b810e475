import { rootCertificates } from 'node:tls';
import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { UnreadBundle } from '../../src/trust/unread-bundle.js';
import { Certificate } from '../../src/x509/certificate.js';

/** Octets that are looked for in a bundle that is not decoded are found wherever they stand. */

const bundleOf = (ders: readonly Buffer[]) =>
  new UnreadBundle(Buffer.from(ders.map((der) => encodePem('CERTIFICATE', der)).join('')), () => ders);

t.test('every root of Node.js, by its name and by itself', async (t) => {
  const ders = rootCertificates.map((pem) => Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64'));
  const bundle = bundleOf(ders);
  for (const der of ders) {
    const name = new Certificate(der).subject.der;
    t.ok(
      bundleOf(ders)
        .naming(name)
        .some((each) => der.equals(each)),
      'by its name',
    );
    t.ok(
      bundle.like(der).some((each) => der.equals(each)),
      'by itself',
    );
  }
  t.same(bundle.all(), ders);
  t.same([...bundle.all(), ...bundle.like(ders[0] ?? Buffer.alloc(0))], [], 'each is given once');
});

t.test('a name of any length at any place', async (t) => {
  const lost: string[] = [];
  for (let length = 20; length <= 130; length++) {
    const name = Buffer.from(Array.from({ length }, (_, i) => (i * 37 + length) & 0xff));
    for (let before = 0; before <= 66; before++) {
      const der = Buffer.concat([Buffer.alloc(before, 1), name, Buffer.alloc(40, 2)]);
      if (bundleOf([der]).naming(name).length !== 1) lost.push(`${length} octets behind ${before}`);
    }
  }
  t.same(lost, []);
});

t.test('what is odd is left to the reading of all', async (t) => {
  const der = Buffer.from(Array.from({ length: 200 }, (_, i) => i));
  const name = der.subarray(50, 100);
  const usual = encodePem('CERTIFICATE', der);
  const table: [what: string, pem: string, isFound: boolean][] = [
    ['usual', usual, true],
    ['the last of two', encodePem('CERTIFICATE', Buffer.alloc(200)) + usual, true],
    ['behind a comment', `# Root\n${usual}`, true],
    ['nothing', '', false],
    ['no END', usual.slice(0, -30), false],
    ['no BEGIN', usual.slice(30), false],
    ['another label', usual.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), false],
    ['CRLF', usual.replaceAll('\n', '\r\n'), false],
    ['a header', usual.replace('\n', '\nX: y\n\n'), false],
  ];
  for (const [what, pem, isFound] of table) {
    const bundle = new UnreadBundle(Buffer.from(pem), () => [der]);
    t.equal(bundle.naming(name).length, Number(isFound), what);
    t.equal(bundle.naming(name).length, 0, `${what}: once`);
    t.same(bundle.all(), [der], `${what}: all`);
  }
});
