import { TOKEN_ERRORS, type TokenErrorCode } from '@portcullis/token';

/** What a reason code means: the HTTP status a client sees, and what operators are told. */
export interface Reason {
  readonly status: number;
  readonly summary: string;
  readonly cure: string;
}

/** The reasons that are the guard's own. Codes are stable and never reused. */
export const GUARD_REASONS = {
  request_target_invalid: {
    status: 400,
    summary: 'The request target is not a path this gateway can serve.',
    cure: 'Send an origin-form target (/path?query), or an absolute one whose authority equals the Host field.',
  },
  path_ambiguous: {
    status: 400,
    summary:
      'The path can be read in more than one way, so that gateway and upstream might disagree about it.',
    cure: 'Send the path without dot segments, empty segments, ";", backslashes, control characters, encoded slashes or double encoding.',
  },
  api_not_found: {
    status: 404,
    summary: 'No API lives at this path.',
    cure: 'Check the path, or the basePath of the API.',
  },
  route_not_found: {
    status: 404,
    summary: 'The API has no route for this path.',
    cure: 'Check the path, or add a route to the API.',
  },
  method_not_allowed: {
    status: 405,
    summary: 'The API has routes for this path, but none for this method.',
    cure: 'Use one of the methods in Allow, or add a route to the API.',
  },
  credential_missing: {
    status: 401,
    summary: 'The request carries no token.',
    cure: 'Send "Authorization: Bearer <token>".',
  },
  credential_scheme: {
    status: 401,
    summary: 'The Authorization field does not use the Bearer scheme.',
    cure: 'Send "Authorization: Bearer <token>".',
  },
  credential_malformed: {
    status: 401,
    summary: 'The Bearer credential is not a well-formed token (RFC 6750 §2.1).',
    cure: 'Send one token after "Bearer ", without quotes, commas or white space.',
  },
  credential_ambiguous: {
    status: 400,
    summary: 'The request carries more than one credential, or one in the query.',
    cure: 'Send exactly one Authorization field, and no access_token in the query (RFC 6750 §2).',
  },
  token_revoked: {
    status: 401,
    summary: 'The token was revoked before it expired.',
    cure: 'The client should get a new token, if it still may. See detail.by for what was revoked: the token, its session, subject, client, key or issuer.',
  },
  scope_missing: {
    status: 403,
    summary: 'The scopes of the token do not satisfy the route.',
    cure: 'Ask the issuer for a token with the scopes of the rule.',
  },
  role_missing: {
    status: 403,
    summary: 'The roles in the token do not satisfy the route.',
    cure: 'Grant the subject a role of the rule, or check rolesClaim.',
  },
  claim_rule_failed: {
    status: 403,
    summary: 'A claim of the token does not satisfy the route.',
    cure: 'Compare the claim named in the detail with the rule.',
  },
  header_value_unsafe: {
    status: 403,
    summary: 'A claim cannot be written into a header without changing its meaning.',
    cure: 'Choose another array form for this header, or keep control characters and separators out of the claim.',
  },
  cors_origin_denied: {
    status: 403,
    summary: 'A page of an origin that is not allowed asked whether it may call the API.',
    cure: 'Add the origin to cors.origins of the API if its pages may call it.',
  },
  rate_limited: {
    status: 429,
    summary: 'Too many requests.',
    cure: 'Wait for the seconds in Retry-After, or raise the limit of the API.',
  },
  internal_error: {
    status: 500,
    summary: 'The guard failed in a way it does not know, and denied the request.',
    cure: 'Look at the error in the detail and report it.',
  },
} as const satisfies Record<string, Reason>;

export type GuardReasonCode = keyof typeof GUARD_REASONS;
export type ReasonCode = GuardReasonCode | TokenErrorCode;

/** Keys that cannot be had are the issuer's trouble, not the client's. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['keys_unavailable']);

/** Every reason a request can be denied for: the token's refusals and the guard's own. */
export const REASONS: Readonly<Record<ReasonCode, Reason>> = Object.freeze({
  ...tokenReasons(),
  ...GUARD_REASONS,
});

/** The meaning of a reason code; undefined when it is none. */
export function reasonOf(code: string): Reason | undefined {
  return isReasonCode(code) ? REASONS[code] : undefined;
}

export function isReasonCode(code: string): code is ReasonCode {
  return Object.hasOwn(REASONS, code);
}

function tokenReasons(): Record<TokenErrorCode, Reason> {
  const reasons = Object.entries(TOKEN_ERRORS).map(([code, { summary, cure }]) => [
    code,
    { status: UNAVAILABLE.has(code) ? 503 : 401, summary, cure },
  ]);
  return Object.fromEntries(reasons);
}
