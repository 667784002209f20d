import { UPSTREAM_ERRORS, type UpstreamErrorCode } from '../errors.ts';

/** The upstream, or its connection, did something that no response can come of. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly code: UpstreamErrorCode;

  constructor(code: UpstreamErrorCode) {
    super(UPSTREAM_ERRORS[code].summary);
    this.code = code;
  }
}

/** What Node says of certificates that it does not trust (its documentation of `tls`, X509 certificate error codes). */
const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'CERT_CHAIN_TOO_LONG',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'EPROTO',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The code of an error, for the log. */
export function upstreamErrorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Did the connection end, rather than say something wrong or nothing in time? */
export function isClosed(code: string): boolean {
  return code === 'connection_closed' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** Did TLS fail, rather than the connection or the HTTP on it? */
export function isTlsFailure(code: string): boolean {
  return CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_');
}
