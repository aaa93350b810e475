import t from 'tap';
import { readElement } from '../../src/der/reader.js';
import { isPkiError } from '../../src/errors.js';
import type { ExtensionType } from '../../src/x509/extensions/extension-type.js';
import { extensionType } from '../../src/x509/extensions/table.js';

/** The value of every kind of extension, from octets written by hand after its specification. */

interface Case {
  readonly name: string;
  readonly oid: string;
  /** Hex of the content. */
  readonly content: string;
  readonly value: unknown;
  readonly warnings?: readonly string[];
}

const utf8 = (text: string): string => Buffer.from(text).toString('hex');
const tlv = (tag: string, ...contents: readonly string[]): string => {
  const content = contents.join('');
  const length = content.length / 2;
  const prefix = length < 0x80 ? '' : length < 0x100 ? '81' : '82';
  return `${tag}${prefix}${length.toString(16).padStart(prefix === '82' ? 4 : 2, '0')}${content}`;
};
const seq = (...contents: readonly string[]): string => tlv('30', ...contents);
const dns = (text: string): string => tlv('82', utf8(text));
const uri = (text: string): string => tlv('86', utf8(text));
/** A timestamp without a signature, its length in front. */
const sct = (log: string, time: string): string => `002b00${log.repeat(32)}${time}0000`;
const anyPolicy = '0604551d2000';
const valami = '06032a0304';

const cases: readonly Case[] = [
  { name: 'a CA', oid: '2.5.29.19', content: seq('0101ff', '020103'), value: { isCa: true, pathLength: 3 } },
  { name: 'no CA', oid: '2.5.29.19', content: seq(), value: { isCa: false, pathLength: null } },
  {
    name: 'cA FALSE written out',
    oid: '2.5.29.19',
    content: seq('010100'),
    value: { isCa: false, pathLength: null },
    warnings: ['cA FALSE is written out, its default'],
  },
  {
    name: 'TRUE not FF, negative path length',
    oid: '2.5.29.19',
    content: seq('010101', '0201ff'),
    value: { isCa: true, pathLength: -1 },
    warnings: ['cA is a TRUE that is not FF', 'the path length is negative'],
  },
  {
    name: 'a path length without a CA',
    oid: '2.5.29.19',
    content: seq('020100'),
    value: { isCa: false, pathLength: 0 },
    warnings: ['a path length without cA'],
  },
  {
    name: 'a path length beyond counting',
    oid: '2.5.29.19',
    content: seq('0101ff', tlv('02', '7f'.repeat(9))),
    value: { isCa: true, pathLength: null },
    warnings: ['the path length has 9 octets'],
  },
  { name: 'usages', oid: '2.5.29.15', content: '030205a0', value: ['digitalSignature', 'keyEncipherment'] },
  {
    name: 'unused bits do not count',
    oid: '2.5.29.15',
    content: '0302056e',
    value: ['nonRepudiation', 'keyEncipherment'],
    warnings: ['unused bits are set'],
  },
  { name: 'no usage', oid: '2.5.29.15', content: '030100', value: [], warnings: ['no bit is set'] },
  {
    name: 'purposes',
    oid: '2.5.29.37',
    content: seq('06082b06010505070301', valami),
    value: ['serverAuth', '1.2.3.4'],
  },
  { name: 'no purpose', oid: '2.5.29.37', content: seq(), value: [], warnings: ['empty'] },
  {
    name: 'alternative names',
    oid: '2.5.29.17',
    content: seq(dns('valami.hu'), '8704c0000201', uri('https://valami.hu/'), '88032a0304'),
    value: [
      { type: 'dns', value: 'valami.hu' },
      { type: 'ip', value: '192.0.2.1', octets: Buffer.of(192, 0, 2, 1) },
      { type: 'uri', value: 'https://valami.hu/' },
      { type: 'rid', value: '1.2.3.4' },
    ],
  },
  {
    name: 'an address of three octets',
    oid: '2.5.29.17',
    content: seq('8703c00002'),
    value: [{ type: 'malformed', value: 'c00002' }],
    warnings: ['an iPAddress of 3 octets'],
  },
  { name: 'no name', oid: '2.5.29.18', content: seq(), value: [], warnings: ['empty'] },
  {
    name: 'a UPN',
    oid: '2.5.29.17',
    content: seq(tlv('a0', '060a2b060104018237140203', tlv('a0', tlv('0c', utf8('joe@valami.hu'))))),
    value: [{ type: 'other', oid: '1.3.6.1.4.1.311.20.2.3', kind: 'UPN', value: 'joe@valami.hu' }],
  },
  {
    name: 'name constraints',
    oid: '2.5.29.30',
    content: seq(
      tlv('a0', seq(dns('valami.hu')), seq(tlv('87', '0a000000ff000000'))),
      tlv('a1', seq(tlv('a4', seq(tlv('31', seq('0603550406', tlv('13', utf8('HU')))))))),
    ),
    value: {
      permitted: [
        { base: { type: 'dns', value: 'valami.hu' }, minimum: 0, maximum: undefined },
        {
          base: {
            type: 'range',
            value: '10.0.0.0/8',
            address: Buffer.of(10, 0, 0, 0),
            mask: Buffer.of(255, 0, 0, 0),
          },
        },
      ],
      excluded: [{ base: { type: 'dn', value: 'C=HU', name: { rdns: [[{ type: 'C', value: 'HU' }]] } } }],
    },
  },
  {
    name: 'no constraint',
    oid: '2.5.29.30',
    content: seq(),
    value: { permitted: undefined, excluded: undefined },
    warnings: ['empty'],
  },
  {
    name: 'a range that is an address, a maximum',
    oid: '2.5.29.30',
    content: seq(tlv('a1', seq('8704c0000201', '810105'))),
    value: { permitted: undefined, excluded: [{ base: { type: 'malformed' }, minimum: 0, maximum: 5 }] },
    warnings: ['an iPAddress of 4 octets', 'a subtree with a minimum or a maximum'],
  },
  {
    name: 'policies',
    oid: '2.5.29.32',
    content: seq(
      seq(anyPolicy),
      seq(
        valami,
        seq(
          seq('06082b06010505070201', tlv('16', utf8('https://valami.hu/cps'))),
          seq('06082b06010505070202', seq(seq(tlv('0c', utf8('Valami')), seq('020107')), tlv('0c', utf8('szöveg')))),
          seq(valami, '0500'),
        ),
      ),
    ),
    value: [
      { oid: '2.5.29.32.0', qualifiers: [] },
      {
        oid: '1.2.3.4',
        qualifiers: [
          { kind: 'cps', uri: 'https://valami.hu/cps' },
          { kind: 'notice', reference: { organization: 'Valami', numbers: [7] }, text: 'szöveg' },
          { kind: 'other', oid: '1.2.3.4' },
        ],
      },
    ],
  },
  {
    name: 'a policy twice',
    oid: '2.5.29.32',
    content: seq(seq(valami), seq(valami)),
    value: [{ oid: '1.2.3.4' }, { oid: '1.2.3.4' }],
    warnings: ['a policy is there twice'],
  },
  {
    name: 'policy mappings',
    oid: '2.5.29.33',
    content: seq(seq(valami, anyPolicy)),
    value: [{ issuerDomainPolicy: '1.2.3.4', subjectDomainPolicy: '2.5.29.32.0' }],
    warnings: ['anyPolicy is mapped'],
  },
  {
    name: 'policy constraints',
    oid: '2.5.29.36',
    content: seq('800100', '810102'),
    value: { requireExplicitPolicy: 0, inhibitPolicyMapping: 2 },
  },
  {
    name: 'no policy constraint',
    oid: '2.5.29.36',
    content: seq(),
    value: { requireExplicitPolicy: undefined, inhibitPolicyMapping: undefined },
    warnings: ['empty'],
  },
  { name: 'inhibit anyPolicy', oid: '2.5.29.54', content: '020101', value: 1 },
  { name: 'a subject key identifier', oid: '2.5.29.14', content: '0402abcd', value: 'abcd' },
  {
    name: 'an authority key identifier',
    oid: '2.5.29.35',
    content: seq('8002abcd', tlv('a1', dns('ca.hu')), '820105'),
    value: { keyId: 'abcd', issuer: [{ type: 'dns', value: 'ca.hu' }], serial: Buffer.of(5) },
  },
  {
    name: 'an authority by its issuer alone',
    oid: '2.5.29.35',
    content: seq(tlv('a1', dns('ca.hu'))),
    value: { keyId: null, issuer: [{ value: 'ca.hu' }], serial: undefined },
    warnings: ['an issuer without its serial number, or the reverse'],
  },
  {
    name: 'distribution points',
    oid: '2.5.29.31',
    content: seq(
      seq(tlv('a0', tlv('a0', uri('http://ca.hu/1.crl'))), '81020640', tlv('a2', dns('ca.hu'))),
      seq(tlv('a0', tlv('a1', seq('0603550403', tlv('0c', utf8('1')))))),
    ),
    value: [
      {
        fullName: [{ type: 'uri', value: 'http://ca.hu/1.crl' }],
        relativeName: undefined,
        reasons: ['keyCompromise'],
        crlIssuer: [{ value: 'ca.hu' }],
      },
      { fullName: [], relativeName: [{ type: 'CN', value: '1' }], reasons: undefined, crlIssuer: [] },
    ],
  },
  {
    name: 'a point without a name',
    oid: '2.5.29.46',
    content: seq(seq()),
    value: [{ fullName: [], crlIssuer: [] }],
    warnings: ['a distribution point without a name'],
  },
  {
    name: 'the scope of a CRL',
    oid: '2.5.29.28',
    content: seq(tlv('a0', tlv('a0', uri('http://ca.hu/'))), '8101ff', '83020640', '8401ff'),
    value: {
      fullName: [{ value: 'http://ca.hu/' }],
      onlyUserCertificates: true,
      onlyCaCertificates: false,
      onlyReasons: ['keyCompromise'],
      isIndirect: true,
      onlyAttributeCertificates: false,
    },
  },
  {
    name: 'information access',
    oid: '1.3.6.1.5.5.7.1.1',
    content: seq(seq('06082b06010505073001', uri('http://ocsp.hu'))),
    value: [{ method: '1.3.6.1.5.5.7.48.1', location: { type: 'uri', value: 'http://ocsp.hu' } }],
  },
  { name: 'a CRL number', oid: '2.5.29.20', content: '02020100', value: { hex: '0100', value: 256n } },
  {
    name: 'a negative CRL number',
    oid: '2.5.29.27',
    content: '0201ff',
    value: { hex: '-01', value: -1n },
    warnings: ['the number is negative'],
  },
  { name: 'a reason', oid: '2.5.29.21', content: '0a0106', value: 'certificateHold' },
  { name: 'a reason without a name', oid: '2.5.29.21', content: '0a0107', value: '7' },
  {
    name: 'an invalidity date',
    oid: '2.5.29.24',
    content: tlv('18', utf8('20260315000000Z')),
    value: Date.UTC(2026, 2, 15),
  },
  {
    name: 'timestamps, one behind all years',
    oid: '1.3.6.1.4.1.11129.2.4.2',
    content: tlv('04', '005a', sct('aa', '0000010000000000'), sct('bb', '7fffffffffffffff')),
    value: [
      { logId: 'aa'.repeat(32), time: 2 ** 40 },
      { logId: 'bb'.repeat(32), time: null },
    ],
    warnings: ['an SCT of a time after the year 9999'],
  },
  { name: 'TLS features', oid: '1.3.6.1.5.5.7.1.24', content: seq('020105', '020111'), value: [5, 17] },
  { name: 'a precertificate', oid: '1.3.6.1.4.1.11129.2.4.3', content: '0500', value: true },
  {
    name: 'QC statements',
    oid: '1.3.6.1.5.5.7.1.3',
    content: seq(
      seq('060604008e460101'),
      seq('060604008e460102', seq(tlv('13', utf8('HUF')), '020105', '020106')),
      seq('060604008e460103', '02010a'),
    ),
    value: [
      { oid: '0.4.0.1862.1.1', info: null },
      { info: { kind: 'limit', currency: 'HUF', amount: 5, exponent: 6 } },
      { info: { kind: 'value', value: { kind: 'number', number: 10n } } },
    ],
  },
  {
    name: 'a private key usage period',
    oid: '2.5.29.16',
    content: seq(tlv('80', utf8('20260315000000Z')), tlv('81', utf8('soon'))),
    value: { notBefore: Date.UTC(2026, 2, 15), notAfter: null },
    warnings: ['not a time: soon'],
  },
  {
    name: 'directory attributes',
    oid: '2.5.29.9',
    content: seq(seq(valami, tlv('31', tlv('13', utf8('HU'))))),
    value: [{ oid: '1.2.3.4', values: [{ tag: 0x13 }] }],
  },
  { name: 'Netscape types', oid: '2.16.840.1.113730.1.1', content: '030206c0', value: ['SSL client', 'SSL server'] },
  {
    name: 'a comment of Netscape',
    oid: '2.16.840.1.113730.1.13',
    content: tlv('16', utf8('made by hand')),
    value: 'made by hand',
  },
  {
    name: 'a template of Windows',
    oid: '1.3.6.1.4.1.311.21.7',
    content: seq(valami, '020164', '020103'),
    value: { oid: '1.2.3.4', versions: [100, 3] },
  },
  {
    name: 'a CA version of Windows',
    oid: '1.3.6.1.4.1.311.21.1',
    content: '0203020001',
    value: { certificate: 1, key: 2 },
  },
];

function typeOf(oid: string): ExtensionType<unknown> {
  const type = extensionType(oid);
  if (type === undefined) throw new Error(`${oid} is not in the table`);
  return type;
}

for (const { name, oid, content, value, warnings = [] } of cases) {
  t.test(`${typeOf(oid).name}: ${name}`, async (t) => {
    const heard: string[] = [];
    const found = typeOf(oid).read(readElement(Buffer.from(content, 'hex')), (warning) => heard.push(warning));
    t.match([found], [value]);
    if (Array.isArray(value)) t.equal(Array.isArray(found) && found.length, value.length, 'as many');
    t.strictSame(heard, warnings);
    t.ok(
      typeOf(oid)
        .lines(found, (each) => each)
        .every((line) => line !== ''),
      'in words',
    );
  });
}

/** Contents with something wrong in their structure, and where. */
const broken: readonly (readonly [oid: string, content: string, message: string])[] = [
  ['2.5.29.19', seq('0102ffff'), 'BOOLEAN of 2 octets at byte 2'],
  ['2.5.29.19', seq('020101', '0101ff'), 'unexpected BOOLEAN at byte 5'],
  ['2.5.29.15', '03020980', 'BIT STRING with an impossible count of unused bits at byte 0'],
  ['2.5.29.17', seq('0c0161'), 'not a GeneralName at byte 2'],
  ['2.5.29.28', seq('8401ff', '8101ff'), 'unexpected [1] at byte 5'],
  ['2.5.29.30', seq(tlv('a2', seq(dns('x')))), 'unexpected [2] at byte 2'],
  ['2.5.29.31', '0500', 'expected CRLDistributionPoints, found NULL at byte 0'],
  ['2.5.29.33', seq(seq(valami)), 'OBJECT IDENTIFIER is missing at byte 9'],
  ['2.5.29.36', seq('800100', '0500'), 'unexpected NULL at byte 5'],
  ['1.3.6.1.4.1.11129.2.4.3', '050100', 'NULL with something in it at byte 0'],
  ['1.3.6.1.4.1.11129.2.4.2', '04020005', 'the SCT list has another length than it says at byte 2'],
];

for (const [oid, content, message] of broken) {
  t.test(`${typeOf(oid).name}: ${message}`, async (t) => {
    try {
      typeOf(oid).read(readElement(Buffer.from(content, 'hex')), () => {});
      t.fail('it is read');
    } catch (error) {
      t.ok(isPkiError(error));
      t.match(error, { message });
    }
  });
}
