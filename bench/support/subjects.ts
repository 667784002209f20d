import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Algorithm, generateKey, sign } from '@portcullis/token';
import { endProcess } from './end-process.ts';
import { AUDIENCE, type Estate, ISSUER, ORDINARY, writeEstate } from './estate.ts';
import { haproxyConfig } from './haproxy.ts';
import type { Subject } from './wrk.ts';

const CLI = join(dirname(fileURLToPath(import.meta.resolve('@portcullis/cli'))), '../bin/portcullis.js');

export interface PortcullisOptions {
  readonly name?: string;
  readonly estate?: Estate;
  readonly env?: NodeJS.ProcessEnv;
}

export interface StartedPortcullis extends Subject {
  /** From the start of the process until it answered. */
  readonly startMillis: number;
  stop(): Promise<void>;
}

/** What is measured, on free ports in a temporary folder, each gateway pinned to `cpu`. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
  readonly tokens: readonly string[];
  readonly #children: ChildProcess[] = [];
  readonly #algorithm: Algorithm;
  readonly #publicJwk: JsonWebKey;

  private constructor(tokens: readonly string[], algorithm: Algorithm, publicJwk: JsonWebKey) {
    this.tokens = tokens;
    this.#algorithm = algorithm;
    this.#publicJwk = publicJwk;
  }

  /** @param count how many tokens are sent in turn */
  static async create(algorithm: Algorithm, count: number): Promise<Bench> {
    const { privateJwk, publicJwk } = await generateKey(algorithm);
    const now = Math.floor(Date.now() / 1000);
    const tokens = await Promise.all(
      Array.from({ length: count }, (_, i) =>
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
    return new Bench(tokens, algorithm, publicJwk);
  }

  /** The first tokens of all in a file, one a line. */
  writeTokens(count = this.tokens.length): string {
    const file = join(this.folder, `tokens-${count}`);
    writeFileSync(file, this.tokens.slice(0, count).join('\n'));
    return file;
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

  /** HAProxy with the same checks, where it is installed and knows the algorithm. */
  async startHaproxy(upstream: number, cpu: string): Promise<Subject | undefined> {
    if (!/^[RE]S(256|384|512)$/.test(this.#algorithm) || !isInstalled('haproxy')) return undefined;
    const port = await freePort();
    const key = join(this.folder, 'public.pem');
    writeFileSync(
      key,
      createPublicKey({ key: this.#publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    );
    const file = join(this.folder, 'haproxy.cfg');
    writeFileSync(file, haproxyConfig({ port, upstream, algorithm: this.#algorithm, key }));
    const pid = await this.#start(['haproxy', '-f', file], port, cpu);
    return { name: 'HAProxy', url: `http://127.0.0.1:${port}`, pid };
  }

  /** @param cpus as `taskset` takes them */
  async startPortcullis(
    upstream: number,
    cpus: string,
    { name = 'portcullis', estate = ORDINARY, env = {} }: PortcullisOptions = {},
  ): Promise<StartedPortcullis> {
    const [gateway, admin] = [await freePort(), await freePort()];
    const folder = mkdtempSync(join(this.folder, 'portcullis-'));
    const jwks = JSON.stringify({ keys: [this.#publicJwk] });
    const ports = { gateway, admin, upstream };
    const config = await writeEstate(folder, estate, { algorithm: this.#algorithm, jwks, ...ports });
    const startedAt = performance.now();
    const command = ['node', CLI, 'start', '--config', config];
    const pid = await this.#start(command, gateway, cpus, env);
    return {
      name,
      url: `http://127.0.0.1:${gateway}`,
      pid,
      startMillis: performance.now() - startedAt,
      stop: async () => {
        const child = this.#children.find((one) => one.pid === pid);
        if (child !== undefined) await endProcess(child);
      },
    };
  }

  /** Ends what was started and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all(this.#children.map(endProcess));
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

  async #start(
    command: readonly string[],
    port: number,
    cpus: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<number> {
    const child = spawn('taskset', ['-c', cpus, ...command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PATH, ...env },
    });
    this.#children.push(child);
    const answers = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      );
    for (let i = 0; i < 6000 && child.exitCode === null; i += 1) {
      if (await answers()) return child.pid ?? 0;
      await sleep(10);
    }
    throw new Error(`${command.join(' ')} did not start`);
  }
}

/** Daemons such as nginx are not on the path of ordinary users. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH } }).status === 0;
}

/** @throws Error with what to install when a program is missing */
export function requirePrograms(...names: readonly string[]): void {
  const missing = names.filter((name) => !isInstalled(name));
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
