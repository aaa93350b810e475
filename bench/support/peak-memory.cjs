// Loaded with --require: says on standard error how large the process has been, in KiB.
process.on('exit', () => {
  require('node:fs').writeSync(2, `peak ${process.resourceUsage().maxRSS}\n`);
});
