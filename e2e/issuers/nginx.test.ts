import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createAuthority } from '../support/authority.ts';
import { type Edge, openEdge } from '../support/edge.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { eventually } from '../support/processes.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';

/** An issuer that is nothing but a file behind nginx. */
function configuration(nginx: Nginx, more = ''): string {
  return ordersConfig('UPSTREAM').replace(
    'jwksFile: ./jwks.json',
    `jwksUri: "${nginx.url}/jwks.json"${more}`,
  );
}

function replaceKeys(nginx: Nginx, jwks: string): void {
  const path = join(nginx.folder, 'www', 'jwks.json');
  writeFileSync(`${path}.new`, jwks);
  renameSync(`${path}.new`, path);
}

function becomes(edge: Edge, token: string, status: number): Promise<void> {
  return eventually(async () => (await edge.send({ token })).status === status, `a ${status}`);
}

describe('a key set that nginx serves as a file', { concurrency: 4 }, () => {
  it('is trusted, and a key that left it is not trusted any more after the next refresh', async (t) => {
    const [one, two] = [await createIssuer(), await createIssuer()];
    const nginx = await startNginx(t, '', { 'jwks.json': one.jwks });
    // It is fetched again by half of maxStale; nobody asks for an unknown key meanwhile.
    const edge = await openEdge(t, configuration(nginx, ', maxStale: 6s'), {});
    const token = await one.token();
    await edge.admits({ token });
    replaceKeys(nginx, two.jwks);
    await becomes(edge, token, 401);
    await edge.refuses({ token }, 401, 'kid_unknown');
    await edge.admits({ token: await two.token() });
  });

  it('stays in use while nginx is down', async (t) => {
    const issuer = await createIssuer();
    const nginx = await startNginx(t, '', { 'jwks.json': issuer.jwks });
    const edge = await openEdge(t, configuration(nginx), {});
    await nginx.down();
    for (let i = 0; i < 3; i += 1) await edge.admits({ token: await issuer.token() });
    const stranger = await createIssuer();
    await edge.refuses({ token: await stranger.token() }, 401, 'kid_unknown');
    await edge.admits({ token: await issuer.token() });
  });

  it('is used no longer than maxStale, and again once nginx is back', async (t) => {
    const issuer = await createIssuer();
    const nginx = await startNginx(t, '', { 'jwks.json': issuer.jwks });
    const edge = await openEdge(t, configuration(nginx, ', maxStale: 6s'), {});
    const token = await issuer.token();
    await edge.admits({ token });
    await nginx.down();
    await becomes(edge, token, 503);
    await edge.refuses({ token }, 503, 'keys_unavailable');
    await nginx.up();
    await becomes(edge, token, 200);
  });

  it('that was never there is a 503 with Retry-After for its tokens only, until nginx comes', async (t) => {
    const [issuer, local] = [await createIssuer(), await createIssuer('RS256')];
    const nginx = await startNginx(t, '', { 'jwks.json': issuer.jwks });
    await nginx.down();
    const second =
      '  - { name: local, issuer: "https://local.test", algorithms: [RS256], jwksFile: ./local.json }\napis:';
    const yaml = configuration(nginx)
      .replace('apis:', second)
      .replace('issuers: [test]', 'issuers: [test, local]');
    const edge = await openEdge(t, yaml, { 'local.json': local.jwks });
    const token = await issuer.token();
    const { answer } = await edge.refuses({ token }, 503, 'keys_unavailable');
    assert.match(answer.header('retry-after') ?? '', /^[1-9]\d*$/);
    await edge.admits({ token: await local.token({ iss: 'https://local.test' }) });
    await nginx.up();
    await becomes(edge, token, 200);
  });

  it('comes over TLS only from a server whose authority is trusted', async (t) => {
    const issuer = await createIssuer();
    const own = createAuthority(t);
    const { certFile: certificate, keyFile: key } = own.issue({ names: ['IP:127.0.0.1'] });
    const nginx = await startNginx(t, '', { 'jwks.json': issuer.jwks }, { certificate, key });
    const token = await issuer.token();
    const trusting = await openEdge(t, configuration(nginx), {}, { NODE_EXTRA_CA_CERTS: own.caFile });
    await trusting.admits({ token });
    const wary = await openEdge(t, configuration(nginx), {});
    await wary.refuses({ token }, 503, 'keys_unavailable');
    assert.match(wary.system.errors(), /key set could not be loaded/);
  });
});
