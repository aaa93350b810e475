import type { OptionTable } from './options.js';

/** The options of openssl, certtool and other tools that people type from habit, and how they are said here. */
interface Habit {
  /** Long options that say it, in order: the first one the command has is named. */
  readonly options?: readonly string[];
  /** Said where the command has none of them. */
  readonly words?: string;
}

const field = (name: string): Habit => ({ options: ['field'], words: `cert-info --field ${name} prints it` });
const operand: Habit = { words: 'a FILE is an operand: its name alone, or - for standard input' };
const format: Habit = { words: 'PEM or DER is found out; --der writes DER where a command can' };
const subject: Habit = { options: ['subject'] };
const city: Habit = { options: ['city'] };
const unit: Habit = { options: ['unit'] };
const organization: Habit = { options: ['org'] };
const days: Habit = { options: ['days', 'self-sign', 'expires-within'] };
const altNames: Habit = { options: ['san', 'names'] };
const trust: Habit = { options: ['trust', 'ca-file'], words: 'cert-verify --trust FILE judges by a CA' };
const encryption: Habit = { words: 'a new key is not encrypted unless --passout says so' };
const fetching: Habit = { words: 'cert-fetch HOST fetches what a server presents' };
const hash: Habit = { options: ['hash', 'fingerprint'] };

/** By the word without its dashes, in lower case. */
const habits: ReadonlyMap<string, Habit> = new Map([
  ['in', operand],
  ['infile', operand],
  ['input', operand],
  ['out', { options: ['output'] }],
  ['outfile', { options: ['output'] }],
  ['inform', format],
  ['outform', format],
  ['subj', subject],
  ['dn', subject],
  ['newkey', { options: ['new-key'] }],
  ['key-type', { options: ['new-key'] }],
  ['bits', { options: ['new-key'], words: 'csr-gen --new-key rsa:3072 says how large a key is' }],
  ['nodes', encryption],
  ['noenc', encryption],
  ['noout', { words: 'nothing is printed but what is asked for' }],
  ['text', { options: ['long'], words: 'cert-info --long shows everything' }],
  ['keyout', { options: ['key-out'] }],
  ['days', days],
  ['not_after', days],
  ['x509', { options: ['self-sign'], words: 'csr-gen --self-sign DAYS writes a self-signed certificate' }],
  ['new', { words: 'csr-gen makes requests' }],
  ['req', { words: 'csr-gen makes requests, csr-sign issues certificates for them' }],
  ['ca', { options: ['ca', 'trust'] }],
  ['cakey', { options: ['ca-key'] }],
  ['cafile', trust],
  ['capath', trust],
  ['ca-bundle', trust],
  ['cacert', trust],
  ['cacreateserial', { words: 'serial numbers are random' }],
  ['set_serial', { words: 'serial numbers are random' }],
  ['addext', { options: ['ext', 'san', 'eku'] }],
  ['reqexts', { options: ['ext', 'san', 'eku'] }],
  ['extfile', { options: ['san', 'profile'] }],
  ['config', { words: 'csr-gen reads a SPEC: JSON, or key = value lines' }],
  ['organization', organization],
  ['organisation', organization],
  ['organizationname', organization],
  ['locality', city],
  ['localityname', city],
  ['town', city],
  ['ou', unit],
  ['organizationalunit', unit],
  ['department', unit],
  ['province', { options: ['state'] }],
  ['stateorprovince', { options: ['state'] }],
  ['county', { options: ['state'] }],
  ['commonname', { options: ['cn'] }],
  ['common-name', { options: ['cn'] }],
  ['hostname', { options: ['cn', 'name', 'host'] }],
  ['domain', { options: ['cn', 'name', 'host'] }],
  ['dns', altNames],
  ['sans', altNames],
  ['altname', altNames],
  ['subjectaltname', altNames],
  ['password', { options: ['passin', 'passout'] }],
  ['pass', { options: ['passin', 'passout'] }],
  ['passwd', { options: ['passin', 'passout'] }],
  ['inkey', operand],
  ['certfile', operand],
  ['untrusted', { options: ['untrusted'] }],
  ['verify_hostname', { options: ['name'] }],
  ['export', { options: ['p12'], words: 'pem-merge --p12 writes PKCS#12' }],
  ['pkcs12', { options: ['p12'], words: 'pem-merge --p12 writes PKCS#12' }],
  ['nokeys', { options: ['no-key'], words: 'pem-split --filter certificate takes the certificates out' }],
  ['nocerts', { words: 'key-conv takes the key out of PKCS#12' }],
  ['fullchain', { options: ['chain'] }],
  ['enddate', field('not_after')],
  ['startdate', field('not_before')],
  ['dates', field('not_before,not_after')],
  ['issuer', field('issuer')],
  ['serial', field('serial')],
  ['email', { options: ['email'], words: 'cert-info --field names.email prints it' }],
  ['purpose', { options: ['purpose'], words: 'cert-verify --purpose judges by it' }],
  ['checkend', { options: ['expires-within'], words: 'cert-info --expires-within 30d tells' }],
  ['checkhost', { options: ['name', 'covers'], words: 'wildcard-match --cert FILE --host NAME tells' }],
  ['verify', { words: 'csr-check verifies requests, cert-verify certificates' }],
  ['modulus', { words: 'key-match tells what belongs together' }],
  ['pubkey', { options: ['public'], words: 'key-conv --public writes the public key' }],
  ['pubout', { options: ['public'], words: 'key-conv --public writes the public key' }],
  ['connect', fetching],
  ['showcerts', fetching],
  ['starttls', { options: ['starttls'], words: 'cert-fetch --starttls PROTOCOL HOST speaks it' }],
  ['sha1', hash],
  ['sha256', hash],
  ['sha384', hash],
  ['sha512', hash],
  ['md', hash],
  ['topk8', { options: ['to'], words: 'key-conv --to pkcs8 writes it' }],
  ['traditional', { options: ['to', 'key-format'], words: 'key-conv --to pkcs1 or sec1 writes it' }],
]);

/**
 * The way to say something here that is an option elsewhere; undefined where nothing is known.
 *
 * @param given with its dashes: `-subj`, `--locality`
 */
export function habitHint(given: string, table: OptionTable): string | undefined {
  const word = given.replace(/^-+/, '');
  if (!given.startsWith('--') && Object.hasOwn(table, word)) return `it has two dashes here: --${word}`;
  const habit = habits.get(word.toLowerCase());
  const option = habit?.options?.find((name) => Object.hasOwn(table, name));
  if (option === undefined) return habit?.words;
  const { value, short } = table[option] ?? {};
  const letter = short === undefined ? '' : `-${short} or `;
  return `here that is ${letter}--${option}${value === undefined ? '' : ` ${value}`}`;
}
