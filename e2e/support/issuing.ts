import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { masterKeyFile, newMasterSecret } from '@portcullis/store';
import type { After } from './after.ts';
import { type Outcome, runPortcullis } from './command.ts';
import { eventually } from './processes.ts';
import { type System, startSystem } from './system.ts';
import { startUpstream } from './upstream.ts';

export const AUDIENCE = 'https://api.example.com/orders';
export const MAIL_AUDIENCE = 'https://api.example.com/mail';

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** What the token endpoint, or its neighbours, answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A whole system: an issuer with a store, and a gateway that trusts it. */
export interface Issuing {
  readonly system: System;
  readonly issuer: string;
  /** Runs a command on its configuration; it must succeed. */
  run(...args: readonly string[]): Promise<Outcome>;
  /** The same, whatever comes of it. */
  runAnyway(...args: readonly string[]): Promise<Outcome>;
  /** The same as `run` with something on its standard input. */
  runWith(input: string, ...args: readonly string[]): Promise<Outcome>;
  /** Adds a client that may read and write orders. */
  addClient(id: string, ...args: readonly string[]): Promise<Credentials>;
  /** Posts a form to an endpoint, with HTTP Basic where a client is given. */
  post(path: string, form: Readonly<Record<string, string>>, client?: Credentials): Promise<Answer>;
  /** A token; it must be given, at once or when the issuer says. */
  token(client: Credentials, form?: Readonly<Record<string, string>>): Promise<string>;
  /** What the gateway says to it: the status of `GET /orders/1`. */
  ask(token: string): Promise<number>;
  /** Waits until the gateway refuses it as revoked. */
  untilRefused(token: string): Promise<void>;
}

export interface IssuingOptions {
  /** Default: an embedded database. */
  readonly store?: string;
  /** More of the issuer section, as lines. */
  readonly issuer?: string;
  /** More members of the API of orders, as lines. */
  readonly orders?: string;
  readonly workers?: number;
  readonly algorithms?: string;
  readonly env?: Record<string, string>;
}

/** The configuration of such a system. */
export function issuingYaml(issuerUrl: string, upstream: string, options: IssuingOptions): string {
  const {
    store = 'sqlite:./data/portcullis.db',
    issuer = '',
    orders = '',
    workers = 1,
    algorithms = 'ES256',
  } = options;
  return `
store: ${store}
masterKey: { file: ./master-key.json }
gateway: { workers: ${workers} }
issuer:
  url: ${issuerUrl}
  limits: { perAddress: 100000/s, perClient: 100000/s }
${issuer}
issuers: [{ name: local, issuer: "${issuerUrl}", algorithms: [${algorithms}] }]
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "${upstream}" }]
    scopes: [write:orders]
    roles: [clerk]
    routes: [{ match: "GET /{id}", require: { scopes: [read:orders] } }]
    forward: { headers: { x-client-id: client_id } }
${orders}
  - name: mail
    basePath: /mail
    audience: ${MAIL_AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "${upstream}" }]
    routes: [{ match: "GET /{id}", require: { scopes: [read:mail] } }]
`;
}

/** Starts one; it ends with the test. */
export async function startIssuing(t: After, options: IssuingOptions = {}): Promise<Issuing> {
  const upstream = await startUpstream(t);
  const system = await startSystem(t, (issuerUrl) => issuingYaml(issuerUrl, upstream.url, options), {
    files: { 'master-key.json': masterKeyFile([newMasterSecret()]) },
    ...(options.env && { env: options.env }),
  });
  const issuing: Issuing = {
    system,
    issuer: system.issuerUrl,
    run: (...args) => issuing.runWith('', ...args),
    runAnyway: (...args) =>
      runPortcullis([...args, '--config', system.configFile], system.folder, options.env),
    async runWith(input, ...args) {
      const command = [...args, '--config', system.configFile];
      const outcome = await runPortcullis(command, system.folder, options.env, input);
      assert.equal(outcome.code, 0, outcome.stderr);
      return outcome;
    },
    async addClient(id, ...args) {
      const more =
        args.length > 0 ? args : ['--allow', 'orders=read:orders,write:orders', '--role', 'orders=clerk'];
      const { stdout } = await issuing.run('clients', 'add', id, '--owner', 'e2e', '--json', ...more);
      const { client_secret: secret = '' }: { client_secret?: string } = JSON.parse(stdout);
      return { id, secret };
    },
    async post(path, form, client) {
      const response = await fetch(issuing.issuer + path, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: client === undefined ? {} : { authorization: basic(client) },
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? {} : JSON.parse(text),
      };
    },
    async token(client, form = {}) {
      const asked = { grant_type: 'client_credentials', scope: 'read:orders', ...form };
      for (;;) {
        const { status, headers, body } = await issuing.post('/token', asked, client);
        const wait = Number(headers.get('retry-after') ?? 0);
        if (status === 200) return String(body['access_token']);
        // A second after what was issued until now was revoked there are tokens again.
        assert.ok(status === 503 && wait === 1, JSON.stringify(body));
        await sleep(wait * 1000);
      }
    },
    async ask(token) {
      const response = await fetch(`${system.url}/orders/1`, {
        headers: { authorization: `Bearer ${token}` },
      });
      await response.body?.cancel();
      return response.status;
    },
    untilRefused: (token) => eventually(async () => (await issuing.ask(token)) === 401, 'a refusal'),
  };
  return issuing;
}

export function basic({ id, secret }: Credentials): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
