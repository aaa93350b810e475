// Large programs that come as npm packages and are wanted by few (other versions of Node.js, bun, jsfuzz, acme-client): fetched on demand into
// bench/.cache, never by `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bench/.cache');

/** The programs that can be fetched: the package, where it has another name, its version, and the path in it. */
const programs = {
  'acme-client': { version: '5.4.0', path: 'acme-client/src/index.js' },
  bun: { version: '1.4.5', path: 'bun/bin/bun.exe' },
  jsfuzz: { version: '1.0.15', path: 'jsfuzz/build/src/index.js' },
  node22: { package: 'node', version: '22.23.3', path: 'node/bin/node' },
  node24: { package: 'node', version: '24.21.0', path: 'node/bin/node' },
  node26: { package: 'node', version: '26.10.0', path: 'node/bin/node' },
};

/**
 * The path of a program, fetched if it is not there yet.
 *
 * @param {keyof typeof programs} name
 * @throws when npm cannot fetch it
 */
export function onDemand(name) {
  const { version, path, package: packageName = name } = programs[name];
  const folder = join(cache, `${name}-${version}`);
  const program = join(folder, 'node_modules', path);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `${packageName}@${version}`];
  const { status } = spawnSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0 || !existsSync(program)) throw new Error(`npm could not fetch ${packageName} ${version}`);
  return program;
}
