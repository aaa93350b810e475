// Loaded into a command by NODE_OPTIONS=--require: numbers the calls that change the file system and lets one of them
// go wrong. FAULT is `KIND@N` (KIND: KILL, TERM, INT or an errno name), FAULT_LOG the file that gets one line a step:
// `step <n> <call>` before each, `open <mode> <path>` for every file in the current folder others could read a key in.
'use strict';
const fs = require('node:fs');
const { constants } = require('node:os');
const path = require('node:path');
const { getSystemErrorMap } = require('node:util');
const { isMainThread } = require('node:worker_threads');

const [kind = '', at = '0'] = (process.env['FAULT'] ?? '').split('@');
const log = process.env['FAULT_LOG'];
const real = { ...fs };
let step = 0;
let inside = false;

function note(line) {
  if (log !== undefined) real.appendFileSync(log, `${line}\n`);
}

/** The files an eavesdropper could open now. */
function watch() {
  for (const name of real.readdirSync('.')) {
    const { mode } = real.lstatSync(name);
    if ((mode & 0o170000) !== 0o100000 || (mode & 0o077) === 0) continue;
    const text = real.readFileSync(name, 'latin1');
    if (text.includes('PRIVATE KEY')) note(`open ${(mode & 0o777).toString(8)} ${name}`);
  }
}

/** As Node.js says it, which has no name for some. */
function fail(call) {
  const errno = -constants.errno[kind];
  const [code, text] = getSystemErrorMap().get(errno) ?? Array(2).fill(`Unknown system error ${errno}`);
  throw Object.assign(new Error(`${code}: ${text}, ${call}`), { code, errno, syscall: call });
}

/** Half of what was to be written, as a machine that stops in the middle of it leaves. */
function writeHalf(descriptor, data, offset = 0) {
  const bytes = Buffer.from(data).subarray(offset);
  real.writeSync(descriptor, bytes, 0, Math.floor(bytes.length / 2));
}

function beforeStep(name, args) {
  step++;
  watch();
  note(`step ${step} ${name}`);
  if (step !== Number(at)) return;
  if (kind === 'KILL') {
    if (name === 'writeSync') writeHalf(...args);
    process.kill(process.pid, 'SIGKILL');
  } else if (kind === 'TERM' || kind === 'INT') {
    process.kill(process.pid, `SIG${kind}`);
  } else if (kind !== '') fail(name.replace('Sync', ''));
}

const writes = (flags) =>
  typeof flags === 'number' ? (flags & fs.constants.O_ACCMODE) !== 0 : typeof flags === 'string' && flags !== 'r';

const counted = {
  openSync: ([, flags]) => writes(flags),
  // Messages on standard error are not watched here.
  writeSync: ([descriptor]) => descriptor !== 2,
  closeSync: ([descriptor]) => /\.tmp$/.test(nameOf(descriptor)),
};
for (const name of [
  'fsync',
  'fsyncSync',
  'fchmodSync',
  'fchownSync',
  'chmodSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'rmSync',
])
  counted[name] = () => true;

function nameOf(descriptor) {
  try {
    return path.basename(real.readlinkSync(`/proc/self/fd/${descriptor}`));
  } catch {
    return '';
  }
}

// Threads compute; only the first writes.
for (const [name, counts] of isMainThread ? Object.entries(counted) : []) {
  fs[name] = (...args) => {
    if (inside || !counts(args)) return real[name](...args);
    inside = true;
    try {
      beforeStep(name, args);
    } finally {
      inside = false;
    }
    return real[name](...args);
  };
}
if (isMainThread) {
  // Waited for in the background: its failure is told as any other answer.
  fs.fsync = (descriptor, done) => {
    inside = true;
    try {
      beforeStep('fsync', [descriptor]);
    } catch (error) {
      setImmediate(done, error);
      return;
    } finally {
      inside = false;
    }
    real.fsync(descriptor, done);
  };
  process.on('exit', watch);
}
