/**
 * How large a request header may be before common software refuses it, by its documentation and its defaults.
 * To correct an entry: change it here and name where it stands. Checked on 2026-11-26.
 */
export interface HeaderLimit {
  readonly software: string;
  /** Bytes. */
  readonly bytes: number;
  /** field: each field line. all: all field lines together. cookie: name and value of one cookie. */
  readonly of: 'field' | 'all' | 'cookie';
  /** The setting that moves it; empty where it is fixed. */
  readonly setting: string;
}

export const HEADER_LIMITS: readonly HeaderLimit[] = [
  { software: 'Cookie in a browser', bytes: 4096, of: 'cookie', setting: '' },
  { software: 'nginx', bytes: 8192, of: 'field', setting: 'large_client_header_buffers' },
  { software: 'Apache HTTP Server', bytes: 8190, of: 'field', setting: 'LimitRequestFieldSize' },
  { software: 'Tomcat', bytes: 8192, of: 'all', setting: 'maxHttpRequestHeaderSize' },
  { software: 'Jetty', bytes: 8192, of: 'all', setting: 'requestHeaderSize' },
  { software: 'HAProxy', bytes: 15_360, of: 'all', setting: 'tune.bufsize, tune.maxrewrite' },
  { software: 'Node.js', bytes: 16_384, of: 'all', setting: '--max-http-header-size' },
  { software: 'IIS', bytes: 16_384, of: 'all', setting: 'MaxRequestBytes, MaxFieldLength' },
  { software: 'AWS Application Load Balancer', bytes: 16_384, of: 'field', setting: '' },
  { software: 'Portcullis (the token)', bytes: 16_384, of: 'field', setting: '' },
  { software: 'Envoy', bytes: 61_440, of: 'all', setting: 'max_request_headers_kb' },
  { software: 'Go net/http', bytes: 1_048_576, of: 'all', setting: 'MaxHeaderBytes' },
];
