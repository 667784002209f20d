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
const LOADED = ['mpm_event', 'authn_core', 'authz_core', 'oauth2'];

/**
 * Starts Debian's Apache with mod_oauth2 as a resource server of its own: `/file` needs a token. It ends with the test.
 *
 * @param verify the rest of the OAuth2TokenVerify directive
 * @param require what a token must be, as `Require oauth2_claim` takes it
 * @returns its URL
 */
export async function startApache(t: After, verify: string, require: readonly string[]): Promise<string> {
  requireDebian(['apache2-bin', 'libapache2-mod-oauth2']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-apache-'));
  mkdirSync(join(folder, 'www'));
  writeFileSync(join(folder, 'www', 'file'), 'let in');
  const port = await freePort();
  const rules = require.map((rule) => `Require oauth2_claim ${rule}`).join('\n      ');
  writeFileSync(
    join(folder, 'httpd.conf'),
    `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/pid
ErrorLog ${folder}/error.log
DocumentRoot ${folder}/www
${LOADED.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join('\n')}
<Location "/file">
    AuthType oauth2
    OAuth2TokenVerify ${verify}
    <RequireAll>
      ${rules}
    </RequireAll>
</Location>
`,
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
    return fetch(url).then(
      () => true,
      () => false,
    );
  }, 'an Apache that answers');
  return `${url}/file`;
}
