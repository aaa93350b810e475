import t from 'tap';
import { readElement } from '../../src/der/reader.js';
import { encodeName } from '../../src/make/name.js';
import { parseDistinguishedName } from '../../src/spec/distinguished-name.js';
import { Name } from '../../src/x509/name.js';

/** A name in the text of RFC 4514 after it was written and read again. */
const roundTrip = (text: string): string => new Name(readElement(encodeName(parseDistinguishedName(text)))).toString();

t.test('both forms come to the same name', async (t) => {
  const table: [given: string, read: string][] = [
    ['CN=mail.valami.hu,O=Valami,C=HU', 'CN=mail.valami.hu,O=Valami,C=HU'],
    ['/C=HU/O=Valami/CN=mail.valami.hu', 'CN=mail.valami.hu,O=Valami,C=HU'],
    ['CN = a , O = b', 'CN=a,O=b'],
    [
      'cn=Nikos,st=New Something,c=gr,surName=Mav,2.5.4.9=Arkadias',
      'CN=Nikos,ST=New Something,C=GR,SN=Mav,street=Arkadias',
    ],
    ['commonName=a;organizationName=b', 'CN=a,O=b'],
    ['OID.2.5.4.3=a', 'CN=a'],
    ['1.2.3.4.5=abc', '1.2.3.4.5=#0C03616263'],
    ['O=Valami\\, Kft.', 'O=Valami\\, Kft.'],
    ['O=\\ a\\ ', 'O=\\ a\\ '],
    ['O=a\\2Cb', 'O=a\\,b'],
    ['O=\\C5\\91\\c3\\a9', 'O=őé'],
    ['O=árvíztűrő 漢字 🍎', 'O=árvíztűrő 漢字 🍎'],
    ['O="a, b + c=d"', 'O=a\\, b \\+ c=d'],
    ['O=a=b', 'O=a=b'],
    ['O=\\#x', 'O=\\#x'],
    ['O=#0c0161', 'O=a'],
    ['CN=a+OU=b,O=c', 'CN=a+OU=b,O=c'],
    ['OU=b+CN=a,O=c', 'CN=a+OU=b,O=c'],
    ['/O=Va\\/lami/CN=a+OU=b', 'OU=b+CN=a,O=Va/lami'],
    ['/O=a, b/CN=c', 'CN=c,O=a\\, b'],
    ['/O="q"', 'O=\\"q\\"'],
    ['DC=valami,DC=hu', 'DC=valami,DC=hu'],
    ['E=joe@valami.hu,CN=Joe', 'emailAddress=joe@valami.hu,CN=Joe'],
  ];
  for (const [given, read] of table) {
    // In one relative name the attributes are sorted by their encoding, so only the set is compared.
    const sorted = (text: string) => text.split(/(?<!\\)[,+]/).sort();
    t.same(sorted(roundTrip(given)), sorted(read), given);
  }
});

t.test('string types are RFC 5280 4.1.2.4 ones', async (t) => {
  const tags = (text: string) =>
    new Name(readElement(encodeName(parseDistinguishedName(text)))).attributes.map(({ type, tag }) => `${type} ${tag}`);
  t.same(tags('C=HU,serialNumber=12-34,dnQualifier=x,O=x,CN=a,DC=hu,E=a@b.hu').sort(), [
    'C 19',
    'CN 12',
    'DC 22',
    'O 12',
    'dnQualifier 19',
    'emailAddress 22',
    'serialNumber 19',
  ]);
});

t.test('what cannot be is refused, and says why', async (t) => {
  const table: [given: string, message: string | RegExp][] = [
    ['', 'the subject is empty'],
    ['CN', 'CN is not TYPE=VALUE'],
    ['CN=a,', 'an attribute is empty: two separators, or one at the end'],
    ['CN=a,,O=b', 'an attribute is empty: two separators, or one at the end'],
    ['/CN=a//O=b', 'an attribute is empty: two separators, or one at the end'],
    ['/CN=a/b', 'b is not TYPE=VALUE'],
    ['/O=a+b/CN=c', 'b is not TYPE=VALUE'],
    ['=a', 'an attribute without a type'],
    ['comonName=a', 'comonName is no attribute type'],
    ['CN=', 'CN has no value'],
    ['CN=a\\', 'the subject ends with a backslash'],
    ['CN="a', 'a quoted value has no closing quote'],
    ['CN="a"b', 'a quoted value is followed by b'],
    ['CN=#0c', '#0c is not the hex of one DER value'],
    ['CN=#0c0161x', 'a #hex value is followed by x'],
    ['CN=\\ff', 'the octets of a value are not UTF-8'],
    ['CN=a\\09b', 'CN holds the control character U+0009'],
    ['C=HUN', 'C: HUN is not two letters'],
    ['C=É1', 'C: É1 is not two letters'],
    ['serialNumber=a_b', 'serialNumber: a_b is not a PrintableString'],
    ['E=é@a.hu', 'emailAddress: é@a.hu is not ASCII'],
    [`CN=${'a'.repeat(65)}`, 'CN has 65 characters, at most 64 are allowed'],
    [`O=${'🍎'.repeat(65)}`, 'O has 65 characters, at most 64 are allowed'],
  ];
  for (const [given, message] of table) t.throws(() => parseDistinguishedName(given), { message }, given);
  t.doesNotThrow(() => parseDistinguishedName(`O=${'🍎'.repeat(64)}`), 'characters are counted, not code units');
});
