// usage: npm run build:deb [-- FOLDER]
// Makes FOLDER/pkiutils_VERSION_ARCHITECTURE.deb (build/…) of the standalone executable in that folder: links for the
// commands, man pages, completions, pkiutils.mk, examples for systemd. The same sources and executable give the same bytes.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync } from 'node:zlib';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
const folder = resolve(process.argv[2] ?? join(root, 'build'));
const executable = join(folder, 'pkiutils');
if (!existsSync(executable)) throw new Error(`${executable} is not there: npm run build:standalone makes it`);

const { name, version } = manifest;
const MAINTAINER = 'pkiutils maintainers <maintainers@pkiutils.example.org>';

/** The day of the version in CHANGELOG.md; today before it is released. */
const today = new Date().toISOString().slice(0, 10);
const [, day = today] = new RegExp(`^## \\[${version}\\] - (\\S+)`, 'm').exec(read('CHANGELOG.md')) ?? [];
const time = new Date(`${day}T00:00:00Z`);

const stage = mkdtempSync(join(folder, '.deb-'));
process.on('exit', () => rmSync(stage, { recursive: true, force: true }));

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

function put(path, content) {
  const target = join(stage, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, content);
}

/** As Debian wants it: at level 9, without name and time. */
const compressed = (content) => gzipSync(content, { level: constants.Z_BEST_COMPRESSION });

mkdirSync(join(stage, 'usr/lib/pkiutils'), { recursive: true });
copyFileSync(executable, join(stage, 'usr/lib/pkiutils/pkiutils'));
mkdirSync(join(stage, 'usr/bin'));
for (const command of [name, ...Object.keys(manifest.bin)]) {
  symlinkSync('../lib/pkiutils/pkiutils', join(stage, 'usr/bin', command));
}
for (const page of manifest.man) put(`usr/share/man/man${page.at(-1)}/${basename(page)}.gz`, compressed(read(page)));
const completions = [
  ['share/bash-completion/completions', 'usr/share/bash-completion/completions'],
  ['share/zsh/site-functions', 'usr/share/zsh/vendor-completions'],
  ['share/fish/vendor_completions.d', 'usr/share/fish/vendor_completions.d'],
];
for (const [from, to] of completions) {
  for (const file of readdirSync(join(root, from))) put(`${to}/${file}`, read(`${from}/${file}`));
}
for (const file of ['pkiutils.mk', 'pkiutils.schema.json']) put(`usr/share/pkiutils/${file}`, read(`share/${file}`));
for (const file of readdirSync(join(root, 'share/systemd'))) {
  put(`usr/share/doc/${name}/examples/${file}`, read(`share/systemd/${file}`));
}

const entry = [
  `${name} (${version}) unstable; urgency=medium`,
  '',
  '  * What changed stands in NEWS.gz.',
  '',
  ` -- ${MAINTAINER}  ${time.toUTCString().replace('GMT', '+0000')}`,
  '',
].join('\n');
put(`usr/share/doc/${name}/changelog.gz`, compressed(entry));
put(`usr/share/doc/${name}/NEWS.gz`, compressed(read('CHANGELOG.md')));
put(`usr/share/doc/${name}/copyright`, copyright());
put(`usr/share/doc/${name}/THIRD-PARTY-LICENSES.gz`, compressed(read('dist/THIRD-PARTY-LICENSES.txt')));
// The executable holds its program behind its code: strip would cut it off. Its runtime brings its own libraries.
const tags = ['unstripped-binary-or-object', 'embedded-library', 'hardening-no-pie', 'hardening-no-fortify-functions'];
put(`usr/share/lintian/overrides/${name}`, tags.map((tag) => `${name}: ${tag} *usr/lib/pkiutils/pkiutils*\n`).join(''));

const size = files(stage).reduce((sum, path) => sum + Math.ceil(statSync(path).size / 1024), 0);
const sums = files(stage).map((path) => {
  const hash = createHash('md5').update(readFileSync(path)).digest('hex');
  return `${hash}  ${relative(stage, path)}\n`;
});
const architecture = { x64: 'amd64', arm64: 'arm64' }[process.arch] ?? process.arch;
put(
  'DEBIAN/control',
  `Package: ${name}
Version: ${version}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${size}
Depends: libc6 (>= 2.34)
Recommends: ca-certificates
Suggests: xsel | wl-clipboard
Section: utils
Priority: optional
Description: make, check, issue, fetch, verify and merge X.509 certificates
 Small commands that each do one thing to PEM on a pipe, as coreutils do it to
 text: requests and keys (csr-gen), what a CA would refuse in them (csr-check),
 certificates from a local CA (csr-sign) or any that speaks ACME (csr-submit),
 files a server loads (pem-merge), what is in them (cert-info), whether a client
 trusts them (cert-verify), which hosts they cover (wildcard-match).
 .
 All commands are one executable with its runtime in it.
`,
);
put('DEBIAN/md5sums', sums.join(''));

// Whatever the umask says.
for (const path of files(stage)) chmodSync(path, path.endsWith('/lib/pkiutils/pkiutils') ? 0o755 : 0o644);
for (const path of [stage, ...folders(stage)]) chmodSync(path, 0o755);
for (const path of [...files(stage), ...folders(stage), stage]) utimesSync(path, time, time);
const target = join(folder, `${name}_${version}_${architecture}.deb`);
const { status } = spawnSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z3', '--build', stage, target], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, SOURCE_DATE_EPOCH: String(time.getTime() / 1000) },
});
if (status !== 0) throw new Error(`dpkg-deb ended with ${status}`);
console.log(`${target}: ${Math.round(statSync(target).size / 2 ** 20)} MiB`);

/** The regular files below a folder, in the order of their names. */
function files(directory) {
  return entries(directory)
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .sort();
}

function folders(directory) {
  return entries(directory)
    .filter((item) => item.isDirectory())
    .map((item) => join(item.parentPath, item.name));
}

function entries(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true });
}

/** In the form of DEP 5. */
function copyright() {
  const license = read('LICENSE');
  const [, holder = 'the pkiutils authors'] = /^Copyright \(c\) (.*)$/m.exec(license) ?? [];
  const body = license
    .slice(license.indexOf('Permission'))
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? ' .' : ` ${line}`));
  return [
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
    `Upstream-Name: ${name}`,
    'Comment: The licences of the libraries and the runtime in the executable stand in',
    ' THIRD-PARTY-LICENSES.gz beside this file.',
    '',
    'Files: *',
    `Copyright: ${holder}`,
    'License: Expat',
    ...body,
    '',
  ].join('\n');
}
