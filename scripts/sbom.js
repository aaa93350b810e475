// Writes sbom.cdx.json, the bill of materials of what is packed (CycloneDX): what npm installs with the package, and what the
// build put into dist/. `npm pack` runs it. The same sources give the same bytes: no time, no number of its own.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { default: manifest } = await import('../package.json', { with: { type: 'json' } });

const { status, stdout } = spawnSync(
  'npm',
  ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--loglevel', 'error'],
  { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 },
);
if (status !== 0) throw new Error(`npm sbom ended with ${status}`);
/** npm's bill of everything in the lock file. Its --omit dev leaves out what both kinds of dependencies need. */
const everything = JSON.parse(stdout);
const refs = new Set(everything.components.map((component) => component['bom-ref']));
const needs = new Map(everything.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
const self = everything.metadata.component['bom-ref'];

// The build says what it bundled, with versions.
const licences = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
const bundled = [...licences.matchAll(/^(\S+) (\d\S*) \(.*\)$/gm)].map(([, name, version]) => `${name}@${version}`);
const missing = bundled.filter((ref) => !refs.has(ref));
if (missing.length > 0) throw new Error(`bundled, but not in the lock file: ${missing.join(', ')}`);

const nameOf = (ref) => ref.slice(0, ref.lastIndexOf('@'));
const installed = needs.get(self).filter((ref) => nameOf(ref) in manifest.dependencies);
const wanted = new Set(bundled);
for (const queue = [...installed]; queue.length > 0; ) {
  const ref = queue.pop();
  if (wanted.has(ref)) continue;
  wanted.add(ref);
  queue.push(...(needs.get(ref) ?? []));
}

const components = everything.components
  .filter((component) => wanted.has(component['bom-ref']))
  // A package for development is one for use where it is in the bundle.
  .map((component) => ({
    ...component,
    scope: 'required',
    properties: component.properties.filter(({ name }) => name !== 'cdx:npm:package:development'),
  }))
  .sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
const dependencies = [self, ...[...wanted].sort()].map((ref) => ({
  ref,
  dependsOn: (ref === self ? [...new Set([...installed, ...bundled])] : (needs.get(ref) ?? []))
    .filter((each) => wanted.has(each))
    .sort(),
}));
const { $schema, bomFormat, specVersion } = everything;
// npm names it after the folder it stands in.
const component = { ...everything.metadata.component, name: manifest.name };
const metadata = { lifecycles: [{ phase: 'build' }], component };
const bill = { $schema, bomFormat, specVersion, version: 1, metadata, components, dependencies };
writeFileSync(join(root, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
