import { oneOf } from '../cli/choice.js';
import { type Call, defineCommand, onlyOne } from '../cli/command.js';
import { warnIfExposed } from '../cli/exposed-key.js';
import type { OptionTable } from '../cli/options.js';
import { passin, passout, Secrets } from '../cli/secrets.js';
import { keyProblem } from '../crypto/check-key.js';
import { publicKeyIdentity } from '../crypto/key-pair.js';
import type { PrivateKey } from '../crypto/private-key.js';
import { PkiError, UsageError } from '../errors.js';
import { soundContentsOf } from '../input/contents.js';
import { nothingWanted } from '../input/expected.js';
import { keyAmong } from '../input/private-key.js';
import { parseSize, sourceOf } from '../input/source.js';
import type { Passphrases } from '../pkcs/passphrases.js';
import { publicKeyPin, tlsaData } from '../x509/pin.js';
import { checkForm, type Form, forms, privateKeyIn } from './key-conv/forms.js';
import { publicKeyAmong } from './key-conv/public-among.js';

const options = {
  to: { value: 'FORM', choices: forms, help: 'the form to write: pkcs8 (default), pkcs1, sec1, jwk, openssh' },
  der: { help: 'write DER in place of PEM' },
  public: { help: 'write the public key' },
  pin: { help: 'print the pin of the public key, as curl takes it' },
  tlsa: { help: 'print the data of its TLSA record (DANE)' },
  'no-pass': { help: 'write a key that came encrypted without encryption' },
  ...passin,
  ...passout,
} as const satisfies OptionTable;

export const command = defineCommand({
  name: 'key-conv',
  summary: 'write a private key in another form, or its public half',
  input: 'a private key',
  synopsis: [
    '[--to FORM] [--der] [--no-pass | --passout SOURCE] [-o FILE] [FILE]',
    '--public [--to FORM] [--der] [-o FILE] [FILE]',
    '--pin | --tlsa [-o FILE] [FILE]',
  ],
  options,
  notes: ['With --public, --pin and --tlsa a certificate, a request or a public key does too.'],
  run,
});

type KeyConv = Call<typeof options>;

async function run(call: KeyConv): Promise<void> {
  const { values, output } = call;
  const form = checkOptions(call);
  if (values.public || values.pin || values.tlsa) {
    const spki = await readPublicKey(call);
    if (values.pin) output.write(`${publicKeyPin({ der: spki })}\n`);
    else if (values.tlsa) output.write(`${tlsaData({ der: spki })}\n`);
    else {
      const { publicKeyIn } = await import('./key-conv/public-forms.js');
      output.write(publicKeyIn(form, spki, { asDer: values.der }));
    }
    output.commit();
    return;
  }
  const { key, passphrase } = await readPrivateKey(call, form);
  output.holdsPrivateKeys([publicKeyIdentity(key.publicKeyInfo)]);
  output.write(await privateKeyIn(form, key.key, { asDer: values.der, passphrase }));
  output.commit();
}

/** @throws {UsageError} options that say nothing together */
function checkOptions({ values, operands }: KeyConv): Form {
  onlyOne(values, ['public', 'pin', 'tlsa']);
  for (const name of ['pin', 'tlsa'] as const) {
    onlyOne(values, [name, 'to']);
    onlyOne(values, [name, 'der']);
  }
  for (const name of ['public', 'pin', 'tlsa', 'no-pass'] as const) onlyOne(values, [name, 'passout']);
  for (const name of ['public', 'pin', 'tlsa'] as const) onlyOne(values, [name, 'no-pass']);
  if (operands.length > 1) throw new UsageError(`one key at a time, ${operands.length} files are given`);
  const form = oneOf('--to', values.to, forms) ?? 'pkcs8';
  if (values.der && (form === 'jwk' || form === 'openssh')) {
    throw new UsageError(`--der: ${form} is text`, 'pkcs8, pkcs1 and sec1 are DER');
  }
  return form;
}

interface Read {
  readonly key: PrivateKey;
  /** Encrypts what is written. */
  readonly passphrase: Uint8Array | undefined;
}

/** The key, and what is to encrypt it: --passout, or else the passphrase it came with. */
async function readPrivateKey(call: KeyConv, form: Form): Promise<Read> {
  const { values, report } = call;
  const secrets = new Secrets(values, call.stdin);
  const tried = new LastTried(secrets.input);
  const { contents, source } = await readContents(call, tried.passphrases);
  const key = await keyAmong(contents, source, { input: tried.passphrases });
  if (key === undefined) throw nothingWanted('a private key', contents, source);
  warnIfExposed(report, source, key);
  const problem = keyProblem(key);
  if (problem !== undefined) throw new PkiError('KEY_DAMAGED', problem, { source });
  const own = key.wasEncrypted && !values['no-pass'] ? tried.last : undefined;
  checkForm(form, key.key, { isEncrypted: secrets.encrypts || own !== undefined });
  if (own?.length === 0 && !secrets.encrypts) {
    throw new UsageError('the passphrase the key came with is empty', 'give one with --passout, or use --no-pass');
  }
  return { key, passphrase: (await secrets.output()) ?? own };
}

/** SubjectPublicKeyInfo of the key, certificate or request. */
async function readPublicKey(call: KeyConv): Promise<Uint8Array> {
  const secrets = new Secrets(call.values, call.stdin);
  const { contents, source } = await readContents(call, secrets.input);
  const key = await keyAmong(contents, source, secrets);
  if (key !== undefined) return key.publicKeyInfo;
  const spki = publicKeyAmong(contents, source);
  if (spki === undefined) throw nothingWanted('a private key', contents, source);
  return spki;
}

async function readContents({ values, operands, stdin }: KeyConv, passphrases: Passphrases) {
  const source = sourceOf(operands[0] ?? '-', stdin, 'operand -');
  const contents = await soundContentsOf(source, { maxSize: parseSize(values['max-size']), passphrases });
  return { contents, source: source.name };
}

/** Passphrases, of which the last one that was asked for is remembered: where something was opened it is the right one. */
class LastTried {
  last: Uint8Array | undefined;
  readonly #all: Passphrases;

  constructor(all: Passphrases) {
    this.#all = all;
  }

  readonly passphrases = async function* (this: LastTried, what: string): AsyncGenerator<Buffer, void> {
    for await (const passphrase of this.#all(what)) {
      this.last = passphrase;
      yield passphrase;
    }
  }.bind(this);
}
