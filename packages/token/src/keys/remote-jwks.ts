import type { KeySource } from './key-source.ts';
import { RemoteKeys } from './remote-keys.ts';
import { type RemoteJwksOptions, readRemoteOptions } from './remote-options.ts';
import { readSecureUrl } from './secure-url.ts';

export type { KeySetEvent, RemoteJwksOptions } from './remote-options.ts';

/**
 * The key set of an issuer at a URL. It is fetched at once, refreshed in the background as its Cache-Control asks
 * (within `minAge` and `maxAge`, and by half of `maxStale` at the latest), and fetched again for an unknown kid (at
 * most once per `cooldown`). While fetching fails the last good set serves until `maxStale`. A key that left the set
 * is not trusted any more from the next refresh on. Keys that may not be used are skipped and reported. Never follows
 * a redirect.
 *
 * @param url https, or http on a loopback host
 * @throws {PolicyError} for a URL, algorithm or duration that cannot be used
 */
export function remoteJwks(url: string, options: RemoteJwksOptions): KeySource {
  readSecureUrl(url);
  const settings = readRemoteOptions(options, 'remoteJwks');
  return new RemoteKeys({ url, fetch: (read) => read(url) }, settings);
}
