import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { eventually } from './processes.ts';

const NODE_MODULES = resolve(import.meta.dirname, '..', '..', 'node_modules');
/** Where Debian puts the sources of golang-jwt. */
const GOLANG_JWT = '/usr/share/gocode/src/github.com/golang-jwt/jwt';

/** Says of a token whether the code took it. */
export type Ask = (token: string) => Promise<boolean>;

/** A piece of code that runs, until `end`. */
export interface RunningSnippet {
  readonly ask: Ask;
  end(): Promise<void>;
}

type Env = Readonly<Record<string, string>>;

/** A program that reads one token from standard input: exit code 0 for yes. */
function program(command: string, args: readonly string[], cwd: string, env: Env): RunningSnippet {
  return {
    ask: async (input) =>
      spawnSync(command, [...args], { cwd, input, env: { ...process.env, ...env } }).status === 0,
    end: async () => {},
  };
}

async function server(file: string, cwd: string, env: Env): Promise<RunningSnippet> {
  const port = await freePort();
  const child = spawn(process.execPath, [file], {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: 'pipe',
  });
  let printed = '';
  child.stderr.on('data', (text) => {
    printed += String(text);
  });
  const get = (headers: Record<string, string>): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/`, { headers });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${file} ended: ${printed}`);
    return (await get({}).catch(() => undefined)) !== undefined;
  }, `${file} listens`);
  return {
    ask: async (token) => {
      const response = await get({ authorization: `Bearer ${token}` });
      const body = await response.text();
      if (response.status !== 200 && response.status !== 401) throw new Error(`${response.status}: ${body}`);
      return response.status === 200;
    },
    end: async () => {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Runs a piece of code as its first lines say, in a folder that has the keys. */
export async function runSnippet(
  folder: string,
  file: string,
  code: string,
  env: Env,
): Promise<RunningSnippet> {
  writeFileSync(join(folder, file), code);
  if (file.endsWith('.mjs')) {
    symlinkSync(NODE_MODULES, join(folder, 'node_modules'));
    return file === 'server.mjs' ? server(file, folder, env) : program(process.execPath, [file], folder, env);
  }
  if (file.endsWith('.py')) return program('/usr/bin/python3', [file], folder, env);
  if (file.endsWith('.go')) return goProgram(folder, file, env);
  throw new Error(`nobody knows how to run ${file}`);
}

function goProgram(folder: string, file: string, env: Env): RunningSnippet {
  writeFileSync(
    join(folder, 'go.mod'),
    `module verify\n\ngo 1.19\n\nrequire github.com/golang-jwt/jwt/v4 v4.4.3\n\nreplace github.com/golang-jwt/jwt/v4 => ${GOLANG_JWT}\n`,
  );
  const offline = { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off' };
  const built = spawnSync('go', ['build', '-o', 'verify', file], { cwd: folder, env: offline });
  if (built.status !== 0) throw new Error(`go build: ${built.stderr}`);
  return program(join(folder, 'verify'), [], folder, env);
}
