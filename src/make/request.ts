import { createPublicKey, type KeyObject } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  Attribute,
  CertificationRequest,
  type Extension,
  Extensions,
  PublicKeyInfo,
  RelativeDistinguishedNames,
} from 'pkijs';
import type { KeyPair } from '../crypto/key-pair.js';
import type { SigningAlgorithm } from '../crypto/signature.js';
import { inOrder, written } from '../der/asn1.js';
import { PkiError } from '../errors.js';
import { keyUsageFor, type RequestSpec, withCommonNameAsAltName } from '../spec/request-spec.js';
import { AttributeOid } from '../x509/request.js';
import {
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
  rawExtension,
  subjectAltNameExtension,
  tlsFeatureExtension,
} from './extensions.js';
import { encodeName } from './name.js';
import { signed } from './signed.js';

/**
 * Makes a signed PKCS #10 request (RFC 2986); its signature has been verified when this returns.
 *
 * @throws {PkiError} there is no name, or what is asked for does not fit the key
 */
export function makeRequest(given: RequestSpec, { key, spki }: KeyPair, algorithm: SigningAlgorithm): Buffer {
  const spec = withCommonNameAsAltName(given);
  const request = new CertificationRequest({
    version: 0,
    subject: written(new RelativeDistinguishedNames(), encodeName(spec.subject)),
    subjectPublicKeyInfo: written(new PublicKeyInfo(), spki),
    attributes: attributesOf(spec, key),
  });
  return signed(request, { key, algorithm, publicKey: createPublicKey(key) });
}

/** The attributes, sorted as a SET OF is. */
function attributesOf(spec: RequestSpec, key: KeyObject): Attribute[] {
  const extensions = new Extensions({ extensions: requestedExtensions(spec, key) });
  const attributes = [new Attribute({ type: AttributeOid.extensionRequest, values: [extensions.toSchema()] })];
  if (spec.challengePassword !== undefined) {
    const value = new asn1js.Utf8String({ value: spec.challengePassword });
    attributes.push(new Attribute({ type: AttributeOid.challengePassword, values: [value] }));
  }
  return inOrder(attributes);
}

/**
 * The extensions a description comes to for a key; its common name is among its names already.
 *
 * @throws {PkiError} there is no name, or a key usage is not for such a key
 */
export function requestedExtensions(spec: RequestSpec, key: KeyObject): Extension[] {
  const { subject, altNames, ca, purposes = [], tlsFeatures: features = [] } = spec;
  if (subject.length === 0 && altNames.length === 0) {
    throw new PkiError('NO_NAME', 'the request names nobody', { hint: 'give --cn or --san' });
  }
  return [
    ...(ca === undefined ? [] : [basicConstraintsExtension(true, ca.pathLength)]),
    keyUsageExtension(keyUsageFor(spec, key)),
    ...(purposes.length === 0 ? [] : [extendedKeyUsageExtension(purposes)]),
    ...(altNames.length === 0 ? [] : [subjectAltNameExtension(altNames, subject.length === 0)]),
    ...(features.length === 0 ? [] : [tlsFeatureExtension(features)]),
    ...(spec.extensions ?? []).map(rawExtension),
  ];
}
