import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';
import { PATIENCE } from './processes.ts';

const TABLES = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz';
/** The administrator that those tables come with. */
const ADMIN = { username: 'admin', password: 'password' };
const CLIENT = { id: 'machine', secret: 'a-secret-of-this-test-client-only' };
const SCOPE = 'orders';

/** What its two OpenID Connect plugins sign with. */
const KINDS = {
  rsa: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ecdsa: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
export type Kind = keyof typeof KINDS;

/** Debian's glewlwyd, an OpenID Provider in C: none of its code has anything to do with ours, or with jose. */
export interface Glewlwyd {
  /** Each kind of key is an issuer of its own. */
  issuer(kind: Kind): string;
  /** An access token (RFC 9068) for the resource that it was started with, by the client credentials grant. */
  token(kind: Kind): Promise<string>;
}

/**
 * Starts it on a free port, in a folder of its own, with a database of its own. It ends with the test.
 *
 * @param resource the only one that it grants tokens for (RFC 8707)
 */
export async function startGlewlwyd(t: After, resource: string): Promise<Glewlwyd> {
  requireDebian(['glewlwyd']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-glewlwyd-'));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const database = new DatabaseSync(join(folder, 'glewlwyd.db'));
  database.exec(gunzipSync(readFileSync(TABLES)).toString());
  database.close();
  writeFileSync(join(folder, 'glewlwyd.conf'), configuration(origin, folder));
  const child = spawn('glewlwyd', [`--config-file=${join(folder, 'glewlwyd.conf')}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let told = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
  }
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  t.after(async () => {
    child.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const admin = await untilReady(origin, () => {
    if (child.exitCode !== null) throw new Error(`glewlwyd ended: ${told}`);
  });
  await setUp(origin, admin, resource);
  const issuer = (kind: Kind): string => `${origin}/api/${kind}`;
  return { issuer, token: (kind) => fetchToken(issuer(kind), resource) };
}

function configuration(origin: string, folder: string): string {
  const modules = ['user', 'client', 'plugin'].map(
    (name) => `${name}_module_path="/usr/lib/glewlwyd/${name}"`,
  );
  return `port=${new URL(origin).port}
bind_address="127.0.0.1"
external_url="${origin}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_key="session"
session_expiration=3600
admin_scope="g_admin"
profile_scope="g_profile"
${modules.join('\n')}
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
static_files_path="/usr/share/glewlwyd/webapp/"
use_secure_connection=false
secure_connection_key_file="unused"
secure_connection_pem_file="unused"
secure_connection_ca_file="unused"
hash_algorithm="SHA512"
database = { type = "sqlite3" path = "${folder}/glewlwyd.db" };
`;
}

/** Waits until the administrator can log in; the cookie of the session. */
async function untilReady(origin: string, look: () => void): Promise<string> {
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await sleep(50)) {
    look();
    const response = await post(`${origin}/api/auth/`, ADMIN).catch(() => undefined);
    const [cookie] = response?.headers.getSetCookie() ?? [];
    if (response?.ok === true && cookie !== undefined) return cookie.split(';')[0] ?? '';
  }
  throw new Error('glewlwyd lets nobody log in');
}

/** A scope, a plugin for each kind of key, and one client. */
async function setUp(origin: string, cookie: string, resource: string): Promise<void> {
  const create = async (what: string, value: unknown): Promise<void> => {
    const response = await post(`${origin}/api/${what}/`, value, { cookie });
    if (!response.ok) throw new Error(`glewlwyd takes no ${what}: ${await response.text()}`);
  };
  await create('scope', { name: SCOPE, display_name: SCOPE, password_required: false });
  for (const [kind, generate] of Object.entries(KINDS)) {
    const { privateKey, publicKey } = generate();
    const parameters = {
      iss: `${origin}/api/${kind}`,
      'jwt-type': kind,
      'jwt-key-size': '256',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      cert: publicKey.export({ type: 'spki', format: 'pem' }),
      'access-token-duration': 600,
      'refresh-token-duration': 3600,
      'code-duration': 60,
      'allow-non-oidc': true,
      'auth-type-client-enabled': true,
      'jwks-show': true,
      'resource-allowed': true,
      'resource-scope': { [SCOPE]: [resource] },
      'resource-scope-and-client-property': false,
      'resource-change-allowed': false,
    };
    await create('mod/plugin', { module: 'oidc', name: kind, display_name: kind, parameters });
  }
  await create('client', {
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    token_endpoint_auth_method: ['client_secret_basic'],
    authorization_type: ['client_credentials'],
    redirect_uri: ['https://client.test/'],
    scope: [SCOPE],
    confidential: true,
    enabled: true,
  });
}

async function fetchToken(issuer: string, resource: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${CLIENT.id}:${CLIENT.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: SCOPE, resource }),
  });
  const text = await response.text();
  const [, token] = /"access_token":"([^"]+)"/.exec(text) ?? [];
  if (token === undefined) throw new Error(`no token: ${response.status} ${text}`);
  return token;
}

function post(url: string, value: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  });
}
