import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addAccount, addClient, hashPassword } from '@portcullis/issuer';
import { masterKeyFile, newMasterSecret, openStore } from '@portcullis/store';
import { endProcess } from './end-process.ts';
import { freePort } from './subjects.ts';
import type { Subject } from './wrk.ts';

const CLI = join(dirname(fileURLToPath(import.meta.resolve('@portcullis/cli'))), '../bin/portcullis.js');
const AUDIENCE = 'https://api.test';
export const WORKERS = 2;
/** Somebody who signs in, and the application that they sign in to. */
export const PERSON = 'jo@example.com';
export const PASSWORD = 'correct horse battery';
export const APPLICATION = 'shop';
export const CALLBACK = 'https://shop.example.com/callback';
/** Rows of one INSERT while a store is filled. */
const BATCH = 1000;

export interface IssuerSubject extends Subject {
  readonly secret: string;
}

export interface PortcullisSubject extends IssuerSubject {
  /** Its `iss`, which is its origin, too. */
  readonly issuer: string;
  readonly gateway: string;
  readonly store: string;
}

/** The issuers that are measured, on free ports in a temporary folder, each pinned to `cpu`. */
export class IssuerBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-issuer-'));
  readonly #children: ChildProcess[] = [];
  readonly #upstream: Server = createServer((_request, response) => response.end('{}'));

  async startBare(cpu: string): Promise<IssuerSubject> {
    const port = await freePort();
    const secret = randomBytes(32).toString('base64url');
    const script = fileURLToPath(new URL('bare-provider.ts', import.meta.url));
    const pid = await this.#start([script, `${port}`, secret], `http://127.0.0.1:${port}/jwks`, cpu);
    return { name: 'oidc-provider, in memory', url: `http://127.0.0.1:${port}`, pid, secret };
  }

  /** @param rows audit events and revocations that lie in the store already */
  async startPortcullis(name: string, cpu: string, rows: number): Promise<PortcullisSubject> {
    const folder = join(this.folder, `${this.#children.length}`);
    mkdirSync(folder);
    const [gateway, issuer, admin] = [await freePort(), await freePort(), await freePort()];
    const upstream = await this.#listen();
    const config = join(folder, 'portcullis.yaml');
    const url = `http://localhost:${issuer}`;
    writeFileSync(join(folder, 'master-key.json'), masterKeyFile([newMasterSecret()]));
    writeFileSync(
      config,
      `listen: { gateway: "127.0.0.1:${gateway}", issuer: "127.0.0.1:${issuer}", admin: "127.0.0.1:${admin}" }
gateway: { workers: ${WORKERS} }
log: { access: ./access.log, level: warn }
store: sqlite:./portcullis.db
masterKey: { file: ./master-key.json }
issuer: { url: "${url}", trustedProxies: [127.0.0.1], limits: { perAddress: 1000000/s, perClient: 1000000/s } }
issuers: [{ name: local, issuer: "${url}", algorithms: [ES256] }]
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [local]
    upstreams: [{ url: "${upstream}" }]
    routes: [{ match: "GET /{id}", require: { scopes: ["read:orders"] } }]
`,
    );
    const store = `sqlite:${join(folder, 'portcullis.db')}`;
    const secret = await fill(store, url, rows);
    const pid = await this.#start(
      [CLI, 'start', '--config', config],
      `http://127.0.0.1:${admin}/readyz`,
      cpu,
    );
    return {
      name,
      url: `http://127.0.0.1:${issuer}`,
      issuer: url,
      pid,
      secret,
      gateway: `http://127.0.0.1:${gateway}`,
      store,
    };
  }

  async stop(): Promise<void> {
    const ends = this.#children.map(endProcess);
    this.#upstream.close();
    this.#upstream.closeAllConnections();
    await Promise.all(ends);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #listen(): Promise<string> {
    if (!this.#upstream.listening)
      await new Promise<void>((done) => this.#upstream.listen(0, '127.0.0.1', done));
    const address = this.#upstream.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async #start(args: readonly string[], ready: string, cpu: string): Promise<number> {
    const child = spawn('taskset', ['-c', cpu, process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#children.push(child);
    for (let i = 0; i < 600 && child.exitCode === null; i += 1) {
      const answers = await fetch(ready).then(
        ({ ok }) => ok,
        () => false,
      );
      if (answers) return child.pid ?? 0;
      await sleep(100);
    }
    throw new Error(`${args.join(' ')} did not start`);
  }
}

/** A store with a client, and so many events and live revocations. */
async function fill(url: string, issuer: string, rows: number): Promise<string> {
  const store = await openStore(url);
  const client = {
    id: 'bench',
    name: 'bench',
    owner: 'bench',
    contacts: [],
    grants: [{ audience: AUDIENCE, scopes: ['read:orders'], roles: [] }],
    introspects: [],
    authMethod: 'client_secret',
    jwks: undefined,
  } as const;
  const now = Date.now();
  const operator = { actor: 'system', issuer, now };
  const secret = await addClient(store, client, operator);
  const person = { email: PERSON, name: 'Jo', roles: [], administrator: false, emailVerified: true };
  await addAccount(store, { ...person, passwordHash: await hashPassword(PASSWORD) }, operator);
  const shop = {
    ...client,
    id: APPLICATION,
    kind: 'web',
    firstParty: true,
    redirectUris: [CALLBACK],
  } as const;
  await addClient(store, shop, operator);
  for (let done = 0; done < rows; done += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, rows - done) }, () =>
      randomBytes(16).toString('base64url'),
    );
    const until = now / 1000 + 3600;
    await store.revocations.add(
      numbers.map((value) => ({ issuer, by: 'jti', value, until })),
      now,
    );
    const event = {
      at: now,
      type: 'token.issued',
      outcome: 'success',
      actor: 'client:bench',
      client: 'bench',
    } as const;
    await Promise.all(numbers.map((jti) => store.audit.append({ ...event, detail: { jti } })));
  }
  await store.close();
  return secret ?? '';
}
