/** A whole configuration as one would run it, shown at the top of the reference page. A test compiles it. */
export const EXAMPLE = `listen:
  gateway: 0.0.0.0:8443
  admin: 127.0.0.1:8082

gateway:
  tls:
    certificates:                      # chosen by the name that the client asks for; read again when they change
      - { cert: ./tls/api.pem, key: ./tls/api.key }
  trustedProxies: [10.0.0.0/8]         # the load balancer: its X-Forwarded-For is believed
  maxBody: 1MB

log:
  access: ./logs/access.log

issuers:
  - name: company
    issuer: https://id.example.com/
    jwksUri: https://id.example.com/.well-known/jwks.json
    algorithms: [RS256]
    types: [at+jwt, JWT]
  - name: billing-jobs
    issuer: billing-jobs
    secrets: ["\${JOBS_SECRET}", "\${JOBS_SECRET_OLD}"]
    algorithms: [HS256]
    types: [JWT]
    maxLifetime: 15m

apis:
  - name: orders
    basePath: /orders
    audience: https://api.example.com/orders
    issuers: [company, billing-jobs]
    upstreams:
      - { url: "https://10.1.0.11:9001", tls: { ca: ./tls/internal-ca.pem, serverName: orders.internal } }
      - url: http://10.1.0.12:9001
    routes:
      - match: GET /health
        public: true
      - match: "GET /{id}"
        require: { scopes: [read:orders] }
      - match: "POST /"
        require: { scopes: [write:orders], roles: { any: [clerk, admin] } }
      - match: "GET /by-user/{user}"
        require: { claims: { sub: { equals: "{user}" } } }
      - match: "GET /reports/{rest*}"
        require: { roles: [analyst] }
        shadow: true                   # a new rule, tried out: what it would deny is logged, and passes
    forward:
      headers: { x-user-id: sub, x-roles: { claim: roles, array: comma } }
    limits:
      - { per: client, rate: 100/s, burst: 200 }
    cors:
      origins: ["https://app.example.com"]
`;
