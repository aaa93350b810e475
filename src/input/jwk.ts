import { findJwkCurve } from '../crypto/jwk-curves.js';
import { contextConstructed } from '../der/tag.js';
import { bitString, element, integer, nullValue, objectIdentifier, octetString, sequence } from '../der/writer.js';
import type { JsonNode } from '../text/json-reader.js';
import { keyKindByType } from '../x509/algorithms.js';
import { KeyOid } from '../x509/key-oid.js';

/** A JSON Web Key in DER, and where it lies in its JSON. */
export interface JwkInDer {
  /** `line 3, keys.0`; `line 1` for the whole. */
  readonly place: string;
  /** Undefined where it lacks a number, or is of a kind that no certificate has. */
  readonly der: Buffer | undefined;
}

/** The JSON Web Keys (RFC 7517) in a JSON value: the whole, or those in its `keys`. */
export function jwksIn(node: JsonNode, path = ''): JwkInDer[] {
  if (node.kind !== 'object') return [];
  const fields = new Map(node.fields.map(({ name, value }) => [name, value]));
  if (fields.has('kty')) return [{ place: `line ${node.line}${path}`, der: derOf(texts(fields)) }];
  const keys = fields.get('keys');
  if (keys?.kind !== 'list' || path !== '') return [];
  return keys.items.flatMap((each, i) => jwksIn(each, `, keys.${i}`));
}

type Jwk = ReadonlyMap<string, string>;

/** The texts of the fields; empty where one is none. */
function texts(fields: ReadonlyMap<string, JsonNode>): Jwk {
  const found = new Map<string, string>();
  for (const [name, node] of fields) {
    found.set(name, node.kind === 'scalar' && typeof node.value === 'string' ? node.value : '');
  }
  return found;
}

function derOf(jwk: Jwk): Buffer | undefined {
  switch (jwk.get('kty')) {
    case 'RSA':
      return rsa(jwk);
    case 'EC':
      return ec(jwk);
    case 'OKP':
      return okp(jwk);
    default:
      return undefined;
  }
}

/** The octets of numbers; undefined where one is missing. */
function numbers(jwk: Jwk, ...names: readonly string[]): Buffer[] | undefined {
  const values = names.flatMap((name) => jwk.get(name) || []);
  return values.length < names.length ? undefined : values.map((value) => Buffer.from(value, 'base64url'));
}

/** RSAPrivateKey (RFC 8017 A.1.2), or a SubjectPublicKeyInfo. */
function rsa(jwk: Jwk): Buffer | undefined {
  if (jwk.has('d')) {
    const found = numbers(jwk, 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi');
    return found && sequence(integer(0), ...found.map(integer));
  }
  const found = numbers(jwk, 'n', 'e');
  return found && publicKeyInfo(bitString(sequence(...found.map(integer))), objectIdentifier(KeyOid.rsa), nullValue());
}

/** ECPrivateKey (RFC 5915), or a SubjectPublicKeyInfo. */
function ec(jwk: Jwk): Buffer | undefined {
  const curve = findJwkCurve(jwk.get('crv') ?? '');
  const [x, y] = numbers(jwk, 'x', 'y') ?? [];
  if (curve === undefined || x?.length !== curve.size || y?.length !== curve.size) return undefined;
  const point = bitString(Buffer.concat([Buffer.of(4), x, y]));
  const oid = objectIdentifier(curve.oid);
  if (!jwk.has('d')) return publicKeyInfo(point, objectIdentifier(KeyOid.ec), oid);
  const [d] = numbers(jwk, 'd') ?? [];
  return (
    d &&
    sequence(integer(1), octetString(d), element(contextConstructed(0), oid), element(contextConstructed(1), point))
  );
}

/** The curves of octet key pairs (RFC 8037 2): the names of kinds of key. */
const octetCurves: readonly string[] = ['X25519', 'X448', 'Ed25519', 'Ed448'];

/** PKCS#8 (RFC 8410 7), or a SubjectPublicKeyInfo. */
function okp(jwk: Jwk): Buffer | undefined {
  const curve = octetCurves.find((each) => each === jwk.get('crv'));
  const [oid] = curve === undefined ? [] : (keyKindByType(curve.toLowerCase())?.oids ?? []);
  const [number] = numbers(jwk, jwk.has('d') ? 'd' : 'x') ?? [];
  if (oid === undefined || number === undefined) return undefined;
  const algorithm = objectIdentifier(oid);
  if (!jwk.has('d')) return publicKeyInfo(bitString(number), algorithm);
  return sequence(integer(0), sequence(algorithm), octetString(octetString(number)));
}

const publicKeyInfo = (key: Buffer, ...algorithm: readonly Buffer[]): Buffer => sequence(sequence(...algorithm), key);
