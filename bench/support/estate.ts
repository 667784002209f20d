import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@portcullis/store';
import type { Algorithm } from '@portcullis/token';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test';

/** How much a gateway has to look after. */
export interface Estate {
  readonly routes: number;
  readonly issuers: number;
  /** Tokens revoked by `jti`, none of which is ever sent. */
  readonly revocations: number;
  readonly workers: number;
}

export const ORDINARY: Estate = { routes: 10, issuers: 1, revocations: 100_000, workers: 1 };

/** Rows that are added at once. */
const BATCH = 50_000;

/**
 * Writes the configuration of a gateway that does all that one does at work: routes, a scope rule, a header from a claim, CORS,
 * a limit per client, an access log in a file, revocations, metrics.
 *
 * @returns its file
 */
export async function writeEstate(
  folder: string,
  estate: Estate,
  o: { algorithm: Algorithm; jwks: string; gateway: number; admin: number; upstream: number },
): Promise<string> {
  const store = `sqlite:${join(folder, 'store.db')}`;
  await addRevocations(store, estate.revocations);
  writeFileSync(join(folder, 'jwks.json'), o.jwks);
  const issuer = (name: string, iss: string): string =>
    `  - { name: ${name}, issuer: "${iss}", algorithms: [${o.algorithm}], jwksFile: ./jwks.json }`;
  const others = Array.from({ length: estate.issuers - 1 }, (_, i) =>
    issuer(`other-${i}`, `https://other-${i}.test`),
  );
  const rule = 'require: { scopes: ["read:orders"] }';
  const routes = Array.from(
    { length: estate.routes - 1 },
    (_, i) => `      - { match: "GET /kind-${i}/{id}", ${rule} }`,
  );
  const file = join(folder, 'portcullis.yaml');
  writeFileSync(
    file,
    `listen: { gateway: "127.0.0.1:${o.gateway}", admin: "127.0.0.1:${o.admin}" }
gateway: { workers: ${estate.workers} }
log: { access: ./access.log }
store: "${store}"
issuers:
${[issuer('bench', ISSUER), ...others].join('\n')}
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [bench]
    upstreams: [{ url: "http://127.0.0.1:${o.upstream}" }]
    routes:
${[...routes, `      - { match: "GET /{id}", ${rule} }`].join('\n')}
    forward: { headers: { x-user: sub } }
    limits: [{ per: client, rate: 1000000/s, burst: 1000000 }]
    cors: { origins: ["https://app.example.com"] }
`,
  );
  return file;
}

async function addRevocations(url: string, count: number): Promise<void> {
  const store = await openStore(url);
  try {
    const now = Math.floor(Date.now() / 1000);
    for (let from = 0; from < count; from += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => ({
        issuer: ISSUER,
        by: 'jti' as const,
        value: `revoked-${from + i}`,
        until: now + 86_400,
      }));
      await store.revocations.add(batch, now);
    }
  } finally {
    await store.close();
  }
}
