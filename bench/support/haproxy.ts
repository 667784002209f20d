import { AUDIENCE, ISSUER } from './estate.ts';

/** HAProxy with one thread that checks what `writeEstate` has Portcullis check of a token. */
export function haproxyConfig(o: { port: number; upstream: number; algorithm: string; key: string }): string {
  const checks = [
    [401, `var(txn.alg) -m str ${o.algorithm}`],
    [401, `var(txn.token),jwt_verify(txn.alg,"${o.key}") -m int 1`],
    [401, `var(txn.token),jwt_payload_query('$.iss') -m str ${ISSUER}`],
    [401, `var(txn.token),jwt_payload_query('$.aud') -m str ${AUDIENCE}`],
    [401, 'var(txn.exp),sub(txn.now) -m int gt 0'],
    [403, String.raw`var(txn.token),jwt_payload_query('$.scope') -m reg (^|\ )read:orders(\ |$)`],
  ].map(([status, holds]) => `  http-request deny deny_status ${status} unless { ${holds} }`);
  return `global
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend gateway
  bind 127.0.0.1:${o.port}
  http-request set-var(txn.token) http_auth_bearer
  http-request set-var(txn.alg) var(txn.token),jwt_header_query('$.alg')
  http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
${checks.join('\n')}
  http-request set-header X-User %[var(txn.token),jwt_payload_query('$.sub')]
  http-request del-header Authorization
  default_backend orders
backend orders
  http-reuse always
  server upstream 127.0.0.1:${o.upstream}
`;
}
