// usage: npm run test:runtimes [-- node22|node24|node26... TEST...]
// The black-box tests of the commands on the other Node.js versions we promise, or those named, each fetched from npm.
import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onDemand } from './on-demand.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const versions = ['node22', 'node24', 'node26'];
const named = versions.filter((name) => process.argv.includes(name));
const wanted = process.argv.slice(2).filter((word) => !named.includes(word));
const tests =
  wanted.length > 0 ? wanted : ['test/commands', 'test/crypto', 'test/net', 'test/interop/cert-fetch.test.ts'];

for (const name of named.length > 0 ? named : versions) {
  // The launchers take the first node in PATH.
  const PATH = [dirname(onDemand(name)), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH };
  console.log(`== ${spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout.trim()}`);
  const { status } = spawnSync('node', ['scripts/suite.js', ...tests], { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
