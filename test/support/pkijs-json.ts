import { createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

/**
 * A certificate as PKI.js and asn1js read it, in the JSON of cert-info: every property of pkiutils-json(5) but those that say
 * where it came from and what is odd about it. Nothing of ours is used.
 */
export function pkijsJson(der: Uint8Array, now: number) {
  const certificate = pkijs.Certificate.fromBER(der);
  const extensions = certificate.extensions ?? [];
  const parsed = <T>(oid: string): T | undefined => extensions.find(({ extnID }) => extnID === oid)?.parsedValue as T;
  const basic = parsed<pkijs.BasicConstraints>('2.5.29.19');
  const keyId = parsed<asn1js.OctetString>('2.5.29.14');
  const authority = parsed<pkijs.AuthorityKeyIdentifier>('2.5.29.35')?.keyIdentifier;
  const usage = parsed<asn1js.BitString>('2.5.29.15');
  const purposes = parsed<pkijs.ExtKeyUsage>('2.5.29.37')?.keyPurposes;
  const points = parsed<pkijs.CRLDistributionPoints>('2.5.29.31')?.distributionPoints ?? [];
  const access = parsed<pkijs.InfoAccess>('1.3.6.1.5.5.7.1.1')?.accessDescriptions ?? [];
  const locations = (method: string) =>
    urisOf(access.filter(({ accessMethod }) => accessMethod === method).map(({ accessLocation }) => accessLocation));
  const subject = readName(certificate.subject.valueBeforeDecode);
  const issuer = readName(certificate.issuer.valueBeforeDecode);
  const { notBefore, notAfter } = certificate;
  const [from, until] = [notBefore.value.getTime(), notAfter.value.getTime()];
  return {
    version: certificate.version + 1,
    serial: serialOf(certificate.serialNumber),
    subject: subject.text,
    issuer: issuer.text,
    subject_fields: subject.fields,
    issuer_fields: issuer.fields,
    not_before: isoOf(notBefore.value),
    not_after: isoOf(notAfter.value),
    days_left: Math.floor((until - now) / 86_400_000),
    status: now > until ? 'expired' : now < from ? 'not_yet_valid' : 'valid',
    names: altNamesOf(extensions.find(({ extnID }) => extnID === '2.5.29.17')),
    key: keyOf(certificate.subjectPublicKeyInfo),
    signature: signatureOf(certificate.signatureAlgorithm),
    fingerprints: { sha1: hash('sha1', der), sha256: hash('sha256', der) },
    is_ca: basic?.cA ?? false,
    path_length: typeof basic?.pathLenConstraint === 'number' ? basic.pathLenConstraint : null,
    key_usage: usage === undefined ? null : keyUsageNames.filter((_, bit) => bitOf(usage, bit)),
    extended_key_usage: purposes?.map((oid) => purposeNames[oid] ?? oid) ?? null,
    subject_key_id: keyId === undefined ? null : hex(keyId.valueBlock.valueHexView),
    authority_key_id: authority === undefined ? null : hex(authority.valueBlock.valueHexView),
    crl_urls: points.flatMap(({ distributionPoint }) =>
      Array.isArray(distributionPoint) ? urisOf(distributionPoint) : [],
    ),
    ocsp_urls: locations('1.3.6.1.5.5.7.48.1'),
    issuer_urls: locations('1.3.6.1.5.5.7.48.2'),
    policies: (parsed<pkijs.CertificatePolicies>('2.5.29.32')?.certificatePolicies ?? []).map(
      ({ policyIdentifier }) => policyIdentifier,
    ),
    must_staple: features(extensions).includes(5),
    scts: (parsed<pkijs.SignedCertificateTimestampList>('1.3.6.1.4.1.11129.2.4.2')?.timestamps ?? []).map(
      ({ logID, timestamp }) => ({ log_id: hex(logID), time: timestamp.toISOString() }),
    ),
    extensions: extensions.map(({ extnID, critical, extnValue }) => ({
      oid: extnID,
      critical,
      value: knownExtensions.has(extnID) ? null : hex(extnValue.valueBlock.valueHexView),
    })),
    self_issued:
      Buffer.compare(
        Buffer.from(certificate.subject.valueBeforeDecode),
        Buffer.from(certificate.issuer.valueBeforeDecode),
      ) === 0,
  };
}

const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  Buffer.from(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes)).toString('hex');
const hash = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');
const isoOf = (time: Date): string => time.toISOString().replace('.000Z', 'Z');
const bitOf = ({ valueBlock }: asn1js.BitString, bit: number): boolean =>
  ((valueBlock.valueHexView[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;

function serialOf(serial: asn1js.Integer): string {
  const value = serial.toBigInt();
  const magnitude = (value < 0n ? -value : value).toString(16);
  return `${value < 0n ? '-' : ''}${magnitude.length % 2 === 1 ? '0' : ''}${magnitude}`;
}

const children = (block: asn1js.AsnType): asn1js.AsnType[] => (block as asn1js.Sequence).valueBlock.value;

/** RFC 4514 over asn1js's tree: PKI.js itself forgets which attributes stand in one relative name. */
function readName(bytes: ArrayBuffer): { text: string; fields: Record<string, string[]> } {
  const fields: Record<string, string[]> = {};
  const rdns = children(asn1js.fromBER(bytes).result).map((rdn) =>
    children(rdn).map((attribute) => {
      const [type, value] = children(attribute) as [asn1js.ObjectIdentifier, asn1js.AsnType];
      const oid = type.valueBlock.toString();
      const short = shortNames[oid];
      const text = String((value as asn1js.Utf8String).valueBlock.value);
      fields[short ?? oid] = [...(fields[short ?? oid] ?? []), text];
      return short === undefined
        ? `${oid}=#${hex(value.valueBeforeDecodeView).toUpperCase()}`
        : `${short}=${escaped(text)}`;
    }),
  );
  return {
    text: rdns
      .map((rdn) => rdn.toReversed().join('+'))
      .reverse()
      .join(','),
    fields,
  };
}

function escaped(text: string): string {
  return text
    .replace(/[",+<>;\\]/g, '\\$&')
    .replace(/^ |(?<=.) $|^#(?=.)/gs, '\\$&')
    .replace(/[\u0000-\u001f\u007f]/g, (character) => `\\${hex(Buffer.from(character)).toUpperCase()}`);
}

/** PKI.js does not read X.400 addresses and EDI names: those are in asn1js's tree. */
function altNamesOf(extension: pkijs.Extension | undefined) {
  const all = namesOf((extension?.parsedValue as pkijs.AltName | undefined)?.altNames ?? []);
  if (extension === undefined) return all;
  const blocks = children(asn1js.fromBER(extension.extnValue.valueBlock.valueHexView).result);
  const old = blocks.flatMap((block) => {
    const kind = oldNameKinds[block.idBlock.tagNumber];
    return kind === undefined
      ? []
      : [
          `${kind}:${children(block)
            .map((each) => hex(each.valueBeforeDecodeView))
            .join('')}`,
        ];
  });
  return { ...all, other: [...all.other, ...old] };
}

const oldNameKinds: Readonly<Record<number, string>> = { 3: 'X400', 5: 'EDI' };

function namesOf(names: readonly pkijs.GeneralName[]) {
  const ofType = (type: number) => names.filter((name) => name.type === type).map(({ value }) => String(value));
  return {
    dns: ofType(2),
    ip: names.filter(({ type }) => type === 7).map(({ value }) => addressOf(value.valueBlock.valueHexView)),
    email: ofType(1),
    uri: ofType(6),
    other: names.filter(({ type }) => ![1, 2, 6, 7].includes(type)).map(otherNameOf),
  };
}

const urisOf = (names: readonly pkijs.GeneralName[]): string[] => namesOf(names).uri;

function addressOf(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => hex(octets.subarray(2 * i, 2 * i + 2)));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

function otherNameOf({ type, value }: pkijs.GeneralName): string {
  switch (type) {
    case 0: {
      const [oid, wrapper] = children(value) as [asn1js.ObjectIdentifier, asn1js.AsnType];
      const inner = children(wrapper)[0] as asn1js.AsnType;
      const text =
        inner instanceof asn1js.Sequence
          ? `#${hex(inner.valueBeforeDecodeView)}`
          : (inner as asn1js.Utf8String).valueBlock.value;
      const kind = oid.valueBlock.toString();
      return `${otherNameKinds[kind] ?? kind}:${text}`;
    }
    case 4:
      return `DN:${readName((value as pkijs.RelativeDistinguishedNames).valueBeforeDecode).text}`;
    default:
      return `RID:${value}`;
  }
}

function keyOf(info: pkijs.PublicKeyInfo) {
  const { algorithmId, algorithmParams } = info.algorithm;
  const type = keyTypes[algorithmId] ?? algorithmId;
  const octets = info.subjectPublicKey.valueBlock.valueHexView;
  const common = {
    type,
    curve: null,
    exponent: null,
    spki_sha256: hash('sha256', new Uint8Array(info.toSchema().toBER())),
  };
  if (type.startsWith('rsa')) {
    const { modulus, publicExponent } = pkijs.RSAPublicKey.fromBER(octets);
    return { ...common, bits: bitsOf(modulus), exponent: positive(publicExponent).toString() };
  }
  if (type === 'ec') {
    if (algorithmParams instanceof asn1js.Sequence) {
      return { ...common, bits: bitsOf(children(algorithmParams)[4] as asn1js.Integer) };
    }
    const [curve, bits] = curves[(algorithmParams as asn1js.ObjectIdentifier).valueBlock.toString()] ?? [null, null];
    return { ...common, curve, bits };
  }
  if (type === 'dsa') return { ...common, bits: bitsOf(children(algorithmParams)[0] as asn1js.Integer) };
  // Later kinds are called by a level of security.
  return { ...common, bits: /^(ed|x)\d/.test(type) ? octets.length * 8 : null };
}

/** The rest of a positive number: PKI.js takes the zero in front away. */
const positive = ({ valueBlock }: asn1js.Integer): bigint => BigInt(`0x${hex(valueBlock.valueHexView)}`);
const bitsOf = (number: asn1js.Integer): number => positive(number).toString(2).length;

function signatureOf({ algorithmId, algorithmParams }: pkijs.AlgorithmIdentifier) {
  if (algorithmId !== '1.2.840.113549.1.1.10') {
    const [algorithm, digest] = signatures[algorithmId] ?? [algorithmId, null];
    return { algorithm, hash: digest };
  }
  const parameters = new pkijs.RSASSAPSSParams({ schema: algorithmParams });
  const mgf = children(parameters.maskGenAlgorithm.algorithmParams)[0] as asn1js.ObjectIdentifier;
  return {
    algorithm: 'rsa-pss',
    hash: hashes[parameters.hashAlgorithm.algorithmId],
    mgf_hash: hashes[mgf.valueBlock.toString()],
    salt_length: parameters.saltLength,
  };
}

function features(extensions: readonly pkijs.Extension[]): number[] {
  const extension = extensions.find(({ extnID }) => extnID === '1.3.6.1.5.5.7.1.24');
  if (extension === undefined) return [];
  return children(asn1js.fromBER(extension.extnValue.valueBlock.valueHexView).result).map((each) =>
    Number((each as asn1js.Integer).toBigInt()),
  );
}

const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

const purposeNames: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

const otherNameKinds: Readonly<Record<string, string>> = {
  '1.3.6.1.4.1.311.20.2.3': 'UPN',
  '1.3.6.1.5.5.7.8.5': 'XmppAddr',
  '1.3.6.1.5.5.7.8.7': 'SRVName',
  '1.3.6.1.5.5.7.8.8': 'NAIRealm',
  '1.3.6.1.5.5.7.8.9': 'SmtpUTF8Mailbox',
};

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.15': 'businessCategory',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.3.6.1.4.1.311.60.2.1.3': 'jurisdictionC',
};

const slhDsaSets = ['128s', '128f', '192s', '192f', '256s', '256f'];

const keyTypes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.10045.2.1': 'ec',
  '1.2.840.10040.4.1': 'dsa',
  '1.3.101.110': 'x25519',
  '1.3.101.111': 'x448',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
  '2.16.840.1.101.3.4.4.1': 'ml-kem-512',
  '2.16.840.1.101.3.4.4.2': 'ml-kem-768',
  '2.16.840.1.101.3.4.4.3': 'ml-kem-1024',
  '2.16.840.1.101.3.4.3.17': 'ml-dsa-44',
  '2.16.840.1.101.3.4.3.18': 'ml-dsa-65',
  '2.16.840.1.101.3.4.3.19': 'ml-dsa-87',
  ...Object.fromEntries(slhDsaSets.map((set, i) => [`2.16.840.1.101.3.4.3.${20 + i}`, `slh-dsa-sha2-${set}`])),
  ...Object.fromEntries(slhDsaSets.map((set, i) => [`2.16.840.1.101.3.4.3.${26 + i}`, `slh-dsa-shake-${set}`])),
};

const curves: Readonly<Record<string, readonly [name: string, bits: number]>> = {
  '1.2.840.10045.3.1.7': ['P-256', 256],
  '1.3.132.0.34': ['P-384', 384],
  '1.3.132.0.35': ['P-521', 521],
  '1.3.132.0.33': ['P-224', 224],
  '1.3.132.0.10': ['secp256k1', 256],
  '1.3.132.0.16': ['sect283k1', 281],
  '1.3.36.3.3.2.8.1.1.7': ['brainpoolP256r1', 256],
  '1.3.36.3.3.2.8.1.1.14': ['brainpoolP512t1', 512],
};

const hashes: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

const signatures: Readonly<Record<string, readonly [algorithm: string, hash: string | null]>> = {
  '1.2.840.113549.1.1.4': ['rsa-pkcs1', 'md5'],
  '1.2.840.113549.1.1.5': ['rsa-pkcs1', 'sha1'],
  '1.2.840.113549.1.1.11': ['rsa-pkcs1', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa-pkcs1', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa-pkcs1', 'sha512'],
  '1.2.840.113549.1.1.14': ['rsa-pkcs1', 'sha224'],
  '1.2.840.10045.4.3.2': ['ecdsa', 'sha256'],
  '1.2.840.10045.4.3.3': ['ecdsa', 'sha384'],
  '1.2.840.10045.4.3.4': ['ecdsa', 'sha512'],
  '2.16.840.1.101.3.4.3.2': ['dsa', 'sha256'],
  '1.3.101.112': ['ed25519', null],
  '1.3.101.113': ['ed448', null],
  '2.16.840.1.101.3.4.3.18': ['ml-dsa-65', null],
};

/** Extensions cert-info knows by content, so that it does not show them in hex. */
const knownExtensions: ReadonlySet<string> = new Set([
  ...[9, 14, 15, 16, 17, 18, 19, 30, 31, 32, 33, 35, 36, 37, 46, 54].map((last) => `2.5.29.${last}`),
  ...['1', '3', '11', '12', '24'].map((last) => `1.3.6.1.5.5.7.1.${last}`),
  '1.3.6.1.5.5.7.48.1.5',
  '1.3.6.1.4.1.11129.2.4.2',
  '1.3.6.1.4.1.11129.2.4.3',
  ...[1, 2, 3, 4, 7, 8, 12, 13].map((last) => `2.16.840.1.113730.1.${last}`),
  ...['20.2', '21.1', '21.2', '21.7', '21.10'].map((last) => `1.3.6.1.4.1.311.${last}`),
]);
