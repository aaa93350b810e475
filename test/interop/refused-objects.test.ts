import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { complaint, isPkiError } from '../../src/errors.js';
import type { Content } from '../../src/input/content.js';
import { wholeContent } from '../../src/input/contents.js';
import { openKey } from '../../src/input/private-key.js';
import { encodePem } from '../../src/pem/encode.js';
import { pemKind } from '../../src/pem/labels.js';
import { readCertificate, readCrl, readKey, readRequest } from '../../src/show/reading.js';
import { AlgorithmIdentifier } from '../../src/x509/algorithm-identifier.js';
import { forgeCrl } from '../support/forge.js';
import { randomNumbers } from '../support/random.js';
import { attribute, buildRequest, dns, ip, keyUsage, purposes } from '../support/request-builder.js';
import { findProgram, isStandalone, run } from '../support/session.js';
import { generalName, make, makeCa, nameConstraints, policies } from '../support/test-ca.js';
import { isWhole } from '../support/whole.js';

/**
 * Objects that OpenSSL reads are read here, but for those SECURITY.md lists: objects with a few octets changed go to both, and what
 * OpenSSL reads and is refused here must be of a listed class. PKIUTILS_FUZZ_SEED makes other changes.
 */

const below = randomNumbers(Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130));

/** The classes of the list: its words there, and how they are told. */
const classes: Readonly<Record<string, (refusal: string, content: Content | undefined) => boolean>> = {
  'A SEQUENCE or SET that is marked as primitive': (refusal) => /(?:found|unexpected) tag 0x1[01] /.test(refusal),
  'A tag in its long form': (refusal) => /found tag 0x[1357]f |multi-byte tag/.test(refusal),
  'An OCTET STRING in pieces that are no OCTET STRINGs': (refusal) => /\(OCTET STRING\), found tag 0x24 /.test(refusal),
  'Parameters of an algorithm that cannot be walked': (refusal, content) =>
    faultsIn(content).algorithm.includes(refusal),
  'A value in a name that is no string and cannot be walked': (refusal, content) =>
    faultsIn(content).name.includes(refusal),
  'A private key whose number is zero or not below the order of its curve': (refusal) =>
    /its number is zero/.test(refusal),
  'A DSA key that is named by an algorithm of signatures': (refusal) =>
    /\((?:1\.2\.840\.10040\.4\.3|1\.3\.14\.3\.2\.(?:13|27))\)/.test(refusal),
  'A curve of its own, spelt out': (refusal) => /on a curve of its own/.test(refusal),
};

/** The complaints of the readers of algorithms and of names about an object. */
function faultsIn(content: Content | undefined): Record<'algorithm' | 'name', readonly (string | undefined)[]> {
  const object = content?.object;
  if (object?.type !== 'certificate' && object?.type !== 'request' && object?.type !== 'crl') {
    return { algorithm: [], name: [] };
  }
  const { view } = object;
  return {
    algorithm: [
      'publicKey' in view ? complaint(() => view.publicKey) : undefined,
      complaint(() => new AlgorithmIdentifier(view.elements.algorithm)),
    ],
    name: [
      'subject' in view ? complaint(() => view.subject.rdns) : undefined,
      'issuer' in view ? complaint(() => view.issuer.rdns) : undefined,
    ],
  };
}

const none = async function* (): AsyncGenerator<Buffer> {};

/** Why an object is refused as every command reads it; undefined where it is not. */
async function refusalOf(label: string, der: Buffer): Promise<{ refusal: string | undefined; content?: Content }> {
  const found = { kind: 'object', label, pemKind: pemKind(label), der, headers: [], place: '', notices: [] } as const;
  const content = wholeContent(found);
  if (content.kind === 'fault') return { refusal: content.message };
  try {
    await readThrough(content);
    return { refusal: undefined };
  } catch (error) {
    if (isPkiError(error)) return { refusal: error.message, content };
    throw error;
  }
}

async function readThrough({ object }: Content): Promise<void> {
  switch (object.type) {
    case 'certificate':
      readCertificate(object.view, []);
      return;
    case 'request':
      readRequest(object.view, []);
      return;
    case 'crl':
      readCrl(object.view, []);
      return;
    case 'public_key':
      readKey(object.view, []);
      return;
    case 'private_key':
      (await openKey(object, none, '')).key;
      return;
    default:
      // Changed so much that it is another thing.
      return;
  }
}

/** Octets that mean something in DER: tags, lengths, flags. */
const telling = Buffer.from('0001020304050c1314161718 1e2324 3031 7f808182a0ff'.replaceAll(' ', ''), 'hex');

/** An object with one to three octets changed, added or taken away. */
function mutant(seed: Buffer): Buffer {
  let octets = Buffer.from(seed);
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const at = below(octets.length);
    const octet = octets[at] ?? 0;
    const [before, after] = [octets.subarray(0, at), octets.subarray(at)];
    const changed = [below(256), octet ^ (1 << below(8)), telling[below(telling.length)] ?? 0, octet + 1, octet - 1];
    const way = below(changed.length + 2);
    if (way === changed.length) octets = Buffer.concat([before, after.subarray(1)]);
    else if (way > changed.length) octets = Buffer.concat([before, Buffer.of(below(256)), after]);
    else octets.writeUInt8((changed[way] ?? 0) & 0xff, at);
  }
  return octets;
}

/** A kind of object: how many of it are tried, in `npm test` and in CI; and how OpenSSL is asked whether it reads one. */
interface Trial {
  readonly label: string;
  readonly counts: readonly [few: number, many: number];
  readonly seeds: readonly Buffer[];
  readonly isRead: (objects: readonly Buffer[]) => readonly boolean[];
}

const inProcess = (read: (der: Buffer) => unknown) => (objects: readonly Buffer[]) =>
  objects.map((der) => {
    try {
      read(der);
      return true;
    } catch {
      return false;
    }
  });

const directory = t.testdir({});

/** A start of openssl for each. */
const byProgram = (command: string, label: string) => (objects: readonly Buffer[]) => {
  for (const [i, der] of objects.entries()) writeFileSync(join(directory, `${i}.pem`), encodePem(label, der));
  const loop = 'i=0; while [ $i -lt "$1" ]; do openssl "$2" -in $i.pem -noout 2>/dev/null && echo $i; i=$((i+1)); done';
  const { stdout } = run('sh', ['-c', loop, 'sh', String(objects.length), command], { cwd: directory });
  const read = new Set(stdout.split('\n'));
  return objects.map((_, i) => read.has(String(i)));
};

const ca = makeCa('Root');
const names = ['mail.valami.hu', '*.valami.hu', '192.0.2.1', 'info@valami.hu'];
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const constrained = { '2.5.29.32': policies('1.2.3'), '2.5.29.30': nameConstraints([generalName('a.hu')]) };
const pairs = [
  rsa,
  generateKeyPairSync('rsa-pss', { modulusLength: 1024 }),
  generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' }),
  generateKeyPairSync('ec', { namedCurve: 'P-384', paramEncoding: 'explicit' }),
  generateKeyPairSync('ed25519'),
  generateKeyPairSync('x448'),
  generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
];

const trials: Readonly<Record<string, Trial>> = {
  certificates: {
    label: 'CERTIFICATE',
    counts: [3000, 100_000],
    seeds: [
      ca.der,
      make('mail.valami.hu', ca, { names }).der,
      make('a', ca, { key: rsa.privateKey, names: ['a.hu'], extensions: constrained }).der,
      make('b', ca, { version: 1 }).der,
    ],
    isRead: inProcess((der) => new X509Certificate(der)),
  },
  'private keys': {
    label: 'PRIVATE KEY',
    counts: [700, 20_000],
    seeds: pairs.map(({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'der' })),
    isRead: inProcess((der) => createPrivateKey(encodePem('PRIVATE KEY', der))),
  },
  'public keys': {
    label: 'PUBLIC KEY',
    counts: [700, 20_000],
    seeds: pairs.map(({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' })),
    isRead: inProcess((der) => createPublicKey(encodePem('PUBLIC KEY', der))),
  },
  requests: {
    label: 'CERTIFICATE REQUEST',
    counts: [60, 1500],
    seeds: [
      buildRequest({
        subject: [attribute('2.5.4.10', 'Ő Kft.'), attribute('2.5.4.3', 'mail.valami.hu')],
        names: [dns('mail.valami.hu'), ip(192, 0, 2, 1)],
        extensions: [keyUsage(0), purposes(1)],
      }),
    ],
    isRead: byProgram('req', 'CERTIFICATE REQUEST'),
  },
  lists: {
    label: 'X509 CRL',
    counts: [60, 1500],
    seeds: [forgeCrl()],
    isRead: byProgram('crl', 'X509 CRL'),
  },
};

const missing = findProgram('openssl') === undefined && 'openssl is not installed';

for (const [what, { label, counts, seeds, isRead }] of Object.entries(trials)) {
  const skip = isStandalone ? 'the readers are those of Node.js' : counts[0] < 100 && missing;
  t.test(`${what} that OpenSSL reads`, { skip }, async (t) => {
    const refused: { der: Buffer; refusal: string; content: Content | undefined }[] = [];
    for (let left = counts[isWhole ? 1 : 0]; left > 0; left--) {
      const der = mutant(seeds[below(seeds.length)] ?? Buffer.alloc(0));
      const { refusal, content } = await refusalOf(label, der);
      if (refusal !== undefined) refused.push({ der, refusal, content });
    }
    t.ok(refused.length > counts[0] / 10, `${refused.length} are refused`);
    const read = isRead(refused.map(({ der }) => der));
    for (const { der, refusal, content } of refused.filter((_, i) => read[i])) {
      const isListed = Object.values(classes).some((is) => is(refusal, content));
      if (!isListed) t.fail(`${refusal}: ${der.toString('base64')}`);
    }
  });
}

t.test('the classes are in SECURITY.md', async (t) => {
  const page = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8').replaceAll(/\s+/g, ' ');
  for (const words of Object.keys(classes)) t.ok(page.includes(words), words);
});
