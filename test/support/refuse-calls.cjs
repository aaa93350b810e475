// Loaded into a command by NODE_OPTIONS=--require: the calls named in REFUSE fail with EPERM, as on file systems without
// hard links, or where a file may not be moved.
'use strict';
const fs = require('node:fs');

for (const call of (process.env['REFUSE'] ?? '').split(',')) {
  fs[call] = () => {
    throw Object.assign(new Error(`EPERM: operation not permitted, ${call}`), {
      code: 'EPERM',
      errno: -1,
      syscall: call,
    });
  };
}
