/** PEM that was encoded once more on its way: found by its beginning, decoded as a whole. */
export interface Encoding {
  /** True when the beginning of a text looks like it, and like nothing else. */
  recognises(head: string): boolean;
  decode(text: string): readonly Decoded[];
}

/** A piece of PEM. */
export interface Decoded {
  /** Stands in front of its places. */
  readonly prefix: string;
  readonly text: string;
}

const pem = /-----BEGIN [A-Z0-9][A-Z0-9 ]*-----/;
/** Base64 of `-----BEGIN `. */
export const BASE64_BEGIN = 'LS0tLS1CRUdJTi';

const encodings: readonly Encoding[] = [
  // Kubernetes, Traefik's acme.json, pfSense.
  { recognises: (head) => head.includes(BASE64_BEGIN) && !pem.test(head), decode: fromBase64 },
  // .env, YAML, Terraform: a line each, its line breaks written as \n.
  { recognises: (head) => escapedPem.test(head), decode: (text) => byLine(text, escapedPem, unescaped) },
  // nginx's $ssl_client_escaped_cert.
  { recognises: (head) => urlPem.test(head), decode: (text) => byLine(text, urlPem, fromUrl) },
  { recognises: (head) => mailQuote.test(head), decode: (text) => whole(text.replaceAll(/^(?:[ \t]*>)+[ \t]?/gm, '')) },
  { recognises: (head) => pem.test(head) && quotedPrintable.test(head), decode: fromQuotedPrintable },
  { recognises: (head) => !pem.test(head) && oddDashes.test(head), decode: withPlainDashes },
];

/** The encoding that the beginning of a text shows; undefined for plain text. */
export const encodingOf = (head: string): Encoding | undefined => encodings.find((each) => each.recognises(head));

const whole = (text: string, prefix = ''): Decoded[] => [{ prefix, text }];

const escapedPem = /-----BEGIN [A-Z0-9][A-Z0-9 ]*-----(?:\\r)?\\n.*/;
const urlPem = /-----BEGIN(?:%20|\+)[A-Z0-9%+]*-----(?:%0D)?%0A[^\s"'&;<]*/i;
const mailQuote = /^(?:[ \t]*>)+[ \t]?-----BEGIN [A-Z0-9][A-Z0-9 ]*-----[ \t\r]*$/m;
/** A soft line break inside base64, or its padding. */
const quotedPrintable = /^[A-Za-z0-9+/]{8,}=\r?\n[A-Za-z0-9+/]|^[A-Za-z0-9+/]+(?:=3D){1,2}=?\r?$/m;
/** Word's dashes, or too few or too many of them. */
const oddDashes = /^([ \t]*)[-\u2010-\u2015]+(BEGIN|END) ([A-Z0-9][A-Z0-9 ]*[A-Z0-9])[-\u2010-\u2015]+[ \t\r]*$/m;

/** Each line of a text that matches, by its place. */
function byLine(text: string, pattern: RegExp, decode: (found: string) => string): Decoded[] {
  return text.split('\n').flatMap((line, i) => {
    const found = pattern.exec(line)?.[0];
    return found === undefined ? [] : [{ prefix: `line ${i + 1}, `, text: decode(found) }];
  });
}

const unescaped = (text: string): string => text.replaceAll(/(?:\\r)?\\n/g, '\n').replaceAll('\\/', '/');

function fromUrl(text: string): string {
  const spaced = text.replaceAll(/(BEGIN|END)\+/g, '$1 ').replaceAll(/\+(?=[A-Z]+-----)/g, ' ');
  return spaced.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function fromQuotedPrintable(text: string): Decoded[] {
  const joined = text.replaceAll(/=[ \t]*\r?\n/g, '');
  const plain = joined.replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return whole(plain, 'in quoted-printable, ');
}

function withPlainDashes(text: string): Decoded[] {
  return whole(text.replaceAll(new RegExp(oddDashes, 'gm'), '$1-----$2 $3-----'));
}

/** Lines this long may go on in the next: base64 wraps at 64 or 76 columns. */
const WRAPPED = 60;

/** Every piece of base64 that holds PEM, by the line it begins in. */
function fromBase64(text: string): Decoded[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, i) => {
    const starts = [...line.matchAll(new RegExp(`${BASE64_BEGIN}[A-Za-z0-9+/_=-]*`, 'g'))];
    return starts.map(({ 0: found, index }) => {
      let base64 = found;
      const goesOn = index + found.length === line.trimEnd().length && found.length >= WRAPPED;
      for (let next = i + 1; goesOn && /^\s*[A-Za-z0-9+/_=-]+\s*$/.test(lines[next] ?? ''); next++) {
        base64 += lines[next]?.trim();
      }
      return { prefix: `line ${i + 1}, in base64, `, text: Buffer.from(base64, 'base64').toString('latin1') };
    });
  });
}
