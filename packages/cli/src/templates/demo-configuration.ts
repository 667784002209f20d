/** The ports of the demo, all on 127.0.0.1. */
export interface DemoPorts {
  readonly gateway: number;
  readonly issuer: number;
  readonly admin: number;
  readonly api: number;
}

export const DEMO_PORTS: DemoPorts = { gateway: 8080, issuer: 8081, admin: 8082, api: 9001 };

/** The configuration that `start --demo` writes on its first run. */
export function demoConfiguration({ gateway, issuer, admin, api }: DemoPorts = DEMO_PORTS): string {
  return `# The demo of Portcullis: an orders API behind a gateway that lets only authorised requests through.
# Written once by "portcullis start --demo"; it is yours to edit, and the gateway reloads it when you save.
# Paths in here are relative to this file.

listen: { gateway: "127.0.0.1:${gateway}", issuer: "127.0.0.1:${issuer}", admin: "127.0.0.1:${admin}" }

gateway: { workers: 1 }                # auto: one per core

log:
  access: ./access.log                 # one JSON line per request; "portcullis explain" reads it
  level: warn

# Clients, keys and revocations. The private keys in it are sealed under the master key: keep the two apart.
store: sqlite:./portcullis.db
masterKey: { file: ./master-key.json }

# Our own issuer: "portcullis clients add" lets an application in, and it gets tokens at http://127.0.0.1:${issuer}/token.
# "portcullis users add" lets somebody sign in; their account is at http://localhost:${issuer}/account.
issuer:
  url: http://localhost:${issuer}
  keys: { algorithm: ES256, rotateEvery: 90d }
  accessToken: { lifetime: 10m }
  mail: { from: "Demo <demo@localhost>", smtp: log }     # in the log of this process; elsewhere smtp://…

# Whose tokens the gateway accepts.
issuers:
  - name: local
    issuer: http://localhost:${issuer}
    jwksUri: http://127.0.0.1:${issuer}/jwks
    algorithms: [ES256]

apis:
  - name: orders
    basePath: /orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:${api}" }]
    routes:
      - { match: "GET /{id}",  require: { scopes: [read:orders] } }
      - { match: "GET /",      require: { scopes: [read:orders] } }
      - { match: "POST /",     require: { scopes: [write:orders] } }
      - { match: "GET /health", public: true }
    forward: { headers: { x-user-id: sub, x-client-id: client_id, x-scopes: scope } }
    cors: { origins: ["http://localhost:3000"] }         # the page in examples/browser-app
`;
}
