// usage: npm run update:suffixes
// Writes src/names/public-suffix-list.ts from the public suffix list that tldts carries (publicsuffix.org, MPL 2.0). tldts
// spends 7 ms on its tables in every process that asks one question; a line a top-level domain is found in no time.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tldts = join(root, 'node_modules/tldts');
const { version } = JSON.parse(readFileSync(join(tldts, 'package.json'), 'utf8'));
const { edgeChild, edgeLength, edgeStart, exceptionsRoot, labelText, nodeFlags, rulesRoot } = await import(
  join(tldts, 'dist/es6/src/data/trie.js')
);

const ICANN = 1;
const PRIVATE = 2;

let offset = 0;
const labels = Array.from(edgeLength, (length) => {
  offset += length;
  return labelText.slice(offset - length, offset);
});

/** The rules under a node, each as its labels from the right. */
function* rulesUnder(node, path = []) {
  for (let edge = edgeStart[node]; edge < edgeStart[node + 1]; edge++) {
    const child = edgeChild[edge];
    const here = [...path, labels[edge]];
    if (nodeFlags[child] !== 0) yield { labels: here, flags: nodeFlags[child] };
    yield* rulesUnder(child, here);
  }
}

/** Top-level domain → the rules of both sections, without it. */
const lines = new Map();
for (const [start, mark] of [
  [rulesRoot, ''],
  [exceptionsRoot, '!'],
]) {
  for (const { labels: path, flags } of rulesUnder(start)) {
    const [tld, ...rest] = path;
    const rule = mark + rest.reverse().join('.');
    // The tables hold a rule of international labels twice, in Unicode and as A-labels; names here are A-labels.
    if (/[^\x21-\x7e]/.test(tld + rule)) continue;
    if (!lines.has(tld)) lines.set(tld, { [ICANN]: [], [PRIVATE]: [] });
    lines.get(tld)[flags].push(rule === '' ? '@' : rule);
  }
}

const text = [...lines]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([tld, rules]) => `${tld}\t${rules[ICANN].sort().join(' ')}\t${rules[PRIVATE].sort().join(' ')}`);

const header = `/**
 * The public suffix list (publicsuffix.org, Mozilla Public License 2.0) as tldts ${version} has it. Made by
 * \`npm run update:suffixes\`; do not edit. A line a top-level domain: its name, the rules of the ICANN section and those of
 * the private section, without the top-level domain, \`@\` being the domain itself. In octets, of which few are ever read.
 */
`;
writeFileSync(
  join(root, 'src/names/public-suffix-list.ts'),
  `${header}export const suffixLines: Buffer = Buffer.from(\n  ${JSON.stringify(`\n${text.join('\n')}\n`)
    .replaceAll("'", "\\'")
    .replace(/^"|"$/g, "'")},\n  'latin1',\n);\n`,
);
writeFileSync(
  join(root, 'src/names/public-suffix-version.ts'),
  `/** The release of tldts that src/names/public-suffix-list.ts was made from. Made by \`npm run update:suffixes\`. */\nexport const suffixVersion = '${version}';\n`,
);
