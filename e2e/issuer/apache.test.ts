import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { startApache } from '../support/apache.ts';
import { AUDIENCE, MAIL_AUDIENCE, startIssuing } from '../support/issuing.ts';

async function statusOf(url: string, token: string): Promise<number> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await response.body?.cancel();
  return response.status;
}

describe("Apache's mod_oauth2 as a resource server beside the gateway", async () => {
  const issuing = await startIssuing({ after });
  const client = await issuing.addClient(
    'billing',
    '--allow',
    'orders=read:orders',
    '--allow',
    'mail=read:mail',
  );
  const auditor = await issuing.addClient('apache', '--introspect', 'orders');
  const orders = await issuing.token(client, { resource: AUDIENCE });
  const mail = await issuing.token(client, { resource: MAIL_AUDIENCE, scope: 'read:mail' });
  const rules = [`iss:${issuing.issuer}`, `aud:${AUDIENCE}`];

  test('takes tokens by the key set, for its own audience only', async () => {
    const url = await startApache(
      { after },
      `jwks_uri ${issuing.issuer}/jwks jwks_uri.ssl_verify=false`,
      rules,
    );
    assert.equal(await statusOf(url, orders), 200);
    assert.notEqual(await statusOf(url, mail), 200);
    assert.equal(await statusOf(url, `${orders.slice(0, -4)}AAAA`), 401);
  });

  test('takes tokens by introspection, and refuses one once it is revoked', async () => {
    const introspection = `introspect ${issuing.issuer}/token/introspection introspect.ssl_verify=false`;
    const auth = `introspect.auth=client_secret_basic&client_id=${auditor.id}&client_secret=${auditor.secret}`;
    const url = await startApache({ after }, `${introspection}&${auth}&expiry=0`, rules);
    assert.equal(await statusOf(url, orders), 200);
    const revoked = await issuing.token(client, { resource: AUDIENCE });
    await issuing.post('/token/revocation', { token: revoked }, client);
    assert.equal(await statusOf(url, revoked), 401);
  });
});
