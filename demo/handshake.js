// usage: node handshake.js SERVER.pem CA.pem HOST
// Starts a TLS server on loopback with the merged file (key and certificate from one PEM, as mail servers load it),
// connects to it as HOST trusting only CA.pem, and says what both agreed on. Exit status 1 when they do not.
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';

const [serverFile, caFile, host] = process.argv.slice(2);
const merged = readFileSync(serverFile);

const server = createServer({ key: merged, cert: merged }, (socket) => socket.end('hello from the server\n'));
server.listen(0, '127.0.0.1', () => {
  const client = connect({
    port: server.address().port,
    host: '127.0.0.1',
    servername: host,
    ca: readFileSync(caFile),
  });
  client.on('secureConnect', () => {
    const { subject, issuer, valid_to } = client.getPeerCertificate();
    console.log(
      `${client.getProtocol()} with ${subject.CN}, issued by ${issuer.CN}, valid to ${valid_to}: verified for ${host}`,
    );
  });
  client.on('data', (data) => process.stdout.write(data));
  client.on('close', () => server.close());
  client.on('error', (error) => {
    console.error(`handshake: ${error.message}`);
    process.exitCode = 1;
    server.close();
  });
});
