import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startOrdersApi } from './orders-api.ts';

async function ordersApi(t: TestContext): Promise<string> {
  const api = await startOrdersApi({ host: '127.0.0.1', port: 0, changedBy: 'nothing' });
  t.after(() => api.close());
  return api.url;
}

test('an order is shown with the identity headers that arrived, and with no others', async (t) => {
  const url = await ordersApi(t);
  const headers = {
    'x-user-id': 'alice',
    'x-client-id': 'web',
    'x-scopes': 'a b',
    'x-request-id': '1',
    'x-other': 'z',
  };
  const response = await fetch(`${url}/orders/42?x=1`, { headers });
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    order: { id: '42', item: 'iron portcullis', quantity: 1 },
    caller: { 'x-user-id': 'alice', 'x-client-id': 'web', 'x-scopes': 'a b', 'x-request-id': '1' },
  });
});

test('orders are listed and taken, and anything else is a clean error', async (t) => {
  const url = await ordersApi(t);
  const status = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, init);
    await response.text();
    return response.status;
  };
  assert.equal(await status('/orders'), 200);
  assert.equal(await status('/orders/health'), 200);
  assert.equal(await status('/orders/nope'), 404);
  assert.equal(await status('/'), 404);
  assert.equal(await status('/orders', { method: 'POST', body: '{"item":"door"}' }), 201);
  assert.equal(await status('/orders/42', { method: 'DELETE' }), 405);
});
