import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';

const BINARY = '/usr/sbin/nginx';

export interface Nginx {
  readonly url: string;
  readonly folder: string;
}

/**
 * Starts Debian's nginx on a free port, in a folder of its own; it ends with the test.
 *
 * @param server directives of the one server block; `root` is the folder's `www`
 * @param files for `www`, by name
 */
export async function startNginx(
  t: After,
  server: string,
  files: Readonly<Record<string, string | Buffer>> = {},
): Promise<Nginx> {
  requireDebian(['nginx-light']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-nginx-'));
  mkdirSync(join(folder, 'www'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, 'www', name), content);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; user root; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/access.log; ${temporary}
  default_type text/plain; sendfile on; large_client_header_buffers 8 32k;
  server { listen 127.0.0.1:${port}; root ${folder}/www; ${server} }
}
`,
  );
  const child = spawn(BINARY, ['-c', join(folder, 'nginx.conf'), '-p', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(25)) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${told}`);
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return { url, folder };
  }
  throw new Error(`nginx does not answer: ${told}`);
}
