/** A configuration to begin with, where none was opened. */
export const STARTER = `issuers:
  - name: local
    issuer: https://id.example.com
    algorithms: [ES256]
apis:
  - name: orders
    basePath: /orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      - { match: "GET /{id}", require: { scopes: [read:orders] } }
      - { match: "POST /", require: { scopes: [write:orders] } }
      - { match: "GET /health", public: true }
    forward: { headers: { x-user-id: sub, x-client-id: client_id } }
`;
