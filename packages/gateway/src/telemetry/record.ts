import { denialRecord } from '@portcullis/guard';
import type { Exchange } from '../exchange/exchange.ts';
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
 * What is kept of a request, as one line of JSON: never a token, a query or a header.
 *
 * @param more further members
 */
export function exchangeLine(exchange: Exchange, more: object): string {
  return lineOf({ ...record(exchange), ...more });
}

export function brokenHeadLine(request: BrokenHead, more: object): string {
  return lineOf({ time: new Date().toISOString(), ...request, ...more });
}

function lineOf(members: object): string {
  return `${withoutTokens(JSON.stringify(members))}\n`;
}

/** The line's members; those that are undefined are left out of it. */
function record(exchange: Exchange): Record<string, unknown> {
  const { decision, request, startedAt, forwardedAt, answeredAt } = exchange;
  const now = performance.now();
  const denial = decision?.kind === 'deny' ? decision : undefined;
  const forward = decision?.kind === 'forward' ? decision : undefined;
  const token = forward?.token;
  return {
    time: new Date().toISOString(),
    id: exchange.id,
    trace: exchange.trace?.id,
    address: exchange.address,
    method: request.method,
    path: pathOf(exchange),
    status: exchange.loggedStatus,
    reason: denial?.reason ?? exchange.reason,
    api: forward?.match.api.name ?? denial?.api?.name,
    route: forward?.match.route?.name ?? denial?.route?.name,
    issuer: token?.issuerName,
    kid: token?.header.kid,
    sub: token?.claims.sub,
    client: token?.claims.client_id,
    jti: token?.claims.jti,
    upstream: exchange.upstream,
    upstreamError: exchange.upstreamError,
    bytes: exchange.bytesOut,
    ms: milliseconds(startedAt, now),
    upstreamMs: forwardedAt === undefined ? undefined : milliseconds(forwardedAt, answeredAt ?? now),
    denial: denial === undefined ? undefined : denialRecord(denial),
    shadow: forward?.shadow === undefined ? undefined : denialRecord(forward.shadow),
  };
}

function pathOf({ decision, request }: Exchange): string {
  if (decision?.kind === 'forward') return decision.match.path.slice(0, MAX_PATH);
  const target = request.url ?? '';
  // Query and fragment may hold a token, and so may the user before the host of an absolute target.
  const end = target.search(/[?#]/);
  const path = end === -1 ? target : target.slice(0, end);
  const user = path.startsWith('/') ? -1 : path.lastIndexOf('@');
  return path.slice(user + 1, user + 1 + MAX_PATH);
}

function milliseconds(from: number, to: number): number {
  return Math.round((to - from) * 1000) / 1000;
}
