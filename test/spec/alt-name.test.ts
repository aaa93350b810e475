import t from 'tap';
import { altNameOfCommonName, commonNameProblem, parseAltName } from '../../src/spec/alt-name.js';
import { withCommonNameAsAltName } from '../../src/spec/request-spec.js';

t.test('names are recognised, or say what they are', async (t) => {
  const table: [given: string, type: string, value: string][] = [
    ['mail.valami.hu', 'dns', 'mail.valami.hu'],
    ['Mail.VALAMI.hu', 'dns', 'mail.valami.hu'],
    ['*.valami.hu', 'dns', '*.valami.hu'],
    ['localhost', 'dns', 'localhost'],
    ['my_service', 'dns', 'my_service'],
    ['tükör.hu', 'dns', 'xn--tkr-tna2a.hu'],
    ['DNS:a.hu', 'dns', 'a.hu'],
    ['192.0.2.1', 'ip', '192.0.2.1'],
    ['IP:192.0.2.1', 'ip', '192.0.2.1'],
    ['2001:DB8:0:0::1', 'ip', '2001:db8::1'],
    ['::1', 'ip', '::1'],
    ['joe@valami.hu', 'email', 'joe@valami.hu'],
    ['email:joe@Tükör.hu', 'email', 'joe@xn--tkr-tna2a.hu'],
    ['URI:https://valami.hu/a?b#c', 'uri', 'https://valami.hu/a?b#c'],
    ['uri:urn:isbn:0451450523', 'uri', 'urn:isbn:0451450523'],
    ['RID:1.2.3.4', 'rid', '1.2.3.4'],
  ];
  for (const [given, type, value] of table) t.match(parseAltName(given), { type, value }, given);
});

t.test('nothing becomes something else', async (t) => {
  const table: [given: string, message: string][] = [
    ['', 'an alternative name is empty'],
    ['a/b', 'a/b: holds "/"'],
    ['a?b.hu', 'a?b.hu: holds "?"'],
    ['%41.hu', '%41.hu: holds "%"'],
    ['1.2.3', '1.2.3: the last label is a number'],
    ['0x7f.1', '0x7f.1: the last label is a number'],
    ['a\tb.hu', 'a\tb.hu: holds U+0009'],
    ['a.hu b.hu', 'a.hu b.hu: holds a space'],
    ['https://a.hu', 'https://a.hu: a URL is no host name'],
    ['a.hu:443', 'a.hu:443: a port is no part of a host name'],
    ['a.hu.', 'a.hu.: ends with a dot'],
    ['[::1]', '[::1]: an IP address is no host name'],
    ['DNS:192.0.2.1', '192.0.2.1: an IP address is no host name'],
    ['IP:192.0.2.0/24', '192.0.2.0/24 is not an IP address'],
    ['IP:a.hu', 'a.hu is not an IP address'],
    ['a.*.hu', 'a.*.hu: * must be the whole left-most label'],
    ['joe@', 'joe@: the name is empty'],
    ['email:a b@c.hu', 'a b@c.hu is not an e-mail address'],
    ['URI:valami', 'valami is not an absolute URI'],
    ['URI:https://a.hu/ b', 'https://a.hu/ b is not an absolute URI'],
    ['dirName:CN=a', 'dirName:CN=a: names of type dirName are not made here'],
    ['RID:a', 'RID:a: that is no OID'],
    ['RID:1.40', 'RID:1.40: that is no OID'],
    ['UPN:', 'UPN:: there is no name behind the prefix'],
    ['SRVName:_ldap.tükör.hu', '_ldap.tükör.hu is not ASCII'],
    ['other:1.2', 'other:1.2 is no OID and a value'],
    ['other:1.2;HEX:05', 'other:1.2;HEX:05: its value is no DER: NULL has no length at byte 1'],
    ['other:1.2;HEX:x', 'other:1.2;HEX:x: its value is no DER: it is not hex'],
  ];
  for (const [given, message] of table) t.throws(() => parseAltName(given), { message }, given);
});

t.test('common names that are host names or addresses', async (t) => {
  const table: [commonName: string, value: string | undefined, problem: string | undefined][] = [
    ['mail.valami.hu', 'mail.valami.hu', undefined],
    ['Tükör.HU', 'xn--tkr-tna2a.hu', undefined],
    ['*.valami.hu', '*.valami.hu', undefined],
    ['192.0.2.1', '192.0.2.1', undefined],
    ['::1', '::1', undefined],
    ['localhost', 'localhost', undefined],
    ['Kovács János', undefined, undefined],
    ['Dr. Kovács János', undefined, undefined],
    ['joe@valami.hu', undefined, undefined],
    ['https://valami.hu', undefined, 'a URL is no host name'],
    ['valami.hu:443', undefined, 'a port is no part of a host name'],
    ['1.2.3', undefined, 'the last label is a number'],
  ];
  for (const [commonName, value, problem] of table) {
    t.equal(altNameOfCommonName(commonName)?.value, value, commonName);
    t.equal(commonNameProblem(commonName)?.problem, problem, `${commonName}: its problem`);
  }
});

t.test('names are compared in proportion to their number', async (t) => {
  let looks = 0;
  const count = 5000;
  const altNames = Array.from({ length: count }, (_, i) => ({
    type: 'dns',
    get value() {
      looks++;
      return `host${i % (count / 2)}.valami.hu`;
    },
  }));
  t.equal(withCommonNameAsAltName({ subject: [], altNames }).altNames.length, count / 2);
  t.ok(looks <= 10 * count, `${looks} looks at ${count} names`);
});
