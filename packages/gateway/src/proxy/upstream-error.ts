import { RequestBodyError } from './request-body.ts';

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

/** The upstream encoded its body in a way that we would have to undo before passing it on, and cannot. */
export class TransferCodingError extends Error {
  readonly code = 'UPSTREAM_TRANSFER_CODING';
}

/** The code of an error, for the log; undefined for one that concerns the client's body. */
export function upstreamErrorCode(error: Error): string | undefined {
  if (error instanceof RequestBodyError) return undefined;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Did the connection end, rather than say something wrong or nothing in time? */
export function isClosed(code: string | undefined): boolean {
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** Did TLS fail, rather than the connection or the HTTP on it? */
export function isTlsFailure(code: string | undefined): boolean {
  if (code === undefined) return false;
  return CERTIFICATE_CODES.has(code) || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_');
}
