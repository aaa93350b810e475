/** A certificate in DER with these subjectAltNames and nothing of worth besides: for peers that only look at names. */
export function namedCertificate(dns: readonly string[], ip: readonly Uint8Array[] = []): Buffer {
  const altNames = tlv(
    0x30,
    ...dns.map((name) => tlv(0x82, Buffer.from(name, 'latin1'))),
    ...ip.map((octets) => tlv(0x87, octets)),
  );
  const extension = tlv(0x30, hex('0603551d11'), tlv(0x04, altNames));
  const algorithm = hex('300a06082a8648ce3d040302');
  const publicKey = tlv(0x30, hex('301306072a8648ce3d020106082a8648ce3d030107'), tlv(0x03, hex('00'), P256_GENERATOR));
  const validity = tlv(0x30, tlv(0x17, Buffer.from('260101000000Z')), tlv(0x17, Buffer.from('490101000000Z')));
  const commonName = tlv(0x30, tlv(0x31, tlv(0x30, hex('0603550403'), tlv(0x0c, Buffer.from('test')))));
  const tbs = tlv(
    0x30,
    hex('a003020102020101'),
    algorithm,
    commonName,
    validity,
    commonName,
    publicKey,
    tlv(0xa3, tlv(0x30, extension)),
  );
  return tlv(0x30, tbs, algorithm, tlv(0x03, hex('003006020101020101')));
}

/** A point that is on the curve: some readers check. */
const P256_GENERATOR = Buffer.from(
  '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  'hex',
);

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const header =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(header), content]);
}
