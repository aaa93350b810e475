import { type KeyAlgorithm, parseKeyAlgorithm } from '../crypto/key-algorithm.js';
import { nullValue } from '../der/writer.js';
import {
  asFields,
  asFlag,
  asList,
  asText,
  asWholeNumber,
  type JsonNode,
  jsonFault,
  parseJson,
} from '../text/json-reader.js';
import { nearestHint } from '../text/nearest.js';
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
  readFields('the request', parseJson(text, firstLine), {
    CN: attribute(draft, 'CN'),
    hosts: (hosts) => {
      for (const each of asList(hosts, 'hosts')) {
        const host = asText(each, 'hosts');
        if (host !== '') draft.altNames.push(atLine(each.line, () => parseAltName(uriByScheme(host))));
      }
    },
    names: (names) => {
      for (const name of asList(names, 'names')) readName(draft, name);
    },
    key: (key) => {
      draft.key = readKey(key);
    },
    ca: (ca) => readCa(draft, ca),
    serialnumber: attribute(draft, 'serialNumber'),
    extensions: (extensions) => {
      for (const each of asList(extensions, 'extensions')) draft.extensions.push(readExtension(each));
    },
    delegation_enabled: (flag) => {
      if (asFlag(flag, 'delegation_enabled')) draft.extensions.push(delegationUsage());
    },
    crl_url: () => draft.ignored.push('crl_url'),
  });
  return draft.finish();
}

type Taker = (value: JsonNode) => void;

/** Hands each field that is not null to its taker; a field without one is an error with the nearest name. */
function readFields(what: string, object: JsonNode, takers: Readonly<Record<string, Taker>>): void {
  const names = Object.keys(takers);
  for (const field of asFields(object, what)) {
    const known = names.find((name) => name.toLowerCase() === field.name.toLowerCase());
    const take = known === undefined ? undefined : takers[known];
    if (take === undefined) {
      throw jsonFault(field, `${field.name} is no field of ${what}`, nearestHint(field.name, names));
    }
    if (field.value.kind !== 'scalar' || field.value.value !== null) take(field.value);
  }
}

/** Takes an attribute of the subject. */
function attribute(draft: SpecDraft, type: string): Taker {
  return (value) => {
    const text = asText(value, type);
    atLine(value.line, () => draft.attribute(type, text));
  };
}

/** cfssl takes a host with a scheme for a URI. */
const uriByScheme = (host: string): string => (/^[a-z][a-z0-9+.-]*:\/\//i.test(host) ? `URI:${host}` : host);

function readName(draft: SpecDraft, name: JsonNode): void {
  readFields('names', name, {
    C: attribute(draft, 'C'),
    ST: attribute(draft, 'ST'),
    L: attribute(draft, 'L'),
    O: attribute(draft, 'O'),
    OU: attribute(draft, 'OU'),
    E: attribute(draft, 'emailAddress'),
    serialnumber: attribute(draft, 'serialNumber'),
    OID: (oids) => {
      for (const field of asFields(oids, 'OID')) {
        if (!isOid(field.name)) throw jsonFault(field, `${field.name} is not an OID`, 'for example 2.5.4.12');
        attribute(draft, field.name)(field.value);
      }
    },
  });
}

const isOid = (text: string): boolean => /^[0-2](\.\d+)+$/.test(text);

function readKey(key: JsonNode): KeyAlgorithm {
  let algorithm = 'ecdsa';
  let size: number | undefined;
  let { line } = key;
  readFields('key', key, {
    algo: (value) => {
      algorithm = asText(value, 'algo').toLowerCase();
      line = value.line;
    },
    size: (value) => {
      size = asWholeNumber(value, 'size');
      line = value.line;
    },
  });
  const named = algorithm === 'rsa' ? `rsa:${size ?? 2048}` : algorithm === 'ecdsa' ? `ec:P-${size ?? 256}` : algorithm;
  return atLine(line, () => parseKeyAlgorithm(named));
}

function readCa(draft: SpecDraft, ca: JsonNode): void {
  let pathLength: number | undefined;
  let allowsZero = false;
  readFields('ca', ca, {
    pathlen: (value) => {
      pathLength = asWholeNumber(value, 'pathlen');
    },
    pathlenzero: (value) => {
      allowsZero = asFlag(value, 'pathlenzero');
    },
    expiry: () => draft.ignored.push('ca.expiry'),
    backdate: () => draft.ignored.push('ca.backdate'),
  });
  draft.isCa = true;
  // Zero is Go's "not given"; pathlenzero says that it is meant.
  draft.pathLength = pathLength === 0 && !allowsZero ? undefined : (pathLength ?? (allowsZero ? 0 : undefined));
}

/** Go's pkix.Extension: Id a list of numbers, Value base64. */
function readExtension(extension: JsonNode): RawExtension {
  let oid = '';
  let { line } = extension;
  let critical = false;
  let value = Buffer.alloc(0);
  readFields('extensions', extension, {
    Id: (numbers) => {
      oid = asList(numbers, 'Id')
        .map((each) => asWholeNumber(each, 'Id'))
        .join('.');
      line = numbers.line;
    },
    Critical: (flag) => {
      critical = asFlag(flag, 'Critical');
    },
    Value: (base64) => {
      value = Buffer.from(asText(base64, 'Value'), 'base64');
    },
  });
  if (!isOid(oid)) throw jsonFault({ line }, `extension Id ${oid} is not an OID`, 'for example [1, 2, 3, 4]');
  return { oid, critical, value };
}

/** DelegationUsage (RFC 9345 4.2). */
const delegationUsage = (): RawExtension => ({ oid: '1.3.6.1.4.1.44363.44', critical: false, value: nullValue() });
