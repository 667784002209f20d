import { denialRecord } from '@portcullis/guard';
import { perToken, type VerifiedToken } from '@portcullis/token';
import type { Exchange } from '../exchange/exchange.ts';
import { jsonMilliseconds, jsonText } from './json.ts';
import { withoutTokens } from './redact.ts';

/** Characters of a request path that a record keeps. */
const MAX_PATH = 1024;

/** A request whose head could not be read. */
export interface BrokenHead {
  readonly id: string;
  readonly address: string;
  readonly status: number;
  readonly reason: string;
}

/**
 * What is kept of a request, as one line of JSON: never a token, a query or a header. It is put together from its parts,
 * since most requests get one.
 *
 * @param more further members
 */
export function exchangeLine(exchange: Exchange, more: object | undefined): string {
  const { decision, request, startedAt, forwardedAt, answeredAt, endedAt } = exchange;
  const denial = decision?.kind === 'deny' ? decision : undefined;
  const forward = decision?.kind === 'forward' ? decision : undefined;
  let line =
    `{"time":"${isoTime(endedAt)}","id":"${exchange.id}"${text('trace', exchange.trace?.id)}` +
    `${text('address', exchange.address)}${methodMember(request.method)}${text('path', pathOf(exchange))}` +
    `,"status":${exchange.loggedStatus}${text('reason', denial?.reason ?? exchange.reason)}` +
    apiMember(forward?.match.api.name ?? denial?.api?.name) +
    routeMember(forward?.match.route?.name ?? denial?.route?.name);
  if (forward?.token !== undefined) line += tokenMembers(forward.token);
  line +=
    upstreamMember(exchange.upstream) +
    text('upstreamError', exchange.upstreamError) +
    `,"bytes":${exchange.bytesOut},"ms":${jsonMilliseconds(endedAt - startedAt)}`;
  if (forwardedAt !== undefined)
    line += `,"upstreamMs":${jsonMilliseconds((answeredAt ?? endedAt) - forwardedAt)}`;
  if (denial !== undefined) line += member('denial', denialRecord(denial));
  if (forward?.shadow !== undefined) line += member('shadow', denialRecord(forward.shadow));
  return `${line}${members(more)}}\n`;
}

export function brokenHeadLine({ id, address, status, reason }: BrokenHead, more: object): string {
  return `{"time":"${isoTime(performance.now())}","id":"${id}"${text('address', address)},"status":${status},"reason":"${reason}"${members(more)}}\n`;
}

/** Joined, and not added: so it is one text, where a sum is a tree of its parts until it is written. */
const tokenMembers = perToken(({ issuerName, header, claims }: VerifiedToken) =>
  [
    text('issuer', issuerName),
    text('kid', header.kid),
    text('sub', claims.sub),
    text('client', claims.client_id),
    text('jti', claims.jti),
  ].join(''),
);

const methodMember = likeLast('method');
const apiMember = likeLast('api');
const routeMember = likeLast('route');
const upstreamMember = likeLast('upstream');

/** A member whose value is mostly that of the request before: then it is not written anew. */
function likeLast(name: string): (value: string | undefined) => string {
  let last: string | undefined;
  let written = '';
  return (value) => {
    if (value !== last) {
      written = text(name, value);
      last = value;
    }
    return written;
  };
}

/** A member, if it has a value; some of these come from strangers. */
function text(name: string, value: string | undefined): string {
  return value === undefined ? '' : `,"${name}":${jsonText(value)}`;
}

function member(name: string, value: object): string {
  return `,"${name}":${withoutTokens(JSON.stringify(value))}`;
}

function members(more: object | undefined): string {
  const json = more === undefined ? '{}' : JSON.stringify(more);
  return json === '{}' ? '' : `,${json.slice(1, -1)}`;
}

let lastMillisecond = -1;
let lastIsoTime = '';

/**
 * The time of day. Many requests end within one millisecond, so the clock is not asked for each.
 *
 * @param now `performance.now()`
 */
function isoTime(now: number): string {
  const millisecond = Math.floor(now);
  if (millisecond !== lastMillisecond) {
    lastMillisecond = millisecond;
    lastIsoTime = new Date().toISOString();
  }
  return lastIsoTime;
}

function pathOf({ decision, request }: Exchange): string {
  if (decision?.kind === 'forward') return decision.match.path.slice(0, MAX_PATH);
  const target = request.target;
  // Query and fragment may hold a token, and so may the user before the host of an absolute target.
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  const user = path.startsWith('/') ? -1 : path.lastIndexOf('@');
  return path.slice(user + 1, user + 1 + MAX_PATH);
}
