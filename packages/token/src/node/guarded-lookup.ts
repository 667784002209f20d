import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isLoopbackUrl } from '../keys/secure-url.ts';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

/** An address as node:dns gives it. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Finds all addresses of a name. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

/** A host that may not be connected to, because of where it is. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
}

export interface GuardOptions {
  /** Also connect to addresses that are not public. Default false. */
  readonly allowPrivateAddresses?: boolean;
  /** Default: the resolver of the operating system. */
  readonly resolve?: Resolve;
}

/**
 * Resolves the host of a URL, once, and judges every address that it has: all must be public, unless private ones are
 * allowed; where the URL itself names loopback, all must be loopback. One bad address refuses the name, since nothing
 * says which one a second look would give.
 *
 * @throws {AddressError}, or what the resolver throws
 */
export async function checkedAddresses(
  url: URL,
  { allowPrivateAddresses = false, resolve = resolveBySystem }: GuardOptions,
): Promise<readonly ResolvedAddress[]> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(host);
  const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
  if (addresses.length === 0) throw new AddressError('the name has no address');
  for (const { address } of addresses) {
    if (isLoopbackUrl(url)) {
      if (!isLoopbackAddress(address)) throw new AddressError(`${address} is not loopback`);
    } else if (!allowPrivateAddresses && !isPublicAddress(address)) {
      throw new AddressError(
        `${address.slice(0, 64)} is not a public address (allowPrivateAddresses permits such)`,
      );
    }
  }
  return addresses;
}

/** A `lookup` for node:net that gives these addresses whatever it is asked for: no second resolution can differ. */
export function pinnedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const list = addresses.map(({ address, family }) => ({ address, family }));
    const [first] = list;
    if (options.all === true) callback(null, list);
    else if (first !== undefined) callback(null, first.address, first.family);
    else callback(new AddressError('no address'), '');
  };
}

function resolveBySystem(hostname: string): Promise<readonly ResolvedAddress[]> {
  return systemLookup(hostname, { all: true });
}
