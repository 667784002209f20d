import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';
import { PATIENCE } from './processes.ts';

const BINARY = '/usr/sbin/nginx';

export interface Nginx {
  readonly url: string;
  readonly folder: string;
  /** Ends it; its port stays its own. */
  down(): Promise<void>;
  /** Starts it again in the same place. */
  up(): Promise<void>;
}

export interface Certificate {
  /** Paths of PEM files. */
  readonly certificate: string;
  readonly key: string;
}

/**
 * Starts Debian's nginx on a free port, in a folder of its own; it ends with the test.
 *
 * @param server directives of the one server block; `root` is the folder's `www`
 * @param files for `www`, by name
 * @param tls serve https with this certificate
 */
export async function startNginx(
  t: After,
  server: string,
  files: Readonly<Record<string, string | Buffer>> = {},
  tls?: Certificate,
): Promise<Nginx> {
  requireDebian(['nginx-light']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-nginx-'));
  mkdirSync(join(folder, 'www'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'www', name), content);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const secured =
    tls === undefined ? '' : `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};`;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; user root; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/access.log; ${temporary}
  default_type text/plain; sendfile on; large_client_header_buffers 8 32k;
  server { listen 127.0.0.1:${port}${tls === undefined ? '' : ' ssl'}; ${secured} root ${folder}/www; ${server} }
}
`,
  );
  let stop = await run(folder, port);
  const nginx: Nginx = {
    url: `http${tls === undefined ? '' : 's'}://127.0.0.1:${port}`,
    folder,
    down: () => stop(),
    async up() {
      stop = await run(folder, port);
    },
  };
  t.after(async () => {
    await nginx.down();
    rmSync(folder, { recursive: true, force: true });
  });
  return nginx;
}

/** Runs it until it takes connections; returns what ends it. */
async function run(folder: string, port: number): Promise<() => Promise<void>> {
  const child = spawn(BINARY, ['-c', join(folder, 'nginx.conf'), '-p', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(25)) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${told}`);
    if (await takesConnections(port)) return stop;
  }
  await stop();
  throw new Error(`nginx does not answer: ${told}`);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
