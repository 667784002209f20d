import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { After } from './after.ts';
import { requireDebian } from './debian.ts';
import { freePort } from './ports.ts';
import { eventually } from './processes.ts';

const BINARY = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/**
 * Starts Debian's Apache with mod_oauth2 as a resource server of its own: `/file` needs a token. It ends with the test.
 *
 * @param verify the rest of the OAuth2TokenVerify directive
 * @param require what a token must be, as `Require oauth2_claim` takes it
 * @returns its URL
 */
export async function startApache(t: After, verify: string, require: readonly string[]): Promise<string> {
  requireDebian(['libapache2-mod-oauth2']);
  const rules = require.map((rule) => `Require oauth2_claim ${rule}`).join('\n      ');
  const url = await start(
    t,
    await freePort(),
    ['authn_core', 'authz_core', 'oauth2'],
    `<Location "/file">
    AuthType oauth2
    OAuth2TokenVerify ${verify}
    <RequireAll>
      ${rules}
    </RequireAll>
</Location>
`,
  );
  return `${url}/file`;
}

/**
 * Starts Debian's Apache with mod_auth_openidc as an application that people sign in to: `/file` needs a session. It ends with
 * the test.
 *
 * @param port where it is to listen: its redirect URI is known before it starts
 * @returns its URL
 */
export async function startRelyingParty(
  t: After,
  port: number,
  provider: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string },
): Promise<string> {
  requireDebian(['libapache2-mod-auth-openidc']);
  return start(
    t,
    port,
    ['authn_core', 'authz_core', 'authz_user', 'headers', 'auth_openidc'],
    `OIDCProviderMetadataURL ${provider.issuer}/.well-known/openid-configuration
OIDCClientID ${provider.clientId}
OIDCClientSecret ${provider.clientSecret}
OIDCRedirectURI http://localhost:${port}/oidc/callback
OIDCDefaultLoggedOutURL http://localhost:${port}/bye
OIDCCryptoPassphrase of-this-test-only
OIDCScope "openid email"
OIDCPKCEMethod S256
OIDCRemoteUserClaim email
<Location "/">
    AuthType openid-connect
    Require valid-user
    Header set X-Person "expr=%{REMOTE_USER}"
</Location>
<Location "/bye">
    AuthType none
    Require all granted
</Location>
`,
  );
}

/** @returns its URL, once it answers */
async function start(t: After, port: number, modules: readonly string[], rules: string): Promise<string> {
  requireDebian(['apache2-bin']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-apache-'));
  mkdirSync(join(folder, 'www'));
  for (const name of ['file', 'bye']) writeFileSync(join(folder, 'www', name), 'let in');
  const loaded = ['mpm_event', ...modules].map(
    (name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`,
  );
  writeFileSync(
    join(folder, 'httpd.conf'),
    `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
DocumentRoot ${folder}/www
${loaded.join('\n')}
${rules}`,
  );
  const child = spawn(BINARY, ['-X', '-f', join(folder, 'httpd.conf')], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(readFileSync(join(folder, 'error.log'), 'utf8'));
    return fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    );
  }, 'an Apache that answers');
  return url;
}
