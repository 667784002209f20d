/** What the codes of the commonest troubles with an upstream mean, and what to do about them. */
const HINTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'Its certificate is out of date: renew it.',
  CERT_NOT_YET_VALID: 'Its certificate is not valid yet: compare the clocks.',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'It shows a certificate that it signed itself: name that as tls.ca of the upstream.',
  SELF_SIGNED_CERT_IN_CHAIN:
    'No authority known here signed its certificate: name the authority as tls.ca of the upstream.',
  UNABLE_TO_GET_ISSUER_CERT:
    'No authority known here signed its certificate: name the authority as tls.ca of the upstream.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'No authority known here signed its certificate: name the authority as tls.ca of the upstream.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'No authority known here signed its certificate, or it does not send the chain: name the authority as tls.ca of the upstream.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'Its certificate is for another name than the host of its url: set tls.serverName of the upstream.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'It answers without TLS: is its url http:// rather than https://?',
  EPROTO: 'It does not speak TLS as we do: is its url http:// rather than https://?',
  ECONNREFUSED: 'Nothing listens there: does it run, and is its url right?',
  ENOTFOUND: 'The name in its url leads nowhere.',
  EHOSTUNREACH: 'No way leads to its address.',
  UND_ERR_CONNECT_TIMEOUT: 'It did not accept the connection within gateway.timeouts.connect.',
  UND_ERR_SOCKET:
    'It closed the connection. One that speaks TLS does so to an http:// url, and one that wants a certificate of ours to an https:// url without tls.cert.',
  ECONNRESET: 'It broke the connection off.',
  UPSTREAM_TRANSFER_CODING: 'It used a transfer coding beside chunked, which ends at the gateway.',
};

/** A word on `upstreamError` of a record; undefined for a code that says no more than itself. */
export function upstreamHint(code: unknown): string | undefined {
  return typeof code === 'string' && Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
}
