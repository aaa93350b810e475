// PKI.js on the same file: every certificate parsed in full, its names, dates and extensions looked at once.
import { readFileSync } from 'node:fs';
import * as pkijs from 'pkijs';

const text = readFileSync(process.argv[2], 'latin1');
let fields = 0;
for (const [, body] of text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)) {
  const certificate = pkijs.Certificate.fromBER(Buffer.from(body, 'base64'));
  fields += certificate.subject.typesAndValues.length + certificate.issuer.typesAndValues.length;
  fields += certificate.notAfter.value.getTime() > 0 ? 1 : 0;
  for (const extension of certificate.extensions ?? []) fields += extension.parsedValue === undefined ? 0 : 1;
}
console.log(fields);
