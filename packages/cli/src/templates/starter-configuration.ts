/** The configuration that `portcullis init` writes: small, complete, and with a word on each choice. */
export const STARTER_CONFIGURATION = `# Portcullis configuration. "npx portcullis check" tells whether it is valid, "npx portcullis start" runs it.
# Durations are written 10m, sizes 1MB, rates 100/s. \${NAME} is replaced by the environment variable NAME.
# Paths in here are relative to this file. An unknown key is an error.

# Where this process listens. Beyond loopback the gateway needs TLS (gateway.tls below), or plainHttp: true here.
listen:
  gateway: 127.0.0.1:8080              # clients come here
  issuer: 127.0.0.1:8081               # the issuer: tokens at /token, public keys at /jwks
  admin: 127.0.0.1:8082                # /livez, /readyz, /metrics: keep it private

gateway:
  workers: auto                        # one per core; a number pins it
  # tls: { certificates: [{ cert: ./tls/api.pem, key: ./tls/api.key }] }

log:
  access: ./data/access.log            # stdout, off, or a file; "npx portcullis explain" reads the file
  level: info

# Clients, signing keys, revocations and audit events. Or postgres://user:password@host/database.
store: sqlite:./data/portcullis.db
masterKey: { file: ./data/master-key.json }   # "npx portcullis master-key generate" makes it; keep it apart from backups

# Our own issuer: "npx portcullis clients add" lets an application in, and it gets tokens at /token. Leave this section out
# where only others issue tokens, and the first of the issuers below with it.
issuer:
  url: http://localhost:8081           # what stands in iss
  keys: { algorithm: ES256, rotateEvery: 90d }
  accessToken: { lifetime: 10m }       # 5m to 15m is the advice

# Whose tokens the gateway accepts. issuer and algorithms are always required. Keys come from one of jwksUri (a URL),
# jwksFile, pem (a file) and secrets (HMAC); without any they are discovered at the issuer.
issuers:
  - name: local
    issuer: http://localhost:8081
    jwksUri: http://127.0.0.1:8081/jwks
    algorithms: [ES256]

  # - name: partner
  #   issuer: https://id.partner.example
  #   jwksUri: https://id.partner.example/.well-known/jwks.json
  #   algorithms: [RS256, PS256]
  #   types: [JWT]   # many issuers do not mark access tokens; the default is at+jwt (RFC 9068)

  # - name: legacy                     # HMAC: every secret listed verifies, so that they can be rotated
  #   issuer: legacy
  #   algorithms: [HS256]
  #   secrets: ["\${SECRET_NEW}", "\${SECRET_OLD}"]
  #   types: [JWT]                     # what these tokens carry as typ; the default is at+jwt (RFC 9068)

# What is behind the gateway. Anything that no route matches is denied.
apis:
  - name: example
    basePath: /example                 # the upstream gets the full path
    audience: https://api.example.com/example   # tokens must carry exactly this in aud
    issuers: [local]                   # of the issuers above, those whose tokens this API takes
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      # A method or *, and a pattern: static beats {param} beats {rest*}. Without "require", any valid token for this
      # audience will do.
      - { match: "GET /health", public: true }
      - { match: "GET /{rest*}", require: { scopes: [read:example] } }
      - { match: "POST /", require: { scopes: [write:example], roles: { any: [editor, admin] } } }
      # - { match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }
    # Claims that the upstream receives as headers; whatever a client sends under these names is removed.
    forward: { headers: { x-user-id: sub, x-client-id: client_id, x-scopes: scope } }
    # limits: [{ per: client, rate: 100/s, burst: 200 }]
    # cors: { origins: ["https://app.example.com"] }
`;
