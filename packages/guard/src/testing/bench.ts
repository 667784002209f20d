import {
  createVerifier,
  generateKey,
  type JwtClaims,
  jwksKeys,
  type PrivateJwk,
  sign,
  type Verifier,
} from '@portcullis/token';
import { compile } from '../compile/compile.ts';
import type { Snapshot } from '../compile/snapshot.ts';
import { parseConfig } from '../config/parse-config.ts';
import type { Decision, Guard, RequestHead } from '../decide/decision.ts';
import { createGuard } from '../decide/guard.ts';
import { createLimiter } from '../limit/limiter.ts';
import type { RevocationSet } from '../revoke/revocation-set.ts';

export const ISSUER = 'http://localhost:8081';
export const AUDIENCE = 'https://api.example.com/orders';
/** The time at which everything in the bench happens, in seconds. */
export const NOW = 1_800_000_000;

/** A configuration as an operator would write it: this issuer, and the APIs given. */
export function snapshotOf(apis: string): Snapshot {
  const issuers = `issuers: [{ name: local, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./keys.json }]\n`;
  return compile(parseConfig(issuers + apis, { file: 'p.yaml', env: {} }), 1);
}

/** One API named orders whose routes, and other keys, are given as YAML flow. */
export function ordersApi(routes: string, more = ''): string {
  return `apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes: [${routes}]
${more}`;
}

/** Real keys, a real verifier, and a clock that stands still until it is set. */
export interface Bench {
  readonly verifier: Verifier;
  readonly key: PrivateJwk;
  now: number;
  /** A token with the standard claims, these over them, and without those named. */
  token(claims?: JwtClaims, without?: readonly string[]): Promise<string>;
  guard(snapshot: Snapshot, revocations?: RevocationSet): Guard;
}

export async function createBench(): Promise<Bench> {
  const { privateJwk: key, publicJwk } = await generateKey('ES256');
  const keys = await jwksKeys({ keys: [publicJwk] }, { algorithms: ['ES256'] });
  const clock = () => bench.now;
  const verifier = createVerifier({
    issuers: [{ name: 'local', issuer: ISSUER, algorithms: ['ES256'], keys }],
    clock,
  });
  const bench: Bench = {
    verifier,
    key,
    now: NOW,
    token(claims = {}, without = []) {
      const all = Object.entries({ ...standardClaims(), ...claims });
      return sign(Object.fromEntries(all.filter(([name]) => !without.includes(name))), { key });
    },
    guard: (snapshot, revocations) =>
      createGuard({ snapshot, verifier, limiter: createLimiter(), revocations, clock }),
  };
  return bench;
}

export function standardClaims(): JwtClaims {
  return { iss: ISSUER, sub: 'jo', aud: AUDIENCE, client_id: 'demo', iat: NOW, exp: NOW + 300, jti: 'j1' };
}

/** `GET /orders/1`, with a token or other header fields. */
export function request(line: string, token?: string, headers: readonly string[] = []): RequestHead {
  const space = line.indexOf(' ');
  const authorization = token === undefined ? [] : ['Authorization', `Bearer ${token}`];
  return {
    method: line.slice(0, space),
    target: line.slice(space + 1),
    headers: ['Host', 'api.example.com', ...authorization, ...headers],
    address: '192.0.2.1',
  };
}

/** `forward`, `preflight`, or the status and reason of a denial. */
export function outcome(decision: Decision): string {
  return decision.kind === 'deny' ? `${decision.status} ${decision.reason}` : decision.kind;
}
