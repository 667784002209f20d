import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Lets a server listen on any port of loopback. @returns the port */
export async function listenAnywhere(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  server.once('error', reject).listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') reject(new Error('not an IP listener'));
    else resolve(address);
  });
  return (await promise).port;
}
