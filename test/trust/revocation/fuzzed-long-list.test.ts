import { sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import t from 'tap';
import { children, readElement } from '../../../src/der/reader.js';
import { Tag } from '../../../src/der/tag.js';
import { bitString, sequence } from '../../../src/der/writer.js';
import { isPkiError } from '../../../src/errors.js';
import { encodePem } from '../../../src/pem/encode.js';
import { judgeLists } from '../../../src/trust/revocation/judge-lists.js';
import { StreamedList } from '../../../src/trust/revocation/streamed-list.js';
import { Certificate } from '../../../src/x509/certificate.js';
import { CrlEntryFilter } from '../../../src/x509/crl-entry-filter.js';
import { SerialSet } from '../../../src/x509/serial-set.js';
import { randomChoices } from '../../support/random.js';
import { makeList } from '../../support/revocation.js';
import { findProgram, run } from '../../support/session.js';
import { make, makeCa } from '../../support/test-ca.js';
import { isWhole } from '../../support/whole.js';

/**
 * Lists of 100,000 entries with octets changed, most of them soundly signed afterwards: none is a crash, and none makes a
 * certificate good that OpenSSL, with the same list, does not.
 */

const seed = Number(process.env['PKIUTILS_FUZZ_SEED'] ?? 20_261_130);
const rounds = isWhole ? 100 : 8;
const { random, chance, pick } = randomChoices(seed);

const ca = makeCa('CA');
const leaf = make('leaf', ca);
const AT = Date.UTC(2026, 6, 1);
const issuer = new Certificate(ca.der);
const certificate = new Certificate(leaf.der);
const question = { certificate, issuer, signers: [], at: AT, maxAge: undefined };

const entries = Array.from({ length: 100_000 }, (_, i) => {
  const serial = Buffer.from([0x40, 0, 0, 0, 0, 0, 0, 0]);
  serial.writeUInt32BE(i, 4);
  return i % 3 === 0 ? { of: serial } : { of: serial, reason: 1 + (i % 5) };
});
const list = makeList(ca, { entries });

/** The list in parts: what is signed before its entries, those, what is signed behind them, the algorithm. */
const parts = (() => {
  const outer = children(readElement(list));
  const tbs = outer.read(Tag.sequence);
  const fields = children(tbs);
  const front = Array.from({ length: 5 }, () => fields.next().encoding());
  const listed = fields.read(Tag.sequence);
  const content = Buffer.from(listed.encoding()).subarray(listed.contentStart - listed.start);
  return { front, content, back: fields.next().encoding(), algorithm: outer.next().encoding() };
})();

/** A few octets changed, left out, put in or there twice. */
function mutated(octets: Buffer): Buffer {
  const at = random(octets.length);
  const length = 1 + random(chance(2) ? 4 : 100_000);
  const changed = Buffer.from(octets);
  changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
  return pick([
    ...[changed, changed, changed, changed],
    Buffer.concat([octets.subarray(0, at), octets.subarray(at + length)]),
    Buffer.concat([octets.subarray(0, at + length), octets.subarray(at)]),
    Buffer.concat([octets.subarray(0, at), Buffer.alloc(length, random(256)), octets.subarray(at)]),
    octets.subarray(0, at + 1),
  ]);
}

/** The list with some of it changed, mostly entries, all lengths about them and the signature being right again. */
function resigned(): Buffer {
  const { front, content, back, algorithm } = parts;
  const tbs = pick([
    () => sequence(mutated(Buffer.concat(front)), sequence(content), back),
    () => sequence(...front, sequence(content), mutated(Buffer.from(back))),
    ...Array.from({ length: 8 }, () => () => sequence(...front, sequence(mutated(content)), back)),
  ])();
  return sequence(tbs, algorithm, bitString(sign('sha256', tbs, ca.key)));
}

function stateBy(der: Buffer): string {
  const streamed = new StreamedList(new CrlEntryFilter(new SerialSet([certificate.serial])), [issuer]);
  try {
    for (let at = 0; at < der.length; ) {
      const size = 1 + random(100_000);
      streamed.push(der.subarray(at, at + size));
      at += size;
    }
    const { answer } = judgeLists(question, [streamed.end()]);
    return answer?.state ?? 'none';
  } catch (error) {
    if (!isPkiError(error)) throw error;
    return 'none';
  }
}

t.equal(stateBy(list), 'good', 'the list as it is');

t.test('mutated lists', async (t) => {
  const hasOpenssl = findProgram('openssl') !== undefined;
  const cwd = t.testdir();
  const put = (name: string, label: string, der: Buffer) => writeFileSync(join(cwd, name), encodePem(label, der));
  put('ca.pem', 'CERTIFICATE', ca.der);
  put('leaf.pem', 'CERTIFICATE', leaf.der);
  const counts = { good: 0, none: 0 };
  for (let round = 0; round < rounds; round++) {
    const der = chance(4) ? mutated(list) : resigned();
    const state = stateBy(der);
    t.match(state, /^(?:good|none)$/, 'the certificate is not on it');
    if (state !== 'good') counts.none++;
    else if (!der.equals(list)) {
      counts.good++;
      if (!hasOpenssl) continue;
      put('list.pem', 'X509 CRL', der);
      const time = ['-attime', String(AT / 1000)];
      const args = ['verify', ...time, '-crl_check', '-CRLfile', 'list.pem', '-CAfile', 'ca.pem', 'leaf.pem'];
      const { status, stdout, stderr } = run('openssl', args, { cwd });
      t.equal(status, 0, `round ${round} of seed ${seed}: ${stdout}${stderr}`);
    }
  }
  t.comment(`${counts.good} told something, ${counts.none} nothing`);
  t.ok(counts.none > 0);
});
