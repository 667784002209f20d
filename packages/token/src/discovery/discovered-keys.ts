import { FetchError, type FetchedObject, type ReadObject } from '../keys/fetch-object.ts';
import type { KeySource } from '../keys/key-source.ts';
import type { RemoteJwksOptions } from '../keys/remote-jwks.ts';
import { type KeySetPlace, RemoteKeys } from '../keys/remote-keys.ts';
import { type RemoteSettings, readRemoteOptions } from '../keys/remote-options.ts';
import { jwksUriOf } from './metadata.ts';
import { metadataUrls } from './metadata-urls.ts';

/** How long what was discovered is used without asking again, in seconds; also at most `maxStale`. */
const LONGEST_USE = 86_400;

/**
 * The key set of an issuer that tells by itself where its keys are: OpenID Connect Discovery 1.0 section 4, or RFC 8414
 * section 3 where the server knows nothing of the first (status 4xx). `issuer` in the metadata must equal the issuer
 * exactly. Asked again once a day, when the key set cannot be fetched, and with the fetch for an unknown kid. All else
 * is as with `remoteJwks`; the `timeout` is one for metadata and key set together.
 *
 * @param issuer the exact `iss`: https, or http on a loopback host, without query and fragment
 * @throws {PolicyError} for an issuer, algorithm or duration that cannot be used
 */
export function discoveredKeys(issuer: string, options: RemoteJwksOptions): KeySource {
  const settings = readRemoteOptions(options, 'discoveredKeys');
  return new RemoteKeys(new DiscoveredPlace(issuer, settings), settings);
}

class DiscoveredPlace implements KeySetPlace {
  readonly #issuer: string;
  readonly #metadataUrls: readonly string[];
  readonly #settings: RemoteSettings;
  #found: { readonly jwksUri: string; readonly until: number } | undefined;

  constructor(issuer: string, settings: RemoteSettings) {
    this.#issuer = issuer;
    this.#metadataUrls = metadataUrls(issuer);
    this.#settings = settings;
  }

  get url(): string {
    return this.#found?.jwksUri ?? this.#issuer;
  }

  async fetch(read: ReadObject, anew: boolean): Promise<FetchedObject> {
    const known = this.#found;
    if (known === undefined || anew || this.#settings.clock() >= known.until) {
      return read(await this.#discover(read));
    }
    try {
      return await read(known.jwksUri);
    } catch (error) {
      const jwksUri = await this.#discover(read);
      if (jwksUri === known.jwksUri) throw error;
      return read(jwksUri);
    }
  }

  async #discover(read: ReadObject): Promise<string> {
    const refusals: string[] = [];
    for (const url of this.#metadataUrls) {
      try {
        const { object } = await read(url);
        const jwksUri = jwksUriOf(object, this.#issuer);
        const { clock, maxStale } = this.#settings;
        this.#found = { jwksUri, until: clock() + Math.min(LONGEST_USE, maxStale) };
        return jwksUri;
      } catch (error) {
        if (!(error instanceof FetchError)) throw error;
        refusals.push(`${url}: ${error.message}`);
        if (!saysUnknown(error)) break;
      }
    }
    throw new FetchError(`discovery: ${refusals.join('; ')}`);
  }
}

/** Not here, as opposed to not now or not so. */
function saysUnknown({ status = 0 }: FetchError): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
