import { perToken, TokenError, type VerifiedToken, type Verifier } from '@portcullis/token';
import type { CompiledApi, Snapshot } from '../compile/snapshot.ts';
import { addressKey } from '../limit/address-key.ts';
import type { LimitRule } from '../limit/limit-rule.ts';
import type { Limiter } from '../limit/limiter.ts';
import type { RevocationSet } from '../revoke/revocation-set.ts';
import { tokenFault } from '../route/credential.ts';
import { admit, authorize } from './authorize.ts';
import type { Decision, Denial, Guard, Preflight, RequestHead, RouteMatch } from './decision.ts';
import { contextOf, type DenialContext, deny, denyInternal, denyToken } from './denial.ts';
import { cut } from './facts.ts';
import { route } from './route.ts';

export interface GuardOptions {
  readonly snapshot: Snapshot;
  /** Asked for whatever stands behind `Bearer`: it has to refuse what is no token, as one of `createVerifier` does. */
  readonly verifier: Pick<Verifier, 'verifyNow'>;
  readonly limiter: Limiter;
  /** What was revoked. Absent: a token is good until it expires. */
  readonly revocations?: Pick<RevocationSet, 'find'> | undefined;
  /** Seconds since the epoch. */
  readonly clock?: () => number;
  /**
   * Refuse paths in any spelling but the canonical one, as path_ambiguous: for engines whose framework routes by the
   * path as it was sent, since only a proxy can send on the canonical one. Default false.
   */
  readonly exactPaths?: boolean;
}

/** Drives the decision in its one order: route, address limit, credential, token, revocation, route again, caller limits, requirement, headers. */
export function createGuard(o: GuardOptions): Guard {
  const { snapshot, verifier, limiter, revocations, clock = systemClock, exactPaths = false } = o;

  function decide(head: RequestHead): Decision | Promise<Decision> {
    let match: RouteMatch | undefined;
    try {
      const routed = route(head, snapshot);
      const limited = limitAddress(routed, head.address);
      if (limited !== undefined) return limited;
      if (routed.kind !== 'match') return routed;
      match = routed;
      if (exactPaths && head.target !== match.path + match.query) return inexact(match);
      return verified(match);
    } catch (error) {
      return refused(error, match);
    }
  }

  function verified(match: RouteMatch): Decision | Promise<Decision> {
    const { credential, api } = match;
    if (credential.kind !== 'bearer') return finish(match, undefined);
    if (api.expected === undefined) throw new Error(`the API ${api.name} has no audience to hold a token to`);
    const token = verifier.verifyNow(credential.token, api.expected);
    if (!(token instanceof Promise)) return finish(match, token);
    return token.then((late) => finish(match, late)).catch((error: unknown) => refused(error, match));
  }

  function finish(match: RouteMatch, token: VerifiedToken | undefined): Decision {
    const now = clock();
    return (
      revoked(match, token) ??
      admit(match, token) ??
      limitCaller(match, token, now) ??
      authorize(match, token, now)
    );
  }

  /** Asked on every request: a token may be revoked after its signature was checked. */
  function revoked(match: RouteMatch, token: VerifiedToken | undefined): Denial | undefined {
    const by = token && revocations?.find(token);
    return by && deny('token_revoked', 'revocation', contextOf(match, token), { detail: { by } });
  }

  function limitAddress(routed: RouteMatch | Preflight | Denial, address: string): Denial | undefined {
    const { api } = routed;
    if (api === undefined || api.addressLimits.length === 0) return undefined;
    const key = () => addressKey(address);
    return limited(api.addressLimits, key, clock(), 'address_limit', () => contextFor(routed, api));
  }

  function limitCaller(match: RouteMatch, token: VerifiedToken | undefined, now: number): Denial | undefined {
    if (token === undefined || match.api.callerLimits.length === 0) return undefined;
    const keys = callerKeys(token);
    const key = (rule: LimitRule) => (rule.per === 'subject' ? keys.subject : keys.client);
    return limited(match.api.callerLimits, key, now, 'caller_limit', () => contextOf(match, token));
  }

  function limited(
    rules: readonly LimitRule[],
    key: (rule: LimitRule) => string,
    now: number,
    check: 'address_limit' | 'caller_limit',
    context: () => DenialContext,
  ): Denial | undefined {
    for (const rule of rules) {
      const wait = limiter.take(rule, key(rule), now);
      if (wait === 0) continue;
      const retryAfter = Math.max(1, Math.ceil(wait));
      return deny('rate_limited', check, context(), {
        detail: { per: rule.per },
        rule: rule.rule,
        retryAfter,
      });
    }
    return undefined;
  }

  return { decide };
}

function refused(error: unknown, match: RouteMatch | undefined): Denial {
  if (match === undefined) return denyInternal(error);
  if (!(error instanceof TokenError)) return denyInternal(error, contextOf(match));
  const { credential } = match;
  const fault = credential.kind === 'bearer' ? tokenFault(credential.token) : undefined;
  if (fault === undefined) return denyToken(error, match);
  return deny(fault.reason, 'credential', contextOf(match), { detail: fault.detail });
}

function inexact(match: RouteMatch): Denial {
  return deny('path_ambiguous', 'path', contextOf(match), {
    detail: { why: 'not the canonical spelling', path: cut(match.path) },
  });
}

function contextFor(routed: RouteMatch | Preflight | Denial, api: CompiledApi): DenialContext {
  return routed.kind === 'match' ? contextOf(routed) : { api };
}

/** Two issuers may give the same name to different callers. Tokens that name no client, or no subject, share one bucket. */
const callerKeys = perToken(({ issuerName, claims }: VerifiedToken) => {
  const key = (caller: unknown) => `${issuerName}\n${typeof caller === 'string' ? caller : ''}`;
  return { client: key(claims.client_id ?? claims['azp']), subject: key(claims.sub) };
});

function systemClock(): number {
  return Date.now() / 1000;
}
