import { perToken, type VerifiedToken } from '@portcullis/token';
import type { HeaderPlan, UnsafeHeader } from '../forward/header-plan.ts';
import type { CompiledRoute } from '../route/compiled-route.ts';
import type { Denial, Forward, RouteMatch } from './decision.ts';
import { contextOf, deny } from './denial.ts';
import { denyUnmatched } from './route.ts';

const NO_HEADERS: readonly string[] = [];

/**
 * Says whether a matched request may go on, and with which headers. Pure.
 * @param token the verified token; undefined where the route let the request come without one
 * @param _now seconds since the epoch; part of the face, though no rule of this version depends on the time
 */
export function authorize(
  match: RouteMatch,
  token: VerifiedToken | undefined,
  _now: number,
): Forward | Denial {
  const refused = admit(match, token);
  if (refused !== undefined) return refused;
  const denial = token && match.route && requirementDenial(match, match.route, token);
  if (denial !== undefined && match.route?.shadow !== true) return denial;

  const { api } = match;
  const headers = token === undefined ? NO_HEADERS : headersOf(token, api.headerPlan);
  if ('rule' in headers) {
    return deny('header_value_unsafe', 'headers', contextOf(match, token), headers);
  }
  return {
    kind: 'forward',
    match,
    token,
    headers,
    strips: handsOn(match) ? api.headerPlan.strips : api.headerPlan.stripsWithAuthorization,
    issuerCookies: api.issuerCookies,
    responseHeaders: api.cors?.responseHeaders(match.origin) ?? NO_HEADERS,
    stripsResponse: api.cors === undefined ? nothing : isCorsHeader,
    shadow: denial,
  };
}

/** What comes before all rules: a token where one is needed, and a route. */
export function admit(match: RouteMatch, token: VerifiedToken | undefined): Denial | undefined {
  const { credential } = match;
  const needsToken = credential.kind === 'bearer' || (credential.kind === 'absent' && !credential.optional);
  if (needsToken && token === undefined) return deny('credential_missing', 'credential', contextOf(match));
  if (match.route !== undefined) return undefined;
  return denyUnmatched(contextOf(match, token), match.method, match.path, match.allow);
}

/**
 * An upstream that is sent checked credentials must not be sent others on its public routes. Where no route asks for any, it
 * checks them itself, as an issuer does.
 */
function handsOn({ credential, api }: RouteMatch): boolean {
  return credential.kind !== 'none' || api.allPublic;
}

/** The headers made last of a token, and the plan that made them. Most tokens are for one API. */
const latestHeaders = perToken((): { plan?: HeaderPlan; headers: readonly string[] } => ({
  headers: NO_HEADERS,
}));

function headersOf(token: VerifiedToken, plan: HeaderPlan): readonly string[] | UnsafeHeader {
  const latest = latestHeaders(token);
  if (latest.plan === plan) return latest.headers;
  const headers = plan.headers(token.claims);
  if (!('rule' in headers)) {
    latest.plan = plan;
    latest.headers = Object.freeze(headers);
  }
  return headers;
}

function requirementDenial(
  match: RouteMatch,
  route: CompiledRoute,
  token: VerifiedToken,
): Denial | undefined {
  const refusal = route.requirement?.test(token.claims, match.params);
  return refusal && deny(refusal.reason, 'requirement', contextOf(match, token), refusal);
}

function nothing(): boolean {
  return false;
}

/** Once this API's CORS rules are kept here, an upstream's own would contradict them. */
function isCorsHeader(lowerCaseName: string): boolean {
  return lowerCaseName.startsWith('access-control-');
}
