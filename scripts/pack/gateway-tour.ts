import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../e2e/support/ports.ts';
import { pathWithOwnTools } from '../command.ts';
import type { InstalledCommand } from './installed-command.ts';
import { listenAnywhere } from './listen-anywhere.ts';

/** How long the gateway may take to get ready, and to stop. */
const PATIENCE_SECONDS = 30;

/**
 * Starts the installed gateway with the starter configuration, on free ports and before an upstream of ours, and sends
 * it one request without a token and one with; and lets somebody choose a password. Throws when it answers anything but 401
 * and 200.
 */
export async function tourGateway(command: InstalledCommand): Promise<void> {
  const upstream = createServer((_request, response) => {
    response.end('hello from the upstream');
  });
  const ports = [await listenAnywhere(upstream), await freePort(), await freePort(), await freePort()];
  const [upstreamPort, gatewayPort, issuerPort, adminPort] = ports;
  const file = join(command.folder, 'portcullis.yaml');
  const moved = readFileSync(file, 'utf8')
    .replaceAll(':9001', `:${upstreamPort}`)
    .replaceAll(':8080', `:${gatewayPort}`)
    .replaceAll(':8081', `:${issuerPort}`)
    .replaceAll(':8082', `:${adminPort}`);
  writeFileSync(file, moved);

  await command.succeeds('master-key', 'generate');
  const client = ['clients', 'add', 'demo', '--owner', 'me', '--allow', 'example=read:example', '--json'];
  const { client_secret: secret }: { client_secret: string } = JSON.parse(await command.succeeds(...client));
  const gateway = start(command);
  try {
    await ready(gateway, `http://127.0.0.1:${adminPort}/readyz`);
    const token = await tokenOf(secret, issuerPort);
    const url = `http://127.0.0.1:${gatewayPort}/example/42`;
    assert.equal((await fetch(url)).status, 401, 'a request without a token is refused');
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(answer.status, 200, `a request with a token is answered${gateway.printed()}`);
    assert.equal(await answer.text(), 'hello from the upstream');
    await choosePassword(command);
    assert.equal(await stop(gateway), 0, `SIGTERM ends the gateway well${gateway.printed()}`);
  } finally {
    gateway.child.kill('SIGKILL');
    upstream.close();
  }
}

/** Somebody who was added chooses a password by the link that was printed: pages and threads of the issuer work as installed. */
async function choosePassword(command: InstalledCommand): Promise<void> {
  const added = await command.succeeds('users', 'add', 'jo@example.com', '--json');
  const { link }: { link: string } = JSON.parse(added);
  const password = 'correct horse battery';
  const answer = await fetch(link, {
    method: 'POST',
    headers: { origin: new URL(link).origin },
    body: new URLSearchParams({ password, repeated: password }),
  });
  assert.equal(answer.status, 200, 'a password is chosen by the link');
}

/** A token of the installed issuer. */
async function tokenOf(secret: string, port: number | undefined): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`demo:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read:example' }),
  });
  const answer: { access_token?: string } = await response.json();
  assert.ok(answer.access_token, `the issuer gives a token: ${JSON.stringify(answer)}`);
  return answer.access_token;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  printed(): string;
}

function start({ program, folder }: InstalledCommand): Running {
  const env = { ...process.env, PATH: pathWithOwnTools(), PORTCULLIS_CONFIG: undefined };
  const child = spawn(program, ['start'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const { promise: ended, resolve } = Promise.withResolvers<number>();
  child.on('close', (code) => resolve(code ?? 128));
  return { child, ended, printed: () => `\n${output}` };
}

async function ready(gateway: Running, url: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  while (Date.now() < deadline && gateway.child.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`the gateway did not get ready:${gateway.printed()}`);
}

async function stop(gateway: Running): Promise<number> {
  gateway.child.kill('SIGTERM');
  const late = new AbortController();
  const hung = sleep(PATIENCE_SECONDS * 1000, -1, { signal: late.signal }).catch(() => -1);
  const code = await Promise.race([gateway.ended, hung]);
  late.abort();
  return code;
}
