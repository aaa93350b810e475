import { type Call, defineCommand } from '../cli/command.js';
import { checkKeyDestination, keyOnTerminal, writeKeyFile } from '../cli/key-file.js';
import { type OptionTable, UsageError } from '../cli/options.js';
import { DEFAULT_KEY, generateKey, type KeyAlgorithm, parseKeyAlgorithm } from '../pki/generate.js';
import { checkKeyFormat, type KeyFormat, keyFormats, privateKeyPem } from '../pki/write-key.js';

const options = {
  'new-key': { short: 'n', value: 'ALG', help: 'make a key: rsa:2048 (default), ec:P-256, ed25519, …' },
  'key-out': { short: 'K', value: 'FILE', help: 'where the new key goes, 0600; - puts it on stdout' },
  'key-only': { help: 'make just the key, no request' },
  'key-format': { value: 'FORMAT', help: 'envelope of the new key: pkcs8 (default), pkcs1, sec1' },
  force: { help: 'replace an existing key file, keeping it as FILE.old-TIMESTAMP' },
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'csr-gen',
  summary: 'make a key and a PKCS #10 request',
  synopsis: ['-n ALG -K KEYOUT --key-only'],
  options,
  run,
});

type CsrGen = Call<typeof options>;

function run(call: CsrGen): void {
  const { values, output, report } = call;
  if (!values['key-only']) throw new UsageError('nothing to do', 'give --key-only to make a key');
  const algorithm: KeyAlgorithm = values['new-key'] === undefined ? DEFAULT_KEY : parseKeyAlgorithm(values['new-key']);
  const format = parseFormat(values['key-format'] ?? 'pkcs8');
  checkKeyFormat(algorithm.type, format);
  const path = values['key-out'];
  if (path === undefined) throw new UsageError('a new key must go somewhere', 'name a file with --key-out');
  const writing = { force: values.force, now: call.now };
  if (path === '-') {
    if (output.isTerminal) throw keyOnTerminal();
    output.holdsPrivateKey();
    output.write(privateKeyPem(generateKey(algorithm), format));
  } else {
    checkKeyDestination(path, writing);
    const old = writeKeyFile(path, privateKeyPem(generateKey(algorithm), format), writing);
    if (old !== undefined) report.notice(path, `the old key is kept as ${old}`);
  }
  output.commit();
}

function parseFormat(text: string): KeyFormat {
  const format = keyFormats.find((each) => each === text);
  if (format === undefined) throw new UsageError(`--key-format: ${text} is none of ${keyFormats.join(', ')}`);
  return format;
}
