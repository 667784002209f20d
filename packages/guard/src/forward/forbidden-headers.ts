/** Headers that carry the connection, the message or another party's word: a claim may not be written into them. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-request-id',
]);
const FORBIDDEN_PREFIXES = ['proxy-', 'x-forwarded-'] as const;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** What is wrong with injecting a header of this name; undefined when nothing is. Takes a lower-case name. */
export function headerNameFault(name: string): string | undefined {
  if (!TOKEN.test(name)) return 'not a header name';
  const folded = foldName(name);
  if (FORBIDDEN.has(folded) || FORBIDDEN_PREFIXES.some((prefix) => folded.startsWith(prefix))) {
    return 'this header belongs to the gateway and cannot be set from a claim';
  }
  return undefined;
}

/**
 * A lower-case header name as upstreams may read it: CGI-style servers turn everything but letters and digits into
 * "_", so that `x_user_id` and `x.user.id` arrive as `x-user-id` does.
 */
export function foldName(name: string): string {
  for (let index = 0; index < name.length; index += 1) {
    if (!isPlain(name.charCodeAt(index))) return foldFrom(name, index);
  }
  return name;
}

function foldFrom(name: string, start: number): string {
  let folded = name.slice(0, start);
  for (let index = start; index < name.length; index += 1) {
    folded += isPlain(name.charCodeAt(index)) ? name.charAt(index) : '-';
  }
  return folded;
}

function isPlain(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2d;
}
