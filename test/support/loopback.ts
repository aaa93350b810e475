import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Test } from 'tap';

/** Starts a server of this process on the loopback interface, at a free port or `port`, until the test ends; gives its port. */
export async function listening(t: Test, server: Server, address = '127.0.0.1', port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.listen(port, address);
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const place = server.address();
  if (place === null || typeof place === 'string') throw new Error('a TCP server has an address');
  return place.port;
}
