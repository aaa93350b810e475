import { randomBytes, sign } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { generateKey } from '../crypto/generate.js';
import { context, contextConstructed, Tag } from '../der/tag.js';
import { bitString, element, integer, objectIdentifier, octetString, sequence } from '../der/writer.js';
import { encodePem } from '../pem/encode.js';
import { parseIpAddress } from '../text/ip-address.js';
import { ExtensionOid } from '../x509/extension.js';
import { digest, type Proof } from './challenge.js';

/** id-pe-acmeIdentifier (RFC 8737 6.1). */
const ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';

const DAY = 86_400_000;

/**
 * A TLS server's key and certificate that prove control of a name (RFC 8737 3): self-signed, for the name alone, with the
 * digest of the key authorization in a critical extension.
 */
export function validationContext(proof: Proof): SecureContext {
  const { key, spki, pkcs8 } = generateKey({ type: 'ec', curve: 'P-256' });
  const algorithm = sequence(objectIdentifier(ECDSA_WITH_SHA256));
  const name = sequence(
    element(Tag.set, sequence(objectIdentifier(COMMON_NAME), element(Tag.utf8String, Buffer.from('ACME challenge')))),
  );
  const tbs = sequence(
    element(contextConstructed(0), integer(2)),
    integer(randomBytes(15)),
    algorithm,
    name,
    sequence(utcTime(Date.now() - DAY), utcTime(Date.now() + DAY)),
    name,
    spki,
    element(contextConstructed(3), sequence(...extensions(proof))),
  );
  const certificate = sequence(tbs, algorithm, bitString(sign('sha256', tbs, key)));
  return createSecureContext({ key: encodePem('PRIVATE KEY', pkcs8), cert: encodePem('CERTIFICATE', certificate) });
}

function extensions({ identifier: { type, value }, value: keyAuthorization }: Proof): Buffer[] {
  const octets = type === 'ip' ? parseIpAddress(value) : undefined;
  const altName = octets === undefined ? element(context(2), Buffer.from(value)) : element(context(7), octets);
  const critical = element(Tag.boolean, Buffer.of(0xff));
  return [
    sequence(objectIdentifier(ExtensionOid.subjectAltName), octetString(sequence(altName))),
    sequence(objectIdentifier(ACME_IDENTIFIER), critical, octetString(octetString(digest(keyAuthorization)))),
  ];
}

/** YYMMDDHHMMSSZ (RFC 5280 4.1.2.5.1). */
const utcTime = (time: number): Buffer =>
  element(Tag.utcTime, Buffer.from(`${new Date(time).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));
