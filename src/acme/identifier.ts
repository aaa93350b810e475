import { PkiError } from '../errors.js';
import { formatIpAddress, parseIpAddress } from '../text/ip-address.js';
import type { CertificationRequest } from '../x509/request.js';
import { objectsIn, type ParsedObject, textIn } from './json-object.js';

/** A name in an order: a DNS name, perhaps a wildcard (RFC 8555 7.1.3), or an IP address (RFC 8738). */
export interface Identifier {
  readonly type: 'dns' | 'ip';
  /** Lower case; an address in RFC 5952's form. */
  readonly value: string;
}

/**
 * The names of a request, each once: its alternative names, and its common name where that is a host's. A CA wants an order
 * for exactly these (RFC 8555 7.4).
 *
 * @throws {PkiError} there is none, or one that ACME has no challenge for
 */
export function identifiersOf(request: CertificationRequest): Identifier[] {
  const found = new Map<string, Identifier>();
  const add = (identifier: Identifier) => found.set(`${identifier.type} ${identifier.value}`, identifier);
  for (const { type, value } of request.subjectAltNames) {
    if (type === 'dns') add({ type, value: value.toLowerCase() });
    else if (type === 'ip') add({ type, value });
    else throw unfit(`the request asks for a name of kind ${type}, which no CA issues over ACME`);
  }
  for (const name of request.subject.commonNames) {
    const octets = parseIpAddress(name);
    if (octets !== undefined) add({ type: 'ip', value: formatIpAddress(octets) ?? name });
    else if (/^[^\s/:@]+\.[^\s/:@]+$/.test(name)) add({ type: 'dns', value: name.toLowerCase() });
  }
  if (found.size === 0) throw unfit('the request has no DNS name and no IP address');
  return [...found.values()];
}

const unfit = (message: string): PkiError =>
  new PkiError('ACME_REQUEST', message, { status: 1, hint: 'csr-gen --san gives it names' });

/** The identifiers of an order as the server has it. */
export function identifiersIn(object: ParsedObject): Identifier[] {
  return objectsIn(object, 'identifiers').flatMap((each): Identifier[] => {
    const [type, value] = [textIn(each, 'type'), textIn(each, 'value')];
    return (type === 'dns' || type === 'ip') && value !== undefined ? [{ type, value: value.toLowerCase() }] : [];
  });
}

/** True when both are the same names, in any order. */
export function sameIdentifiers(some: readonly Identifier[], others: readonly Identifier[]): boolean {
  const keys = new Set(some.map(keyOf));
  return keys.size === new Set(others.map(keyOf)).size && others.every((each) => keys.has(keyOf(each)));
}

function keyOf({ type, value }: Identifier): string {
  const octets = type === 'ip' ? parseIpAddress(value) : undefined;
  return `${type} ${octets === undefined ? value : formatIpAddress(octets)}`;
}
