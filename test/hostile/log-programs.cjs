// Loaded into a command by NODE_OPTIONS=--require: what it is called with, and every program it starts, with arguments and
// environment, a JSON array a line in the file PROGRAMS names: all that ps and /proc show of it.
'use strict';
const { appendFileSync } = require('node:fs');
const programs = require('node:child_process');

const note = (...words) => appendFileSync(process.env['PROGRAMS'], `${JSON.stringify(words)}\n`);

note('called', process.argv, process.title);
for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'exec', 'execSync', 'fork']) {
  const real = programs[name];
  programs[name] = (file, ...rest) => {
    const options = rest.find((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
    note('starts', file, rest.filter(Array.isArray), options?.env ?? {});
    return real(file, ...rest);
  };
}
