// usage: npm run bench [-- NAME...]
// Runs the benchmarks beside this file, all or those named, each a process of its own. They print ratios and fail nobody.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const names = readdirSync(here)
  .filter((file) => file.endsWith('.js') && file !== 'run.js')
  .map((file) => file.slice(0, -3));
const wanted = process.argv.slice(2);

for (const name of wanted.length > 0 ? wanted : names) {
  if (!names.includes(name)) {
    console.error(`bench: no benchmark ${name}; there are ${names.join(', ')}`);
    process.exitCode = 2;
    continue;
  }
  console.log(`\n== ${name}`);
  const { status } = spawnSync(process.execPath, [join(here, `${name}.js`)], { stdio: 'inherit' });
  if (status !== 0) console.error(`bench: ${name} ended with ${status}`);
}
