import t from 'tap';
import { encodePem } from '../../src/pem/encode.js';
import { CertificateStore } from '../../src/trust/certificate-store.js';
import { UnreadBundle } from '../../src/trust/unread-bundle.js';
import { commonName, makeCa } from '../support/test-ca.js';

/** An anchor that is not read yet is found wherever one that was read would be. */

const root = makeCa('Root');
const renewed = makeCa('Root', undefined, { key: root.key, notAfter: '2040-01-01T00:00:00Z' });
const other = makeCa('Other');
const middle = makeCa('Middle', root);
/** Its issuer is the root's name in other letters. */
const loose = makeCa('Loose', root, { issuerName: commonName('ROOT') });

const bitRot = Buffer.from(root.der);
// The length of the serial number.
bitRot[bitRot.indexOf(Buffer.of(0x02, 0x0f)) + 1] = 0x7f;

const anchors = [other, root, renewed].map(({ der }) => der);

/** The certificates in PEM, unread, as all of them would be read. */
function bundleOf(ders: readonly Uint8Array[], change: (pem: string) => string = (pem) => pem): UnreadBundle {
  const text = change(ders.map((der) => encodePem('CERTIFICATE', der)).join(''));
  return new UnreadBundle(Buffer.from(text), () => ders);
}

/** The stores that must be alike, by how their anchors came in. */
const stores: Record<string, () => CertificateStore> = {
  read: () => {
    const store = new CertificateStore();
    for (const der of anchors) store.add(der, true);
    return store;
  },
  unread: () => {
    const store = new CertificateStore();
    store.addUnreadAnchors(bundleOf(anchors));
    return store;
  },
  'unread, one by one': () => {
    const store = new CertificateStore();
    for (const der of anchors) store.addUnreadAnchors(bundleOf([der]));
    return store;
  },
  'unread, in the base': () => {
    const base = new CertificateStore();
    base.addUnreadAnchors(bundleOf(anchors));
    return new CertificateStore(base);
  },
  'unread, with octets behind each': () => {
    const store = new CertificateStore();
    store.addUnreadAnchors(bundleOf(anchors.map((der) => Buffer.concat([der, Buffer.from('trust settings')]))));
    return store;
  },
  'unread, among damaged ones': () => {
    const store = new CertificateStore();
    store.addUnreadAnchors(bundleOf([bitRot, Buffer.alloc(9), ...anchors, root.der.subarray(0, -9)]));
    return store;
  },
  'unread, with a comment each': () => {
    const store = new CertificateStore();
    store.addUnreadAnchors(bundleOf(anchors, (pem) => pem.replace(/^-----BEGIN/gm, '# C = HU, CN = Root\n$&')));
    return store;
  },
};

for (const [name, storeOf] of Object.entries(stores)) {
  t.test(`anchors ${name}`, async (t) => {
    const store = storeOf();
    const { certificate } = store.add(middle.der);
    const issuers = store.issuersOf(certificate);
    t.same(
      issuers.map((each) => [Buffer.from(each.certificate.der), each.isAnchor]),
      [
        [root.der, true],
        [renewed.der, true],
      ],
      'those of its name',
    );
    t.same(store.issuersOf(certificate), issuers, 'and the same when asked again');

    const looseOne = store.add(loose.der).certificate;
    t.same(store.issuersOf(looseOne), [], 'none of that name octet by octet');
    t.same(store.otherIssuersOf(looseOne), issuers, 'those of its name in other letters');
    t.equal(store.add(other.der).isAnchor, true, 'an anchor that comes once more is one');
  });

  t.test(`an anchor that is to be judged itself, ${name}`, async (t) => {
    const store = storeOf();
    const stored = store.add(root.der);
    t.equal(stored.isAnchor, true);
    t.ok(store.issuersOf(stored.certificate).includes(stored), 'it is there once');
    t.equal(store.issuersOf(stored.certificate).length, 2);
  });
}

t.test('an anchor that comes after its name was asked for', async (t) => {
  const store = new CertificateStore();
  const { certificate } = store.add(middle.der);
  store.addUnreadAnchors(bundleOf([other.der]));
  t.same(store.issuersOf(certificate), []);
  store.addUnreadAnchors(bundleOf([root.der]));
  t.equal(store.issuersOf(certificate).length, 1);
});
