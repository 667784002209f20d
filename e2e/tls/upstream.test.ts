import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import type { After } from '../support/after.ts';
import { createAuthority } from '../support/authority.ts';
import { eventually } from '../support/processes.ts';
import { type System, startSystem } from '../support/system.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';

const issuer = await createIssuer();

/** An upstream over TLS that answers with the name of the certificate it was shown. */
async function startTlsUpstream(t: After, options: ServerOptions): Promise<string> {
  const server = createServer(options, (request, response) => {
    const { socket } = request;
    const shown =
      'getPeerCertificate' in socket ? (socket as import('node:tls').TLSSocket).getPeerCertificate() : {};
    response.end(JSON.stringify({ shown: 'subjectaltname' in shown ? shown.subjectaltname : null }));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `https://localhost:${address.port}`;
}

describe('an upstream behind TLS', () => {
  let token: string;
  before(async () => {
    token = await issuer.token();
  });

  function startWith(
    t: TestContext,
    url: string,
    tls: string,
    files: Record<string, string> = {},
  ): Promise<System> {
    const config = ordersConfig(url).replace(`{ url: "${url}" }`, `{ url: "${url}"${tls} }`);
    return startSystem(t, config, { files: { 'jwks.json': issuer.jwks, ...files } });
  }

  async function call(
    system: System,
  ): Promise<{ status: number; body: string; record: Record<string, unknown> }> {
    const response = await fetch(`${system.url}/orders/1`, { headers: { authorization: `Bearer ${token}` } });
    const record = await system.record(response.headers.get('x-request-id') ?? '');
    return { status: response.status, body: await response.text(), record };
  }

  async function refuses(system: System, error: RegExp): Promise<void> {
    const { status, record } = await call(system);
    assert.deepEqual([status, record['reason']], [502, 'upstream_tls_failed']);
    assert.match(String(record['upstreamError']), error);
  }

  it('is refused when its certificate is of an authority that nobody named', async (t) => {
    const authority = createAuthority(t);
    const url = await startTlsUpstream(t, authority.issue({ names: ['DNS:localhost'] }));
    await refuses(await startWith(t, url, ''), /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/);
  });

  it('is refused too when the environment tells Node to trust everybody', async (t) => {
    const authority = createAuthority(t);
    const url = await startTlsUpstream(t, authority.issue({ names: ['DNS:localhost'] }));
    const config = ordersConfig(url);
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    await refuses(await startSystem(t, config, { files: { 'jwks.json': issuer.jwks }, env }), /UNABLE_TO_/);
  });

  it('is trusted by its own authority, and by no other one then', async (t) => {
    const authority = createAuthority(t);
    const other = createAuthority(t, 'Other CA');
    const url = await startTlsUpstream(t, authority.issue({ names: ['DNS:localhost'] }));
    const system = await startWith(t, url, ', tls: { ca: ./ca.pem }', { 'ca.pem': authority.ca });
    assert.equal((await call(system)).status, 200);
    // The authority changes hands while the gateway runs: what is connected goes on, and then is not trusted.
    writeFileSync(join(system.folder, 'new.pem'), other.ca);
    renameSync(join(system.folder, 'new.pem'), join(system.folder, 'ca.pem'));
    await eventually(async () => (await call(system)).record['reason'] === 'upstream_tls_failed', 'distrust');
    writeFileSync(join(system.folder, 'ca.pem'), other.ca + authority.ca);
    await eventually(async () => (await call(system)).status === 200, 'trust in both');
  });

  it('is refused under another name, unless that name was told', async (t) => {
    const authority = createAuthority(t);
    const url = await startTlsUpstream(t, authority.issue({ names: ['DNS:orders.internal'] }));
    const files = { 'ca.pem': authority.ca };
    await refuses(await startWith(t, url, ', tls: { ca: ./ca.pem }', files), /ERR_TLS_CERT_ALTNAME_INVALID/);
    const named = ', tls: { ca: ./ca.pem, serverName: orders.internal }';
    assert.equal((await call(await startWith(t, url, named, files))).status, 200);
  });

  it('is known by an address in its certificate where that is its name', async (t) => {
    const authority = createAuthority(t);
    const url = await startTlsUpstream(t, authority.issue({ names: ['IP:10.1.2.3'] }));
    const files = { 'ca.pem': authority.ca };
    const named = (name: string) =>
      startWith(t, url, `, tls: { ca: ./ca.pem, serverName: "${name}" }`, files);
    assert.equal((await call(await named('10.1.2.3'))).status, 200);
    await refuses(await named('10.1.2.4'), /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('is refused when its certificate is out of date', async (t) => {
    const authority = createAuthority(t);
    const url = await startTlsUpstream(t, authority.issue({ names: ['DNS:localhost'], days: -1 }));
    await refuses(
      await startWith(t, url, ', tls: { ca: ./ca.pem }', { 'ca.pem': authority.ca }),
      /CERT_HAS_EXPIRED/,
    );
  });

  it('is shown our certificate when it asks for one (mutual TLS), and 502 tells when there is none', async (t) => {
    const authority = createAuthority(t);
    const server = authority.issue({ names: ['DNS:localhost'] });
    const client = authority.issue({ names: ['DNS:gateway.test'], passphrase: 'sesame' });
    const url = await startTlsUpstream(t, { ...server, ca: authority.ca, requestCert: true });
    const files = { 'ca.pem': authority.ca, 'own.pem': client.cert, 'own.key': client.key };
    const shown = ', tls: { ca: ./ca.pem, cert: ./own.pem, key: ./own.key, passphrase: sesame }';
    const { status, body } = await call(await startWith(t, url, shown, files));
    assert.deepEqual([status, JSON.parse(body).shown], [200, 'DNS:gateway.test']);
    await refuses(
      await startWith(t, url, ', tls: { ca: ./ca.pem }', files),
      /^ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED$/,
    );
  });
});
