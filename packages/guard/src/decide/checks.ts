/** What the guard itself checks before the token is looked at, in order, and what each check asks. */
export const CHECKS_BEFORE_TOKEN = {
  target: 'The request target is a path this gateway can serve.',
  path: 'The path has one canonical spelling.',
  api: 'An API lives at this path.',
  address_limit: 'The client address is within its rate limit.',
  origin: 'The page that asks may call this API (CORS preflight).',
  credential: 'The request carries exactly one Bearer token where one is needed.',
} as const;

/** What the guard checks once the token is verified, in order. */
export const CHECKS_AFTER_TOKEN = {
  revocation: 'The token was not revoked, nor its session, subject, client or key.',
  route: 'The API has a route for this path and method.',
  caller_limit: 'The client and the subject are within their rate limits.',
  requirement: 'The token carries what the route requires.',
  headers: 'The claims can be written into the headers for the upstream.',
} as const;

/** internal: something failed that no check foresees. */
export type GuardCheck = keyof typeof CHECKS_BEFORE_TOKEN | keyof typeof CHECKS_AFTER_TOKEN | 'internal';
