import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { requireDebian } from './debian.ts';
import { PATIENCE } from './processes.ts';

/** Debian's own Python, for which its packages are; not one that stands before it on the PATH. */
const PYTHON = '/usr/bin/python3';

/** A client made with Authlib; what it is asked comes as JSON in argv. */
const SCRIPT = `
import json, sys
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

ask = json.loads(sys.argv[1])
if 'key' in ask:
    session = OAuth2Session(ask['client_id'], ask['key'], token_endpoint_auth_method=PrivateKeyJWT(ask['token_endpoint'], alg='ES256'))
    session.register_client_auth_method(PrivateKeyJWT(ask['token_endpoint'], alg='ES256'))
else:
    session = OAuth2Session(ask['client_id'], ask['secret'], token_endpoint_auth_method=ask['method'])
token = session.fetch_token(ask['token_endpoint'], grant_type='client_credentials', scope=ask['scope'])
out = {'token': token}
if ask.get('revoke'):
    before = session.introspect_token(ask['introspection_endpoint'], token=token['access_token'])
    session.revoke_token(ask['revocation_endpoint'], token=token['access_token'])
    after = session.introspect_token(ask['introspection_endpoint'], token=token['access_token'])
    out.update(before=before.json(), after=after.json())
print(json.dumps(out))
`;

export interface AuthlibAnswer {
  readonly token: { readonly access_token: string; readonly token_type: string };
  readonly before?: Record<string, unknown>;
  readonly after?: Record<string, unknown>;
}

/** Lets a client made with Authlib (Debian's python3-authlib) ask for a token, and perhaps revoke it. */
export async function askWithAuthlib(ask: Readonly<Record<string, unknown>>): Promise<AuthlibAnswer> {
  requireDebian(['python3', 'python3-authlib', 'python3-requests']);
  // It refuses plain HTTP unless it is told that this is a test.
  const env = { ...process.env, AUTHLIB_INSECURE_TRANSPORT: '1' };
  const run = promisify(execFile);
  const { stdout } = await run(PYTHON, ['-c', SCRIPT, JSON.stringify(ask)], { env, timeout: PATIENCE });
  return JSON.parse(stdout);
}
