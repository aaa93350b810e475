import { ObjectScanner } from '../../../src/input/objects.js';
import { parseDnsPattern, parseHostName } from '../../../src/names/host-name.js';
import { parseReference } from '../../../src/names/reference.js';
import { mixedScripts } from '../../../src/names/scripts.js';
import { parseAltName } from '../../../src/spec/alt-name.js';
import { parseDistinguishedName } from '../../../src/spec/distinguished-name.js';
import { withCommonNameAsAltName } from '../../../src/spec/request-spec.js';
import { parseSpec } from '../../../src/spec/spec.js';
import { parseIpAddress } from '../../../src/text/ip-address.js';
import { parseJson } from '../../../src/text/json-reader.js';
import { printable } from '../../../src/text/printable.js';
import { withoutSecrets } from '../../../src/text/without-secrets.js';
import { inside, repeat, type Shape, shape } from './shape.js';

const block = `-----BEGIN X-----\n${'QUJD'.repeat(16)}\n-----END X-----\n`;
const inBlock = (text: string, end = '\n-----END X-----\n') => inside('-----BEGIN X-----\n', text, end);

/** Reads as the commands do, in chunks of 64 KiB as a pipe gives them. */
export function scan(input: string | Uint8Array): number {
  const bytes = Buffer.from(input);
  const scanner = new ObjectScanner();
  let items = 0;
  for (let at = 0; at < bytes.length; at += 65_536) {
    for (const _ of scanner.push(bytes.subarray(at, at + 65_536))) items++;
  }
  for (const _ of scanner.end()) items++;
  return items;
}

/** Of messages and lines no more than 64 KiB are looked at. */
function withoutSecretsInLines(input: string): void {
  for (let at = 0; at < input.length; at += 65_536) withoutSecrets(input.slice(at, at + 65_536));
}

/** Different names of some twenty octets each. */
export const hosts = (size: number, text: string): string[] =>
  Array.from({ length: Math.ceil(size / 20) }, (_, i) => text.replace('#', `${i}`));

/** PEM, and what people write: names, SPEC files, profiles. */
export const texts: readonly Shape[] = [
  shape('pem: many blocks', repeat(block), scan),
  shape('pem: one long block', inBlock(`${'QUJD'.repeat(16)}\n`, '-----END X-----\n'), scan),
  shape('pem: one long line', inBlock('QUJD'), scan),
  shape('pem: no line end', repeat('a'), scan),
  shape('pem: dashes', repeat('-'), scan),
  shape('pem: dashes in a block', inBlock('-----', ''), scan),
  shape('pem: dashes and letters in a block', inBlock('A-----', ''), scan),
  shape('pem: half END lines in a block', inBlock('A-----END ', ''), scan),
  shape('pem: BEGINs in one line', repeat('-----BEGIN X-----y'), scan),
  shape('pem: half BEGINs', repeat('-----BEGIN '), scan),
  shape('pem: dashes before BEGIN', repeat(`${'-'.repeat(500)}BEGIN `), scan),
  shape('pem: ENDs in one line', repeat('-----END X-----y'), scan),
  shape('pem: ENDs without BEGIN', repeat('-----END X-----\n'), scan),
  shape('pem: BEGINs without END', repeat('-----BEGIN X-----\n'), scan),
  shape('pem: empty lines', repeat('\n'), scan),
  shape('pem: blanks in a block', inBlock(' ', 'x\n-----END X-----\n'), scan),
  shape('pem: blanks in a header', inside('-----BEGIN X-----\na: y', ' ', 'x\n\nQUJD\n-----END X-----\n'), scan),
  shape('pem: many headers', inBlock('a: b\n', '\nQUJD\n-----END X-----\n'), scan),
  shape('pem: a header folded', inside('-----BEGIN X-----\na: b\n', ' c\n', '\nQUJD\n-----END X-----\n'), scan),
  shape('pem: BEGIN in base64', inBlock('BEGIN'), scan),
  shape('pem: bad lines', inBlock('!\n', '-----END X-----\n'), scan),
  shape('pem: dots', inBlock('.'), scan),
  shape('pem: padding', inBlock('='), scan),
  shape('pem: UTF-16', (size) => Buffer.from(repeat(block)(size / 2), 'utf16le'), scan),
  shape('dn: many RDNs', repeat('CN=a,'), parseDistinguishedName),
  shape('dn: slashes', repeat('/CN=a'), parseDistinguishedName),
  shape('dn: many in one RDN', (size) => `${repeat('CN=a+')(size)}CN=a`, parseDistinguishedName),
  shape('dn: escapes', inside('CN=', '\\,', ''), parseDistinguishedName),
  shape('dn: blanks', inside('CN=a', ' ', 'x'), parseDistinguishedName),
  shape('dn: quotes', inside('CN=', '"a', ''), parseDistinguishedName),
  shape('spec: JSON hosts', inside('{"hosts":[', '"a.hu",', '"b.hu"]}'), parseSpec),
  shape('spec: JSON arrays', repeat('['), parseSpec),
  shape('spec: JSON keys', inside('{', '"a":1,', '"b":1}'), parseSpec),
  shape('spec: template', repeat('dns_name = "a.hu"\n'), parseSpec),
  shape('spec: template, blanks', inside('cn = a', ' ', 'x'), parseSpec),
  shape('spec: template, one word', repeat('a'), parseSpec),
  shape(
    'spec: alternative names',
    (size) => hosts(size, 'host#.valami.hu'),
    (values) => withCommonNameAsAltName({ subject: [], altNames: values.map((value) => ({ type: 'dns', value })) }),
  ),
  shape('profile: JSON', inside('{"a":[', '{"b":1},', '1]}'), parseJson),
  shape('profile: lines', inside('{"a":[', '\n1,', '1]}'), parseJson),
  shape('host: labels', repeat('a.'), parseHostName),
  shape('host: one label', repeat('a'), parseHostName),
  shape('host: not ASCII', repeat('é'), parseHostName),
  shape('host: hyphens', repeat('-'), parseHostName),
  shape('pattern: stars', repeat('*.'), parseDnsPattern),
  shape('reference: URL', inside('https://', 'a/', ''), parseReference),
  shape('address: colons', repeat(':1'), parseIpAddress),
  shape('address: dots', repeat('1.'), parseIpAddress),
  shape('scripts', repeat('аa.'), mixedScripts),
  shape('alternative name: blanks', repeat(' '), parseAltName),
  shape('alternative name: at signs', repeat('a@'), parseAltName),
  shape('alternative name: URI', inside('URI:http://', 'a%20', ''), parseAltName),
  shape('text: controls', repeat('\x1b'), printable),
  shape('text: base64', repeat('aB3dE'), withoutSecretsInLines),
  shape('text: words', repeat('a!'), withoutSecretsInLines),
  shape('text: groups', repeat('aB3d '), withoutSecretsInLines),
  shape('text: hex', repeat('0a '), withoutSecretsInLines),
];
