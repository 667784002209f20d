import { after } from 'node:test';
import { type System, startSystem } from './system.ts';
import { AUDIENCE, createIssuer, ISSUER } from './tokens.ts';

/** A system for tests of plain traffic, shared by the tests of one file. */
export interface TrafficSystem extends System {
  /** A valid token of alice's, which every guarded route accepts. */
  readonly token: string;
  /** `Authorization: Bearer …`, for raw requests. */
  readonly authorization: string;
  issue(claims?: Record<string, unknown>): Promise<string>;
}

export interface TrafficApi {
  /** Also its base path: `/name`. */
  readonly name: string;
  /** Origins, or lines of YAML flow such as `{ url: "…", weight: 3 }`. */
  readonly upstreams: readonly string[];
  /** Lines of YAML flow; default: everything for any valid token, `/open/…` for everyone. */
  readonly routes?: readonly string[];
  /** More members of the API, as YAML lines without indent. */
  readonly more?: readonly string[];
}

const ROUTES = ['{ match: "* /open/{rest*}", public: true }', '{ match: "* /{rest*}" }'];

/** The YAML of issuers and APIs, as `startTraffic` writes it. */
export function trafficConfig(apis: readonly TrafficApi[], gateway = 'workers: 1'): string {
  const lines = [
    `gateway: { ${gateway} }`,
    'issuers:',
    `  - { name: test, issuer: "${ISSUER}", algorithms: [ES256], jwksFile: ./jwks.json }`,
    'apis:',
  ];
  for (const { name, upstreams, routes = ROUTES, more = [] } of apis) {
    const members = upstreams.map((item) => (item.startsWith('{') ? item : `{ url: "${item}" }`));
    lines.push(
      `  - name: ${name}`,
      `    basePath: /${name}`,
      `    audience: ${AUDIENCE}`,
      '    issuers: [test]',
      `    upstreams: [${members.join(', ')}]`,
      '    routes:',
      ...routes.map((route) => `      - ${route}`),
      ...more.map((line) => `    ${line}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

/**
 * Starts a gateway in front of these APIs; it ends with the test file, or with `t` when given.
 *
 * @param gateway the members of the `gateway` section, as YAML flow
 */
export async function startTraffic(
  apis: readonly TrafficApi[],
  gateway = 'workers: 1',
  t: Parameters<typeof startSystem>[0] = { after },
): Promise<TrafficSystem> {
  const issuer = await createIssuer();
  const system = await startSystem(t, trafficConfig(apis, gateway), { files: { 'jwks.json': issuer.jwks } });
  const token = await issuer.token();
  return { ...system, token, authorization: `Authorization: Bearer ${token}`, issue: issuer.token };
}
