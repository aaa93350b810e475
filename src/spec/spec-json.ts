import { type KeyAlgorithm, parseKeyAlgorithm } from '../crypto/key-algorithm.js';
import { nullValue } from '../der/writer.js';
import { isPkiError, PkiError } from '../errors.js';
import { nearest } from '../text/nearest.js';
import { parseAltName } from './alt-name.js';
import type { RawExtension } from './request-spec.js';
import { atLine, type ParsedSpec, SpecDraft } from './spec-draft.js';

/**
 * A request in cfssl's JSON (its csr package): `CN`, `hosts`, `names`, `key`, `ca`, `serialnumber`, `extensions`,
 * `delegation_enabled`, `crl_url`. As in cfssl, the case of a field's name does not matter and empty values are none.
 *
 * @param firstLine the line the text starts in
 */
export function parseJsonSpec(text: string, firstLine = 1): ParsedSpec {
  const draft = new SpecDraft();
  const reader = new Reader(text, firstLine);
  const root = reader.root();
  if (typeof root !== 'object' || root === null || Array.isArray(root))
    atLine(firstLine, () => fail('not a JSON object'));
  reader.fields('the request', root, {
    cn: (value) => draft.attribute('CN', reader.string('CN', value)),
    hosts: (value) => {
      for (const host of reader.strings('hosts', value)) {
        if (host !== '') reader.at(host, () => draft.altNames.push(parseAltName(uriByScheme(host))));
      }
    },
    names: (value) => {
      for (const name of reader.array('names', value)) readName(reader, draft, name);
    },
    key: (value) => {
      draft.key = readKey(reader, value);
    },
    ca: (value) => readCa(reader, draft, value),
    serialnumber: (value) => draft.attribute('serialNumber', reader.string('serialnumber', value)),
    extensions: (value) => {
      for (const each of reader.array('extensions', value)) readExtension(reader, draft, each);
    },
    delegation_enabled: (value) => {
      if (reader.boolean('delegation_enabled', value)) draft.extensions.push(delegationUsage());
    },
    crl_url: () => draft.ignored.push('crl_url'),
  });
  return draft.finish();
}

/** cfssl takes a host with a scheme for a URI. */
const uriByScheme = (host: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? `URI:${host}` : host);

function readName(reader: Reader, draft: SpecDraft, value: unknown): void {
  const field = (type: string) => (text: unknown) => draft.attribute(type, reader.string(type, text));
  reader.fields('names', value, {
    c: field('C'),
    st: field('ST'),
    l: field('L'),
    o: field('O'),
    ou: field('OU'),
    e: field('emailAddress'),
    serialnumber: field('serialNumber'),
    oid: (oids) => {
      for (const [oid, text] of Object.entries(reader.object('OID', oids))) {
        if (!isOid(oid)) reader.at(oid, () => fail(`${oid} is not an OID`, 'for example 2.5.4.12'));
        reader.at(oid, () => draft.attribute(oid, reader.string(oid, text)));
      }
    },
  });
}

const isOid = (text: string): boolean => /^[0-2](\.\d+)+$/.test(text);

function readKey(reader: Reader, value: unknown): KeyAlgorithm | undefined {
  let algorithm = 'ecdsa';
  let size: number | undefined;
  reader.fields('key', value, {
    algo: (text) => {
      algorithm = reader.string('algo', text).toLowerCase();
    },
    size: (number) => {
      size = reader.number('size', number);
    },
  });
  return reader.at('algo', () => {
    if (algorithm === 'rsa') return parseKeyAlgorithm(`rsa:${size ?? 2048}`);
    if (algorithm === 'ecdsa') return parseKeyAlgorithm(`ec:P-${size ?? 256}`);
    return parseKeyAlgorithm(algorithm);
  });
}

function readCa(reader: Reader, draft: SpecDraft, value: unknown): void {
  let pathLength: number | undefined;
  let allowsZero = false;
  reader.fields('ca', value, {
    pathlen: (number) => {
      pathLength = reader.number('pathlen', number);
    },
    pathlenzero: (flag) => {
      allowsZero = reader.boolean('pathlenzero', flag);
    },
    expiry: () => draft.ignored.push('ca.expiry'),
    backdate: () => draft.ignored.push('ca.backdate'),
  });
  draft.isCa = true;
  // Zero is Go's "not given"; pathlenzero says that it is meant.
  draft.pathLength = pathLength === 0 && !allowsZero ? undefined : (pathLength ?? (allowsZero ? 0 : undefined));
}

/** Go's pkix.Extension: Id a list of numbers, Value base64. */
function readExtension(reader: Reader, draft: SpecDraft, value: unknown): void {
  let oid = '';
  let critical = false;
  let octets = Buffer.alloc(0);
  reader.fields('extensions', value, {
    id: (numbers) => {
      oid = reader.array('Id', numbers).join('.');
    },
    critical: (flag) => {
      critical = reader.boolean('Critical', flag);
    },
    value: (base64) => {
      octets = Buffer.from(reader.string('Value', base64), 'base64');
    },
  });
  if (!isOid(oid)) reader.at('Id', () => fail(`extension Id ${oid} is not an OID`, 'for example [1, 2, 3, 4]'));
  draft.extensions.push({ oid, critical, value: octets });
}

/** DelegationUsage (RFC 9345 4.2). */
const delegationUsage = (): RawExtension => ({ oid: '1.3.6.1.4.1.44363.44', critical: false, value: nullValue() });

function fail(message: string, hint?: string): never {
  throw new PkiError('SPEC', message, { hint });
}

/** Checks types and names of fields, and knows their lines. */
class Reader {
  readonly #text: string;
  readonly #firstLine: number;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#firstLine = firstLine;
  }

  root(): unknown {
    try {
      return JSON.parse(this.#text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const position = /at position (\d+)/.exec(message)?.[1];
      const line = this.#lineAt(position === undefined ? this.#text.trimEnd().length : Number(position));
      const reason = message
        .replace(/^JSON Parse error: /, '')
        .replace(/ in JSON at position.*$/s, '')
        .replace(/^./, (first) => first.toLowerCase());
      throw new PkiError('SPEC', `line ${line}: not JSON: ${reason}`);
    }
  }

  /** Hands each field to its taker; a field without one is an error with the nearest name. */
  fields(what: string, value: unknown, takers: Readonly<Record<string, (value: unknown) => void>>): void {
    for (const [name, field] of Object.entries(this.object(what, value))) {
      const take = Object.hasOwn(takers, name.toLowerCase()) ? takers[name.toLowerCase()] : undefined;
      if (take === undefined) {
        const close = nearest(
          name,
          Object.keys(takers).map((each) => displayNames.get(each) ?? each),
        );
        this.at(name, () =>
          fail(`${name} is no field of ${what}`, close === undefined ? undefined : `did you mean ${close}?`),
        );
      } else if (field !== null) {
        this.at(name, () => take(field));
      }
    }
  }

  object(name: string, value: unknown): Readonly<Record<string, unknown>> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
    return fail(`${name} is not an object`);
  }

  array(name: string, value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : fail(`${name} is not a list`);
  }

  strings(name: string, value: unknown): readonly string[] {
    return this.array(name, value).map((each) => this.string(name, each));
  }

  string(name: string, value: unknown): string {
    return typeof value === 'string' ? value : fail(`${name} is not a text`);
  }

  number(name: string, value: unknown): number {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return fail(`${name} is not a whole number`);
  }

  boolean(name: string, value: unknown): boolean {
    return typeof value === 'boolean' ? value : fail(`${name} is neither true nor false`);
  }

  /** Puts the line of a string in front of what `take` throws, unless a line is there. */
  at<T>(string: string, take: () => T): T {
    try {
      return take();
    } catch (error) {
      if (isPkiError(error) && /^line \d/.test(error.message)) throw error;
      const at = this.#text.indexOf(JSON.stringify(string));
      return atLine(this.#lineAt(Math.max(at, 0)), () => {
        throw error;
      });
    }
  }

  #lineAt(position: number): number {
    return this.#firstLine - 1 + this.#text.slice(0, position).split('\n').length;
  }
}

/** How cfssl writes the fields whose names are not lower case. */
const displayNames = new Map([
  ['cn', 'CN'],
  ['c', 'C'],
  ['st', 'ST'],
  ['l', 'L'],
  ['o', 'O'],
  ['ou', 'OU'],
  ['e', 'E'],
  ['oid', 'OID'],
]);
