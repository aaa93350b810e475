import { createHmac, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import * as asn1js from 'asn1js';
import { CertBag, EncryptedContentInfo, getCrypto, PFX, PKCS8ShroudedKeyBag, type SafeContents } from 'pkijs';
import t from 'tap';
import { arrayBuffer } from '../../src/der/asn1.js';
import { checkWellFormed, children, readElement } from '../../src/der/reader.js';
import { integer, nullValue, objectIdentifier, octetString, sequence } from '../../src/der/writer.js';
import { readPkcs12 } from '../../src/pkcs/pkcs12.js';
import { writePkcs12 } from '../../src/pkcs/write-pkcs12.js';
import { namedCertificate } from '../support/named-certificate.js';
import { usePeculiarWebcrypto } from '../support/pkijs-engine.js';

usePeculiarWebcrypto();

const passphrase = Buffer.from('titkos jelszó');
const given = (...texts: string[]) =>
  async function* () {
    for (const text of texts) yield Buffer.from(text);
  };

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = privateKey.export({ type: 'pkcs8', format: 'der' });
const certificates = [namedCertificate(['leaf.hu']), namedCertificate(['ca.hu'])];
const made = (legacy: boolean) => writePkcs12({ key, certificates, friendlyName: 'Levelező', passphrase, legacy });

t.test('what we write, PKI.js verifies, decrypts and takes apart', async (t) => {
  const password = arrayBuffer(passphrase);
  const pfx = new PFX({ schema: asn1js.fromBER(arrayBuffer(made(false))).result });
  await pfx.parseInternalValues({ password, checkIntegrity: true });
  const safe = pfx.parsedValue?.authenticatedSafe;
  await safe?.parseInternalValues({ safeContents: [{ password }, {}] });
  const contents: { value: SafeContents }[] = safe?.parsedValue.safeContents;
  const bags = contents.flatMap(({ value }) => value.safeBags.map(({ bagValue }) => bagValue));
  t.same(
    bags.flatMap((bag) =>
      bag instanceof CertBag && bag.certValue instanceof asn1js.OctetString
        ? [Buffer.from(bag.certValue.getValue())]
        : [],
    ),
    certificates,
  );
  const keyBag = bags.at(-1);
  if (!(keyBag instanceof PKCS8ShroudedKeyBag)) throw new Error('the key comes last');
  const encryptedContentInfo = new EncryptedContentInfo({
    contentEncryptionAlgorithm: keyBag.encryptionAlgorithm,
    encryptedContent: keyBag.encryptedData,
  });
  t.same(Buffer.from(await getCrypto(true).decryptEncryptedContentInfo({ password, encryptedContentInfo })), key);
});

t.test('what we write, we read', async (t) => {
  for (const legacy of [false, true]) {
    const der = made(legacy);
    t.doesNotThrow(() => checkWellFormed(readElement(der)), 'strict DER');
    const contents = await readPkcs12(der, given('wrong', passphrase.toString()), 'x');
    t.match(contents.keys, [{ der: key }]);
    t.same(contents.certificates, certificates);
  }
});

t.test('a MAC by PBMAC1 (RFC 9579) is verified', async (t) => {
  const fields = children(readElement(made(false)));
  fields.next();
  const authSafe = fields.next();
  const content = children(authSafe);
  content.next();
  const safe = children(content.next()).next().content();
  const [salt, iterations, keyLength] = [Buffer.from('8 octets'), 2048, 20];
  const mac = createHmac('sha512', pbkdf2Sync(passphrase, salt, iterations, keyLength, 'sha256'))
    .update(safe)
    .digest();
  const hmac = (oid: string) => sequence(objectIdentifier(oid), nullValue());
  const parameters = [octetString(salt), integer(iterations), integer(keyLength), hmac('1.2.840.113549.2.9')];
  const derivation = sequence(objectIdentifier('1.2.840.113549.1.5.12'), sequence(...parameters));
  const algorithm = sequence(
    objectIdentifier('1.2.840.113549.1.5.14'),
    sequence(derivation, hmac('1.2.840.113549.2.11')),
  );
  const file = (digest: Uint8Array) => {
    const macData = sequence(
      sequence(algorithm, octetString(digest)),
      octetString(Buffer.from('NOT USED')),
      integer(1),
    );
    return sequence(integer(3), authSafe.encoding(), macData);
  };
  t.match(await readPkcs12(file(mac), given(passphrase.toString()), 'x'), { keys: [{ der: key }] });
  const broken = Buffer.from(mac).reverse();
  await t.rejects(readPkcs12(file(broken), given(passphrase.toString()), 'x'), { code: 'PKCS12_MAC' });
});

t.test('a broken MAC is told from a wrong passphrase, with and without a key', async (t) => {
  for (const held of [key, undefined]) {
    const sound = writePkcs12({ key: held, certificates, friendlyName: 'x', passphrase, legacy: true });
    const broken = Buffer.from(sound);
    // The digest ends before the salt and the iteration count.
    broken.writeUInt8(broken.readUInt8(broken.length - 16) ^ 1, broken.length - 16);
    await t.rejects(readPkcs12(broken, given(passphrase.toString()), 'x'), { code: 'PKCS12_MAC' });
    await t.rejects(readPkcs12(broken, given('wrong'), 'x'), { code: 'PASSPHRASE_WRONG' });
    await t.rejects(readPkcs12(broken, given(), 'x'), { code: 'PASSPHRASE_MISSING' });
  }
});
