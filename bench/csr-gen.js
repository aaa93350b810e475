// A fleet: requests by csr-gen --batch and certificates by csr-sign beside shell loops of openssl, in one run, and RSA keys
// beside what two processors can make at best. usage: npm run bench -- csr-gen
import { generateKeyPair } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compare, isInstalled, printTable, timeOnce } from './support/measure.js';

const bin = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin');
const cwd = mkdtempSync(join(tmpdir(), 'pkiutils-bench-'));
const ours = (name, ...args) => [process.execPath, join(bin, name), ...args];
const shell = (script) => ['sh', '-ec', script];

/** How many requests each side makes. The loops are given fewer and counted up: each turn of theirs costs the same. */
const EC = 1000;
const EC_LOOP = 200;
const RSA = 80;
const RSA_LOOP = 40;
const ROUNDS = 3;

const fleet = (count) =>
  Array.from({ length: count }, (_, i) => `{"CN":"h${i}.valami.hu","hosts":["www.h${i}.valami.hu"]}`);
const loop = (count, body) =>
  shell(`mkdir -p loop; i=0; while [ $i -lt ${count} ]; do i=$((i+1)); ${body}; done 2>/dev/null`);
const openssl = (key) =>
  `openssl req -newkey ${key} -nodes -keyout loop/$i.key -out loop/$i.csr -subj /CN=h$i.valami.hu -addext subjectAltName=DNS:h$i.valami.hu,DNS:www.h$i.valami.hu`;
const batch = (kind, spec) =>
  shell(
    `rm -rf keys; exec ${ours('csr-gen', '--batch', '-n', kind, '--key-dir', 'keys', '-o', 'all.csr', spec).join(' ')}`,
  );

/** RSA keys a second that all processors make with nothing else to do. */
async function keyLimit(count) {
  const make = promisify(generateKeyPair);
  const start = performance.now();
  let left = count;
  const one = async () => {
    while (left-- > 0) await make('rsa', { modulusLength: 2048 });
  };
  await Promise.all(Array.from({ length: availableParallelism() }, one));
  return count / ((performance.now() - start) / 1000);
}

try {
  if (!isInstalled('openssl')) throw new Error('openssl is not installed');
  writeFileSync(join(cwd, 'ec.ndjson'), fleet(EC).join('\n'));
  writeFileSync(join(cwd, 'rsa.ndjson'), fleet(RSA).join('\n'));
  timeOnce({
    command: ours('csr-gen', '--cn', 'CA', '--ca', '--self-sign', '99', '-n', 'ec', '-K', 'ca.key', '-o', 'ca.pem'),
    cwd,
  });

  const rows = [];
  const pair = (what, [ours, count], [theirs, loopCount]) => {
    const [mine, other] = compare(
      [
        { cwd, name: 'ours', ...ours },
        { cwd, name: 'theirs', ...theirs },
      ],
      ROUNDS,
    );
    const [rate, otherRate] = [count / mine.seconds, loopCount / other.seconds];
    rows.push([what, rate.toFixed(0), otherRate.toFixed(0), (rate / otherRate).toFixed(1)]);
    return rate;
  };
  pair(
    `${EC} EC P-256 requests`,
    [{ command: batch('ec:P-256', 'ec.ndjson') }, EC],
    [{ command: loop(EC_LOOP, openssl('ec -pkeyopt ec_paramgen_curve:P-256')) }, EC_LOOP],
  );
  timeOnce({ command: batch('ec:P-256', 'ec.ndjson'), cwd });
  const sign = ours('csr-sign', '-q', '--ca', 'ca.pem', '--ca-key', 'ca.key', '-o', 'all.pem', 'all.csr');
  const signLoop =
    'openssl x509 -req -in loop/$i.csr -CA ca.pem -CAkey ca.key -days 90 -copy_extensions copy -out loop/$i.pem';
  pair(`${EC} certificates`, [{ command: sign }, EC], [{ command: loop(EC_LOOP, signLoop) }, EC_LOOP]);
  const rate = pair(
    `${RSA} RSA-2048 requests`,
    [{ command: batch('rsa:2048', 'rsa.ndjson') }, RSA],
    [{ command: loop(RSA_LOOP, openssl('rsa:2048')) }, RSA_LOOP],
  );
  console.log(
    `a second, Node.js ${process.version}, ${availableParallelism()} processors, medians of ${ROUNDS} runs in turn`,
  );
  printTable(['what', 'ours', 'loop of openssl', 'times'], rows);
  const limit = await keyLimit(RSA);
  console.log(
    `RSA-2048 keys alone, on all processors: ${limit.toFixed(0)} a second; requests reach ${Math.round((100 * rate) / limit)} % of it`,
  );
} finally {
  rmSync(cwd, { recursive: true });
}
