// usage: node serve.js SERVER.pem COMMAND
// Starts a TLS server on loopback with the merged file, runs COMMAND by the shell with its port in PORT, and ends with the
// status of that.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:tls';

const [file, command] = process.argv.slice(2);
const merged = readFileSync(file);
const server = createServer({ key: merged, cert: merged }, (socket) => socket.on('error', () => {}).end());
server.listen(0, '127.0.0.1', () => {
  const env = { ...process.env, PORT: server.address().port };
  spawn('sh', ['-c', command], { env, stdio: 'inherit' }).on('close', (status) => process.exit(status ?? 1));
});
