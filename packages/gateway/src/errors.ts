import { type Reason, reasonOf } from '@portcullis/guard';

/**
 * Every reason that the data plane itself may give for an answer, beside those of the decision core.
 * Codes are stable and never reused; docs/reason-codes.md is generated from here.
 */
export const GATEWAY_REASONS = {
  head_malformed: {
    status: 400,
    summary: 'The bytes received are not an HTTP/1.1 request head, or break its grammar.',
    cure: 'Look at what the client sends; a scanner or a TLS client on a plain port look like this too.',
  },
  framing_ambiguous: {
    status: 400,
    summary: 'The end of the body could be read in more than one way, or the Host field is not single.',
    cure: 'Send either one Content-Length or `Transfer-Encoding: chunked`, and exactly one Host (RFC 9112 section 6.3).',
  },
  body_malformed: {
    status: 400,
    summary: 'The chunked body breaks its grammar (RFC 9112 section 7.1).',
    cure: 'Look at what the client sends; chunk sizes are hexadecimal digits, lines end with CR LF.',
  },
  head_timeout: {
    status: 408,
    summary: 'The request head did not arrive within gateway.timeouts.head.',
    cure: 'A slow or idle client. Raise gateway.timeouts.head only when real clients need it.',
  },
  body_timeout: {
    status: 408,
    summary: 'The client stopped sending its body for longer than gateway.timeouts.body.',
    cure: 'A slow or stuck client. Raise gateway.timeouts.body only when real clients need it.',
  },
  body_too_large: {
    status: 413,
    summary: "The request body is larger than the API's maxBody.",
    cure: 'Raise maxBody on the API, or on the gateway for all, when such uploads are meant.',
  },
  target_too_long: {
    status: 414,
    summary: 'The request target is longer than gateway.maxUrl.',
    cure: 'Shorten the query or raise gateway.maxUrl.',
  },
  head_too_large: {
    status: 431,
    summary: 'The request head is larger than gateway.maxHead, or has more than 1,000 field lines.',
    cure: 'Often a grown cookie. Shrink it or raise gateway.maxHead.',
  },
  gateway_fault: {
    status: 500,
    summary:
      'The gateway itself failed on this request; it was not forwarded, or its response was broken off.',
    cure: 'A defect of Portcullis: its process log has the error at this time. Please report it.',
  },
  method_unsupported: {
    status: 501,
    summary: 'CONNECT and TRACE are never forwarded.',
    cure: 'Nothing to do: these methods have no use behind a gateway.',
  },
  upgrade_unsupported: {
    status: 501,
    summary: 'The client asked for another protocol (`Upgrade`), which this version does not carry.',
    cure: 'Send the request without Upgrade. WebSockets need a route around the gateway for now.',
  },
  upstream_unreachable: {
    status: 502,
    summary: 'No upstream of the API could be connected to.',
    cure: 'Look whether the upstream runs and listens at the url in the configuration.',
  },
  upstream_tls_failed: {
    status: 502,
    summary:
      'No secure connection to an upstream could be made: its certificate is not trusted, not for its name or out of date, or it wants another of ours.',
    cure: 'See upstreamError in the access log; then tls of the upstream (ca, cert, serverName), or renew its certificate.',
  },
  upstream_failed: {
    status: 502,
    summary:
      'The upstream closed the connection or answered with something that is not HTTP before a response began.',
    cure: "Look into the upstream's own log at this time. Over TLS, one that wants a certificate of ours may close like this.",
  },
  upstream_cut_off: {
    status: 502,
    summary:
      'The upstream died in the middle of its response; the client saw a broken connection, not a complete answer.',
    cure: "Look into the upstream's own log at this time.",
  },
  upstream_busy: {
    status: 503,
    summary: 'All connections to the upstreams are in use and the queue for them is full or took too long.',
    cure: 'Add upstreams, or raise gateway.connections.',
  },
  upstream_timeout: {
    status: 504,
    summary: 'The upstream did not begin its response within timeouts.firstByte.',
    cure: 'Make the upstream faster, or raise timeouts.firstByte for this API.',
  },
  client_stalled: {
    status: 499,
    summary:
      'The client stopped reading its response for longer than timeouts.idle. (499 stands in the log only.)',
    cure: 'A slow or stuck client. Raise timeouts.idle only when real clients need it.',
  },
  client_aborted: {
    status: 499,
    summary: 'The client went away before its response was complete. (499 stands in the log only.)',
    cure: 'Nothing to do, unless many do: then look at how long the upstream takes.',
  },
} as const satisfies Record<string, { status: number; summary: string; cure: string }>;

export type GatewayReason = keyof typeof GATEWAY_REASONS;

/**
 * What may go wrong with an upstream beside what the system and TLS say of it (ECONNREFUSED, CERT_HAS_EXPIRED …). It stands
 * as `upstreamError` in the access log, and `portcullis explain` tells what it means.
 */
export const UPSTREAM_ERRORS = {
  connect_timeout: {
    summary: 'It did not accept the connection within gateway.timeouts.connect.',
    cure: 'Look whether it runs, and what lies between it and the gateway.',
  },
  connection_closed: {
    summary: 'It closed the connection before its response was complete.',
    cure: 'Look into its own log. One that speaks TLS does so to an http:// url, and one that wants a certificate of ours to an https:// url without tls.cert.',
  },
  response_head_timeout: {
    summary: 'It did not begin its response within timeouts.firstByte.',
    cure: 'Make it faster, or raise timeouts.firstByte for this API.',
  },
  response_body_timeout: {
    summary: 'It fell silent within its response for longer than timeouts.idle.',
    cure: 'Look into its own log; raise timeouts.idle when such silence is meant.',
  },
  response_head_malformed: {
    summary:
      'A status line or a field of its response breaks the grammar of HTTP/1.1 (RFC 9112 sections 4 and 5).',
    cure: 'Is it an HTTP server at all, and does it speak HTTP/1.1? Then look at what it sends: control characters, white space before a colon, folded lines.',
  },
  response_head_too_large: {
    summary: 'The head or the trailers of its response are larger than 16 KB.',
    cure: 'Make it send less, often fewer or smaller cookies.',
  },
  response_framing: {
    summary: 'Where its response ends could be read in more than one way (RFC 9112 section 6.3).',
    cure: 'Make it send one Content-Length, or `Transfer-Encoding: chunked`, and never both.',
  },
  response_coding: {
    summary: 'It used a transfer coding beside chunked, which ends at the gateway.',
    cure: 'Make it use Content-Encoding for compression.',
  },
  response_chunk_malformed: {
    summary: 'The chunked body of its response breaks its grammar (RFC 9112 section 7.1).',
    cure: 'Look at what it sends; chunk sizes are hexadecimal digits, lines end with CR LF.',
  },
  response_switched: {
    summary: 'It answered 101, though nobody had asked for another protocol.',
    cure: 'Make it answer requests without Upgrade with a response.',
  },
} as const satisfies Record<string, { summary: string; cure: string }>;

export type UpstreamErrorCode = keyof typeof UPSTREAM_ERRORS;

/** The meaning of a reason code, the decision core's or the data plane's own; undefined when it is none. */
export function reasonNamed(code: string): Reason | undefined {
  return reasonOf(code) ?? (isGatewayReason(code) ? GATEWAY_REASONS[code] : undefined);
}

function isGatewayReason(code: string): code is GatewayReason {
  return Object.hasOwn(GATEWAY_REASONS, code);
}

/** The gateway could not be started; the message says what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
