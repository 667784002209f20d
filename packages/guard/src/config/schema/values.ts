import * as z from 'zod';
import { HIGHEST_PORT, isAddressBlock, parseAddress, parseDuration, parseRate, parseSize } from '../units.ts';

/**
 * A text that `parse` turns into a value, or an error that says what was expected.
 * @param title what the reference page calls such a text
 * @param faultOf says of a text that is near more exactly what is wrong with it
 */
function parsed<T>(
  title: string,
  parse: (text: string) => T | undefined,
  expected: string,
  faultOf: (text: string) => string | undefined = () => undefined,
) {
  const input = z.string({ error: `expected ${expected}` }).meta({ title });
  return input.transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: faultOf(text) ?? `expected ${expected}` });
    return z.NEVER;
  });
}

/** The likeliest slip in an address or URL that otherwise looks right. */
function portFault(text: string): string | undefined {
  const port = /:(\d+)(?:[/?]|$)/.exec(text)?.[1];
  return Number(port) > HIGHEST_PORT ? `the port must be 0 to ${HIGHEST_PORT}` : undefined;
}

/** Seconds. */
export const duration = () => parsed('duration', parseDuration, 'a duration such as 10m, 500ms or 90d');

/** Seconds, above zero. */
export const positiveDuration = () =>
  parsed(
    'duration',
    (text) => {
      const seconds = parseDuration(text);
      return seconds !== undefined && seconds > 0 ? seconds : undefined;
    },
    'a duration above zero, such as 10m, 500ms or 90d',
  );

/** No token of ours lives longer, whatever the reason. Seconds. */
export const LONGEST_LIFETIME = 86_400;

/** Whole seconds that a token lives. */
export const lifetime = () =>
  positiveDuration().refine((seconds) => Number.isInteger(seconds) && seconds <= LONGEST_LIFETIME, {
    error: 'whole seconds, at most 24h',
  });

/** No timer waits longer than 2^31 ms, a good 24 days; one that is told to fires at once instead. */
export const LONGEST_TIMER = 24 * 86_400;

/** Seconds, above zero, that a timer can wait. */
export const timeout = () =>
  positiveDuration().refine((seconds) => seconds <= LONGEST_TIMER, { error: 'at most 24d' });

/** Bytes; a KB is 1024 bytes, an MB 1024 KB. */
export const size = () =>
  z
    .union([z.int().nonnegative(), parsed('size', parseSize, 'a size such as 512, 32KB or 1MB')], {
      error: 'expected a size such as 512, 32KB or 1MB',
    })
    .meta({ title: 'size, or a number of bytes' });

/** Requests per second. */
export const rate = () => parsed('rate', parseRate, 'a rate such as 100/s, 10/m or 1000/h');

/** Host and port. */
export const address = () =>
  parsed(
    'host:port',
    parseAddress,
    'an address with a port, such as 127.0.0.1:8080 or [::1]:8080',
    portFault,
  );

/** An IP address or a CIDR block, kept as text. */
export const addressBlock = () =>
  z.string().refine(isAddressBlock, { error: 'expected an IP address or a block such as 10.0.0.0/8' });

/** What operators call a thing: in logs, metrics and messages. */
export const name = () =>
  z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
    error: 'expected a name: letters, digits, ".", "_" and "-", at most 64, starting with a letter or digit',
  });

export const text = () => z.string().min(1, { error: 'must not be empty' });

/** An http or https URL without credentials or fragment. */
export const httpUrl = () =>
  z.string().refine(isPlainHttpUrl, {
    error: urlFault('expected an http:// or https:// URL without user, password or fragment'),
  });

/** Scheme, host and port only. */
export const httpOrigin = () =>
  z.string().refine((value) => isPlainHttpUrl(value) && isOriginOnly(value), {
    error: urlFault(
      'expected an origin such as http://127.0.0.1:9001, without user, path, query or fragment',
    ),
  });

function urlFault(expected: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => (typeof input === 'string' && portFault(input)) || expected;
}

function isPlainHttpUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const http = url.protocol === 'http:' || url.protocol === 'https:';
  return http && url.username === '' && url.password === '' && !value.includes('#');
}

function isOriginOnly(value: string): boolean {
  const url = new URL(value);
  return url.pathname === '/' && !value.includes('?');
}

const CLAIM = 'expected a claim such as sub or realm_access.roles, or a list of exact segments';

/** A claim: a dotted path, or its exact segments where a name itself holds dots. */
export const claimPath = () =>
  z.union(
    [parsed('claim path', splitClaimPath, CLAIM.replace('expected ', '')), z.array(z.string().min(1)).min(1)],
    {
      error: CLAIM,
    },
  );

/** `realm_access.roles` as segments. A text with `://` in it, such as `https://example.com/roles`, is one name. */
export function splitClaimPath(path: string): string[] | undefined {
  const segments = path.includes('://') ? [path] : path.split('.');
  return segments.includes('') ? undefined : segments;
}
