import { createServer } from 'node:net';
import type { Address } from '@portcullis/guard';
import { messageOf, StartError } from '../errors.ts';

/** `host:port` as it is written in a URL. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Makes sure that nobody listens on `address` yet, and turns port 0 into a free one. Workers share their port
 * by SO_REUSEPORT, with which a second start would bind beside the first without a word; this asks without it.
 *
 * @param key the configuration key that names the address, for the message
 * @throws StartError
 */
export async function claimAddress(address: Address, key: string): Promise<Address> {
  const probe = createServer();
  try {
    await new Promise<void>((done, fail) => {
      probe.once('error', fail);
      probe.listen({ host: address.host, port: address.port, exclusive: true }, done);
    });
  } catch (error) {
    throw new StartError(whyNot(error, formatAddress(address), key), { cause: error });
  }
  const bound = probe.address();
  await new Promise((done) => probe.close(done));
  return {
    host: address.host,
    port: typeof bound === 'object' && bound !== null ? bound.port : address.port,
  };
}

function whyNot(error: unknown, address: string, key: string): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `${address} is in use: another program, or another Portcullis, listens there. Stop it, or change ${key}.`;
    case 'EACCES':
      return `not allowed to listen on ${address}. Choose a port above 1023 in ${key}, or grant the right to bind low ports.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${address} is not an address of this machine. Change ${key}.`;
    default:
      return `cannot listen on ${address} (${key}): ${messageOf(error)}`;
  }
}
