import { privateKeyForm } from '../../src/crypto/private-key.js';
import { readBerElement } from '../../src/der/ber.js';
import { berToDer } from '../../src/der/ber-to-der.js';
import { checkWellFormed, readElement } from '../../src/der/reader.js';
import { isPkiError } from '../../src/errors.js';
import { ObjectScanner } from '../../src/input/objects.js';
import { parseDnsPattern, parseHostName } from '../../src/names/host-name.js';
import { parseReference } from '../../src/names/reference.js';
import { encryptedPkcs8Decryptor } from '../../src/pkcs/pbe.js';
import { readPkcs7 } from '../../src/pkcs/pkcs7.js';
import { parseAltName } from '../../src/spec/alt-name.js';
import { parseDistinguishedName } from '../../src/spec/distinguished-name.js';
import { parseSpec } from '../../src/spec/spec.js';
import { formatIpAddress, parseIpAddress } from '../../src/text/ip-address.js';
import { parseJson } from '../../src/text/json-reader.js';
import { printable } from '../../src/text/printable.js';
import { withoutSecrets } from '../../src/text/without-secrets.js';
import { Certificate } from '../../src/x509/certificate.js';
import { Crl } from '../../src/x509/crl.js';
import { kindOf } from '../../src/x509/kind.js';
import { CertificationRequest } from '../../src/x509/request.js';

/** The parsers, each as something that takes any bytes: what fuzzing feeds. */
export type Reader = (input: Buffer) => unknown;

function text(parse: (text: string) => unknown): Reader {
  return (input) => parse(input.toString('utf8'));
}

function scanIn(pieces: number): Reader {
  return (input) => {
    const scanner = new ObjectScanner();
    const found: unknown[] = [];
    const step = Math.max(1, Math.ceil(input.length / pieces));
    for (let at = 0; at < input.length; at += step) found.push(...scanner.push(input.subarray(at, at + step)));
    return [...found, ...scanner.end()];
  };
}

export const readers: Readonly<Record<string, Reader>> = {
  'objects, at once': scanIn(1),
  'objects, in pieces': scanIn(7),
  DER: (input) => checkWellFormed(readElement(input)),
  BER: readBerElement,
  'BER to DER': berToDer,
  'kind of DER': kindOf,
  certificate: (input) => readAll(new Certificate(input)),
  request: (input) => readAll(new CertificationRequest(input)),
  CRL: (input) => readAll(new Crl(input)),
  'PKCS#7': readPkcs7,
  'private key': privateKeyForm,
  'encrypted key': encryptedPkcs8Decryptor,
  'distinguished name': text(parseDistinguishedName),
  SPEC: text(parseSpec),
  profile: text(parseJson),
  'alternative name': text(parseAltName),
  'host name': text(parseHostName),
  pattern: text(parseDnsPattern),
  reference: text((value) => parseReference(value, { url: true })),
  'IP address': text((value) => formatIpAddress(parseIpAddress(value) ?? Buffer.alloc(4))),
  text: text((value) => printable(withoutSecrets(value))),
};

/** Every getter of a view: they read lazily. */
function readAll(view: object): void {
  for (let type: object | null = view; type !== null && type !== Object.prototype; type = Object.getPrototypeOf(type)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (get === undefined) continue;
      try {
        get.call(view);
      } catch (error) {
        if (!isPkiError(error)) throw new Error(`${name}: ${error}`, { cause: error });
      }
    }
  }
}

/** Nothing may take longer than this, in milliseconds: the inputs are small, but a passphrase may be stretched long. */
const PATIENCE = 10_000;

/** Throws what is neither a value nor one of our errors, and when the answer is late. */
export async function isSound(read: Reader, input: Buffer): Promise<void> {
  const begun = performance.now();
  try {
    await read(input);
  } catch (error) {
    if (!isPkiError(error)) throw error;
  }
  const took = performance.now() - begun;
  if (took > PATIENCE) throw new Error(`took ${Math.round(took)} ms`);
}
