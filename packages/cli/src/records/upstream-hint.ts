import { UPSTREAM_ERRORS } from '@portcullis/gateway';

/** What the codes of the system and of TLS for the commonest troubles with an upstream mean, and what to do about them. */
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
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'It wants a certificate of ours: set tls.cert and tls.key of the upstream.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'It answers without TLS: is its url http:// rather than https://?',
  EPROTO: 'It does not speak TLS as we do: is its url http:// rather than https://?',
  ECONNREFUSED: 'Nothing listens there: does it run, and is its url right?',
  ENOTFOUND: 'The name in its url leads nowhere.',
  EHOSTUNREACH: 'No way leads to its address.',
  ECONNRESET: 'It broke the connection off.',
};

/** A word on `upstreamError` of a record; undefined for a code that says no more than itself. */
export function upstreamHint(code: unknown): string | undefined {
  if (typeof code !== 'string') return undefined;
  if (isUpstreamError(code)) return `${UPSTREAM_ERRORS[code].summary} ${UPSTREAM_ERRORS[code].cure}`;
  return Object.hasOwn(HINTS, code) ? HINTS[code] : undefined;
}

function isUpstreamError(code: string): code is keyof typeof UPSTREAM_ERRORS {
  return Object.hasOwn(UPSTREAM_ERRORS, code);
}
