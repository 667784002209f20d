/** What `answer` needs to know of a refusal; a Denial is one. */
export interface RefusalToAnswer {
  readonly status: number;
  /** A reason code: the guard's, or that of whoever refuses. It is never told to the client. */
  readonly reason: string;
  /** Methods, for a 405. */
  readonly allow?: readonly string[];
  /** Whole seconds, for a 429 or 503. */
  readonly retryAfter?: number;
  /** Name, value pairs to add (CORS). */
  readonly responseHeaders?: readonly string[];
}

/** A response ready to be written, without its Content-Length. */
export interface Answer {
  readonly status: number;
  /** What the status means, in words: the reason phrase of HTTP/1.1. */
  readonly title: string;
  /** Names and values in turn, names in lower case. */
  readonly headers: string[];
  readonly body: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  411: 'Length Required',
  413: 'Content Too Large',
  414: 'URI Too Long',
  417: 'Expectation Failed',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
};

const REALM = 'Bearer realm="api"';
/** No token was sent, so there is no error to tell of (RFC 6750 §3.1). */
const NO_TOKEN: ReadonlySet<string> = new Set(['credential_missing', 'credential_scheme']);

/**
 * What a refused client is told: a status, a problem (RFC 9457) that says no more than that status, and the id under
 * which operators find the whole story. All refusals of one status that concern a token read the same.
 * @param requestId printable ASCII without quotes
 */
export function answer(refusal: RefusalToAnswer, requestId: string): Answer {
  const { status, allow, retryAfter, responseHeaders } = refusal;
  const headers = [
    'content-type',
    'application/problem+json',
    'cache-control',
    'no-store',
    'x-request-id',
    requestId,
  ];
  const challenge = challengeFor(refusal);
  if (challenge !== undefined) headers.push('www-authenticate', challenge);
  if (status === 405) headers.push('allow', (allow ?? []).join(', '));
  if (retryAfter !== undefined && (status === 429 || status === 503))
    headers.push('retry-after', String(retryAfter));
  if (responseHeaders !== undefined) headers.push(...responseHeaders);
  const title = TITLES[status] ?? 'Error';
  return { status, title, headers, body: JSON.stringify({ type: 'about:blank', title, status, requestId }) };
}

/** The challenge of RFC 6750 §3, where a better token, or a better way to send it, would help. */
function challengeFor({ status, reason }: RefusalToAnswer): string | undefined {
  if (status === 401) return NO_TOKEN.has(reason) ? REALM : `${REALM}, error="invalid_token"`;
  if (status === 400)
    return reason === 'credential_ambiguous' ? `${REALM}, error="invalid_request"` : undefined;
  return status === 403 && reason !== 'cors_origin_denied'
    ? `${REALM}, error="insufficient_scope"`
    : undefined;
}
