// Loaded into a command with `node --require`: ends it at its DIE_AT-th call that changes a file, as kill -9 would, a write
// half done; or with FULL_AT lets that write find the disk full.
const fs = require('node:fs');

const dieAt = Number(process.env.DIE_AT ?? 0);
const fullAt = Number(process.env.FULL_AT ?? 0);
let calls = 0;
let writes = 0;

const original = { ...fs };
const isOurs = (descriptor) => typeof descriptor !== 'number' || descriptor > 2;

for (const name of [
  'openSync',
  'fsync',
  'fsyncSync',
  'fchmodSync',
  'fchownSync',
  'closeSync',
  'renameSync',
  'linkSync',
]) {
  fs[name] = (...args) => {
    // Opening to read changes nothing, and the first calls are node's own.
    if (!(name === 'openSync' && !/[wa+]/.test(String(args[1] ?? 'r'))) && ++calls === dieAt)
      process.kill(process.pid, 'SIGKILL');
    return original[name](...args);
  };
}

fs.writeSync = (descriptor, bytes, ...where) => {
  if (!isOurs(descriptor)) return original.writeSync(descriptor, bytes, ...where);
  if (++writes === fullAt)
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      errno: -28,
      syscall: 'write',
    });
  if (++calls === dieAt) {
    original.writeSync(descriptor, bytes, 0, Math.floor(bytes.length / 2));
    process.kill(process.pid, 'SIGKILL');
  }
  return original.writeSync(descriptor, bytes, ...where);
};
