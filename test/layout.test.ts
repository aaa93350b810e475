import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** The house (CONTRIBUTING.md): which room may import which, so that imports point one way. */

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** Rooms by storey, the highest first: a room imports from its own storey and from those below. */
const storeys: readonly (readonly string[])[] = [
  ['standalone', 'completion', 'launch'],
  ['commands'],
  ['cli', 'show', 'rules', 'make', 'trust', 'acme'],
  ['input', 'net', 'spec', 'crypto', 'pkcs', 'names'],
  ['x509'],
  ['der', 'pem', 'text', 'system'],
  ['errors.ts', 'once.ts'],
];

interface Import {
  readonly from: string;
  readonly to: string;
}

const roomOf = (path: string): string => path.split('/', 1)[0] as string;

function importsOf(path: string): Import[] {
  const text = readFileSync(join(source, path), 'utf8');
  return [...text.matchAll(/(?:from\s+|import\()'(\.[^']+)\.js'/g)].map(([, target = '']) => ({
    from: path,
    to: normalize(join(dirname(path), `${target}.ts`)),
  }));
}

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
  .map((entry) => relative(source, join(entry.parentPath, entry.name)));
const between = files.flatMap(importsOf).filter(({ from, to }) => roomOf(from) !== roomOf(to));

t.test('every room is on a storey', async (t) => {
  const known = new Set(storeys.flat());
  t.same(
    [...new Set(files.map(roomOf))].filter((room) => !known.has(room)),
    [],
  );
});

t.test('every folder of test/ is for a room, or for a kind of test', async (t) => {
  const kinds = ['commands', 'interop', 'faults', 'hostile', 'fuzz', 'corpus', 'fixtures', 'support'];
  const rooms = readdirSync(source);
  const folders = readdirSync(join(source, '../test'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  t.same(
    folders.map(({ name }) => name).filter((name) => !kinds.includes(name) && !rooms.includes(name)),
    [],
  );
});

t.test('no room imports from a storey above it', async (t) => {
  const storeyOf = (path: string): number => storeys.findIndex((rooms) => rooms.includes(roomOf(path)));
  t.same(
    between.filter(({ from, to }) => storeyOf(to) < storeyOf(from)),
    [],
  );
});

t.test('no two rooms import from each other, directly or by way of others', async (t) => {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of between) {
    const known = targets.get(roomOf(from)) ?? new Set();
    targets.set(roomOf(from), known.add(roomOf(to)));
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...(targets.get(from) ?? [])].some(
      (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
    );
  t.same(
    [...targets.keys()].filter((room) => reaches(room, room)),
    [],
  );
});

t.test('benchmarks and scripts load what is there', async (t) => {
  const root = dirname(source);
  for (const folder of ['bench', 'scripts']) {
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(root, folder, file), 'utf8');
      // A path in a text that is bundled starts from src.
      for (const [, target = ''] of text.matchAll(/export \{[^}]*\} from '\.\/([^']+)\.js'/g)) {
        t.ok(files.includes(`${target}.ts`), `${folder}/${file}: ${target}`);
      }
    }
  }
});
