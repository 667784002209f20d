/** The endpoints that there are, by what they are called in the metadata (RFC 8414 §2). Everything else is 404. */
export const PATHS = {
  authorization: '/auth',
  pushedRequest: '/par',
  token: '/token',
  userinfo: '/userinfo',
  revocation: '/token/revocation',
  introspection: '/token/introspection',
  endSession: '/session/end',
  jwks: '/jwks',
  openid: '/.well-known/openid-configuration',
  oauth: '/.well-known/oauth-authorization-server',
} as const;

/** Those where a client says who it is. */
const CREDENTIAL_PATHS = [PATHS.token, PATHS.revocation, PATHS.introspection, PATHS.pushedRequest];

/** The endpoints of the protocol, what they are called in the metrics, and the methods that they know. */
const ENDPOINTS: readonly {
  readonly path: RegExp;
  readonly name: string;
  readonly methods: readonly string[];
}[] = [
  { path: /^\/token$/, name: 'token', methods: ['POST', 'OPTIONS'] },
  { path: /^\/token\/revocation$/, name: 'revocation', methods: ['POST', 'OPTIONS'] },
  { path: /^\/token\/introspection$/, name: 'introspection', methods: ['POST'] },
  { path: /^\/par$/, name: 'par', methods: ['POST'] },
  { path: /^\/userinfo$/, name: 'userinfo', methods: ['GET', 'POST', 'OPTIONS'] },
  { path: /^\/auth(?:\/[A-Za-z0-9_-]{1,64})?$/, name: 'authorization', methods: ['GET', 'HEAD', 'POST'] },
  { path: /^\/session\/end$/, name: 'end_session', methods: ['GET', 'POST'] },
  { path: /^\/session\/end\/confirm$/, name: 'end_session', methods: ['POST'] },
  { path: /^\/session\/end\/success$/, name: 'end_session', methods: ['GET'] },
];

/** The methods of an endpoint of the protocol; undefined where there is none. */
export function methodsOf(path: string): readonly string[] | undefined {
  return ENDPOINTS.find((one) => one.path.test(path))?.methods;
}

/** What an endpoint is called in the metrics. */
export function endpointName(path: string): string {
  return ENDPOINTS.find((one) => one.path.test(path))?.name ?? 'page';
}

/** Those where a JWT may come in the body as `token`. */
export const TOKEN_PATHS: ReadonlySet<string> = new Set([PATHS.revocation, PATHS.introspection]);
export const DOCUMENT_PATHS: ReadonlySet<string> = new Set([PATHS.jwks, PATHS.openid, PATHS.oauth]);

/** Where credentials are taken, as the metadata names it. */
export function credentialUrls(issuer: string): string[] {
  return CREDENTIAL_PATHS.map((path) => endpointUrl(issuer, path));
}

export function endpointUrl(issuer: string, path: string): string {
  return `${issuer.replace(/\/$/, '')}${path}`;
}
