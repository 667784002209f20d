import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Algorithm, generateKey, sign } from '@portcullis/token';

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://api.test';
const TOKENS = 500;
const CLI = join(dirname(fileURLToPath(import.meta.resolve('@portcullis/cli'))), '../bin/portcullis.js');

/** What is measured, on free ports in a temporary folder, each gateway pinned to `cpu`. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
  readonly tokens: readonly string[];
  readonly #children: ChildProcess[] = [];
  readonly #jwks: string;

  private constructor(tokens: readonly string[], jwks: string) {
    this.tokens = tokens;
    this.#jwks = jwks;
  }

  static async create(algorithm: Algorithm): Promise<Bench> {
    const { privateJwk, publicJwk } = await generateKey(algorithm);
    const now = Math.floor(Date.now() / 1000);
    const tokens = await Promise.all(
      Array.from({ length: TOKENS }, (_, i) =>
        sign(
          {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: `user-${i}`,
            client_id: 'bench',
            scope: 'read:orders',
            iat: now,
            exp: now + 3600,
            jti: `${i}`,
          },
          { key: privateJwk },
        ),
      ),
    );
    return new Bench(tokens, JSON.stringify({ keys: [publicJwk] }));
  }

  /** nginx as the service behind the gateways. */
  async startUpstream(cpu: string): Promise<number> {
    const port = await freePort();
    await this.#startNginx(
      'upstream',
      port,
      cpu,
      `location / { return 200 '{"id":1,"status":"shipped","note":"about one hundred bytes of JSON, as an order might be."}'; }`,
    );
    return port;
  }

  /** nginx as a proxy that checks nothing: the floor that no gateway on this machine gets under. */
  async startBareProxy(upstream: number, cpu: string) {
    const port = await freePort();
    const pid = await this.#startNginx(
      'bare-proxy',
      port,
      cpu,
      'location / { proxy_pass http://kept; proxy_http_version 1.1; proxy_set_header Connection ""; }',
      // Without it nginx connects anew for each request, and is no floor at all.
      `upstream kept { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 100000000; }`,
    );
    return { name: 'nginx, no checks', url: `http://127.0.0.1:${port}`, pid };
  }

  async startPortcullis(upstream: number, cpu: string, algorithm: Algorithm) {
    const [gateway, admin] = [await freePort(), await freePort()];
    writeFileSync(join(this.folder, 'jwks.json'), this.#jwks);
    const config = join(this.folder, 'portcullis.yaml');
    writeFileSync(
      config,
      `listen: { gateway: "127.0.0.1:${gateway}", admin: "127.0.0.1:${admin}" }
gateway: { workers: 1 }
log: { access: ./access.log }
issuers:
  - { name: bench, issuer: "${ISSUER}", algorithms: [${algorithm}], jwksFile: ./jwks.json }
apis:
  - name: orders
    basePath: /orders
    audience: ${AUDIENCE}
    issuers: [bench]
    upstreams: [{ url: "http://127.0.0.1:${upstream}" }]
    routes: [{ match: "GET /{id}", require: { scopes: ["read:orders"] } }]
    forward: { headers: { x-user: sub } }
`,
    );
    const pid = await this.#start(['node', CLI, 'start', '--config', config], admin, cpu);
    return { name: 'portcullis', url: `http://127.0.0.1:${gateway}`, pid };
  }

  /** Ends what was started and removes the folder. */
  async stop(): Promise<void> {
    const ends = this.#children.map((child) => {
      const end = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      return child.exitCode === null ? end : undefined;
    });
    await Promise.all(ends);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #startNginx(name: string, port: number, cpu: string, location: string, upstreams = ''): Promise<number> {
    const file = join(this.folder, `${name}.conf`);
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${this.folder}/${name}-${kind};`,
    );
    writeFileSync(
      file,
      `worker_processes 1; daemon off; pid ${this.folder}/${name}.pid; error_log stderr error;
events { worker_connections 2048; }
http { access_log off; keepalive_requests 100000000; ${temp.join(' ')} default_type application/json; ${upstreams}
  server { listen 127.0.0.1:${port}; ${location} } }
`,
    );
    return this.#start(['nginx', '-c', file], port, cpu);
  }

  async #start(command: readonly string[], port: number, cpu: string): Promise<number> {
    const child = spawn('taskset', ['-c', cpu, ...command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH },
    });
    this.#children.push(child);
    for (let i = 0; i < 200 && child.exitCode === null; i += 1) {
      if (
        await fetch(`http://127.0.0.1:${port}/`).then(
          () => true,
          () => false,
        )
      )
        return child.pid ?? 0;
      await sleep(100);
    }
    throw new Error(`${command.join(' ')} did not start`);
  }
}

/** Daemons such as nginx are not on the path of ordinary users. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

/** @throws Error with what to install when a program is missing */
export function requirePrograms(...names: readonly string[]): void {
  const missing = names.filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`], { env: { PATH } }).status !== 0,
  );
  if (missing.length > 0) {
    throw new Error(
      `the benchmark needs ${missing.join(' and ')}: on Debian, apt-get install wrk nginx-light util-linux`,
    );
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
