/** Durations, sizes, rates and addresses as operators write them, turned into plain numbers once. */

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;
const SIZE = /^(\d+)(B|KB|MB|GB)?$/;
const BYTES = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 } as const;
const RATE = /^(\d+(?:\.\d+)?)\/(s|m|h|d)$/;

function isKeyOf<T extends object>(table: T, key: string | undefined): key is Extract<keyof T, string> {
  return key !== undefined && Object.hasOwn(table, key);
}

/** `10m`, `500ms`, `90d` in seconds; undefined when the text is not a duration, or one without end. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (!isKeyOf(SECONDS, unit)) return undefined;
  const seconds = Number(amount) * SECONDS[unit];
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** `1MB`, `32KB`, `512` in bytes (a KB is 1024 bytes); undefined when the text is not a size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit = 'B'] = SIZE.exec(text) ?? [];
  if (amount === undefined || !isKeyOf(BYTES, unit)) return undefined;
  const bytes = Number(amount) * BYTES[unit];
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `100/s`, `10/m`, `1000/h` as a number of requests per second; undefined when the text is not a rate above zero. */
export function parseRate(text: string): number | undefined {
  const [, amount, unit] = RATE.exec(text) ?? [];
  if (!isKeyOf(SECONDS, unit) || Number(amount) <= 0 || !Number.isFinite(Number(amount))) return undefined;
  return Number(amount) / SECONDS[unit];
}

/** A place to listen on. `host` carries no brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export const HIGHEST_PORT = 65_535;

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;

/** `127.0.0.1:8080`, `localhost:0`, `[::1]:8080`; undefined when the text is not an address with a port. */
export function parseAddress(text: string): Address | undefined {
  const [, bracketed, plain, port] = ADDRESS.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > HIGHEST_PORT) return undefined;
  if (bracketed !== undefined && !URL.canParse(`http://[${bracketed}]/`)) return undefined;
  return { host, port: Number(port) };
}

/** Does this host name or address reach this machine only? */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

const IPV4_BLOCK = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;
const IPV6_BLOCK = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/;

/** Is this an IP address or an address block in CIDR notation (RFC 4632)? */
export function isAddressBlock(text: string): boolean {
  const v4 = IPV4_BLOCK.exec(text);
  if (v4 !== null) return v4.slice(1, 5).every((part) => Number(part) <= 255) && Number(v4[5] ?? 0) <= 32;
  const v6 = IPV6_BLOCK.exec(text);
  return v6 !== null && text.includes(':') && Number(v6[2] ?? 0) <= 128 && URL.canParse(`http://[${v6[1]}]/`);
}
