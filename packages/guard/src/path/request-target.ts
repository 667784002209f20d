/** A request-target taken apart. The path is still raw. */
export interface Target {
  readonly path: string;
  /** Empty, or `?` and the raw query. */
  readonly query: string;
}

/** Why a request-target cannot be served. */
export interface TargetFault {
  readonly why: string;
}

/**
 * Takes a request-target apart (RFC 9112 §3.2). Origin-form is what is expected; absolute-form is taken only when its
 * authority is the one Host field of the request. Authority-form and asterisk-form belong to no API.
 */
export function splitTarget(target: string, headers: readonly string[]): Target | TargetFault {
  if (target.charCodeAt(0) === 0x2f) return split(target);
  if (target === '*') return { why: 'asterisk-form' };
  return absoluteForm(target, headers);
}

function split(target: string): Target | TargetFault {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: '' };
  const query = target.slice(mark);
  return isQuery(query)
    ? { path: target.slice(0, mark), query }
    : { why: 'character not allowed in a query' };
}

/** Visible ASCII but "#". Browsers send more than RFC 3986 allows in a query, such as "[" and "|"; it is forwarded untouched. */
function isQuery(query: string): boolean {
  for (let index = 0; index < query.length; index += 1) {
    const code = query.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f || code === 0x23) return false;
  }
  return true;
}

function absoluteForm(target: string, headers: readonly string[]): Target | TargetFault {
  const lower = target.slice(0, 8).toLowerCase();
  const start = lower.startsWith('http://') ? 7 : lower.startsWith('https://') ? 8 : 0;
  if (start === 0) return { why: 'neither a path nor an http URL' };
  const end = authorityEnd(target, start);
  const authority = target.slice(start, end);
  if (authority === '' || authority.includes('@'))
    return { why: 'authority is empty or holds user information' };
  const host = onlyHost(headers);
  if (host === undefined) return { why: 'absolute-form needs exactly one Host field' };
  if (host.toLowerCase() !== authority.toLowerCase()) return { why: 'authority differs from the Host field' };
  const rest = target.slice(end);
  return split(rest.charCodeAt(0) === 0x2f ? rest : `/${rest}`);
}

function authorityEnd(target: string, start: number): number {
  for (let index = start; index < target.length; index += 1) {
    const code = target.charCodeAt(index);
    if (code === 0x2f || code === 0x3f || code === 0x23 || code === 0x5c) return index;
  }
  return target.length;
}

function onlyHost(headers: readonly string[]): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() !== 'host') continue;
    if (host !== undefined) return undefined;
    host = headers[index + 1];
  }
  return host;
}
