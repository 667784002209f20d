import type { Facts, TokenError, VerifiedToken } from '@portcullis/token';
import type { CompiledApi } from '../compile/snapshot.ts';
import { type GuardReasonCode, REASONS } from '../errors.ts';
import type { CompiledRoute } from '../route/compiled-route.ts';
import type { GuardCheck } from './checks.ts';
import type { Denial, RouteMatch } from './decision.ts';
import { cut, seenOf } from './facts.ts';
import type { Rule } from './rule.ts';

/** How soon a client may try again when an issuer's keys cannot be had. Seconds. */
const KEYS_RETRY = 5;
const NO_HEADERS: readonly string[] = [];
const NOTHING: Facts = Object.freeze({});

/** What is known of the request when it is refused. */
export interface DenialContext {
  readonly api?: CompiledApi;
  readonly route?: CompiledRoute | undefined;
  /** The allowed origin that asks. */
  readonly origin?: string | undefined;
  /** The verified token, when there is one. */
  readonly token?: VerifiedToken | undefined;
}

export function contextOf(match: RouteMatch, token?: VerifiedToken): DenialContext {
  return { api: match.api, route: match.route, origin: match.origin, token };
}

/** A refusal of the guard's own. */
export function deny(
  reason: GuardReasonCode,
  check: GuardCheck,
  context: DenialContext,
  facts: { detail?: Facts; rule?: Rule; allow?: readonly string[]; retryAfter?: number } = {},
): Denial {
  return {
    kind: 'deny',
    reason,
    status: REASONS[reason].status,
    check,
    detail: facts.detail ?? NOTHING,
    seen: seenOf(context.token),
    verified: context.token !== undefined,
    ...placeOf(context),
    ...(facts.rule && { rule: facts.rule }),
    ...(facts.allow && { allow: facts.allow }),
    ...(facts.retryAfter !== undefined && { retryAfter: facts.retryAfter }),
  };
}

/** The refusal of a token. */
export function denyToken(error: TokenError, match: RouteMatch): Denial {
  const { status } = REASONS[error.code];
  const rule = match.api.tokenRules[error.check];
  return {
    kind: 'deny',
    reason: error.code,
    status,
    check: error.check,
    detail: error.detail,
    seen: error.seen,
    verified: error.verified,
    ...placeOf(contextOf(match)),
    ...(rule && { rule }),
    ...(status === 503 && { retryAfter: KEYS_RETRY }),
  };
}

/** What nobody foresaw is refused as well; operators are told the error, clients are not. */
export function denyInternal(error: unknown, context: DenialContext = {}): Denial {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return deny('internal_error', 'internal', context, { detail: { error: cut(message) } });
}

function placeOf({ api, route, origin }: DenialContext): Pick<Denial, 'api' | 'route' | 'responseHeaders'> {
  return {
    ...(api && { api }),
    ...(route && { route }),
    responseHeaders: api?.cors?.responseHeaders(origin) ?? NO_HEADERS,
  };
}
