import type { Call } from '../../cli/command.js';
import type { OptionTable } from '../../cli/options.js';
import { passin } from '../../cli/secrets.js';
import { fingerprintKinds } from '../../show/lines.js';
import { typeWords } from './types.js';

/** The options of cert-info. */
export const options = {
  long: { short: 'l', help: 'show everything, grouped' },
  json: { help: 'one JSON object a line' },
  type: { value: 'TYPE,...', choices: typeWords, help: 'only these: certificate, request, crl, key, ...' },
  leaf: { help: "only certificates that are no CA's" },
  recursive: { short: 'r', help: 'read the files in folders too, passing over those with nothing in them' },
  field: { short: 'f', value: 'FIELD,...', help: 'these fields, tab-separated, one object a line' },
  names: { help: 'every subject alternative name, one a line' },
  fingerprint: {
    optionalValue: 'HASH',
    choices: fingerprintKinds,
    help: 'sha256 (default), sha1, sha512 or spki, one object a line',
  },
  pin: { help: "the pin of every object's public key, as curl takes it" },
  tlsa: { optionalValue: 'PORT', help: 'the data of its TLSA record (DANE), or with PORT the records of its names' },
  'with-filename': { short: 'H', help: 'the name of the input in front of every line' },
  timeline: { help: 'validity as bars against today, ordered by expiry' },
  markdown: { help: 'a Markdown table of certificates, for the summary of a CI job' },
  pem: { help: 'the objects as clean PEM, private keys left out' },
  der: { help: 'with --pem: the one object in DER' },
  'expires-within': { value: 'DURATION', help: 'only what expires within 12h, 30d or 2w; exit 1 if there is any' },
  jobs: { short: 'j', value: 'N', help: 'read large files of PEM with N threads; by itself, with as many as pay' },
  ...passin,
} as const satisfies OptionTable;

/** One call of cert-info. */
export type CertInfo = Call<typeof options>;
