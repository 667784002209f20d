import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  compile,
  createGuard,
  createLimiter,
  denialRecord,
  explain,
  issuerPolicy,
  parseConfig,
} from '@portcullis/guard';
import { createVerifier, generateKey, type JwtClaims, jwksKeys, sign } from '@portcullis/token';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';

const CONFIGURATION = `issuers:
  - { name: local, issuer: "https://id.example.com", algorithms: [ES256] }
  - { name: legacy, issuer: legacy, algorithms: [HS256], secrets: ["\${LEGACY_SECRET}"], types: [JWT] }
apis:
  - name: orders
    basePath: /orders
    audience: https://api.example.com/orders
    issuers: [local]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      - { match: "GET /{id}", require: { scopes: [read:orders] } }
      - { match: "GET /by-user/{user}", require: { claims: { sub: { equals: "{user}" } } } }
      - { match: "GET /health", public: true }
    forward: { headers: { x-user-id: sub } }
    cors: { origins: ["https://app.example.com"] }
`;
const env = { LEGACY_SECRET: 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N9qGp' };
const NOW = Math.floor(Date.now() / 1000);
const { privateJwk, publicJwk } = await generateKey('ES256');
const jwks = { keys: [publicJwk] };

const token = (changes: JwtClaims = {}): Promise<string> =>
  sign(
    {
      iss: 'https://id.example.com',
      sub: 'jo',
      aud: 'https://api.example.com/orders',
      client_id: 'app',
      scope: 'read:orders',
      iat: NOW,
      exp: NOW + 600,
      ...changes,
    },
    { key: privateJwk },
  );

/** What the decision core says outside the page: the reason, and how each check came out. */
async function decided(
  request: string,
  bearer: string,
): Promise<{ reason: string; steps: Record<string, string> }> {
  const snapshot = compile(parseConfig(CONFIGURATION, { file: 'portcullis.yaml', env }), 1);
  const [local] = snapshot.config.issuers;
  assert.ok(local);
  const keys = await jwksKeys(jwks, { algorithms: ['ES256'] });
  const verifier = createVerifier({ issuers: [issuerPolicy(local, keys)], clock: () => NOW });
  const guard = createGuard({ snapshot, verifier, limiter: createLimiter(), clock: () => NOW });
  const [first = '', ...lines] = request.split('\n');
  const [method = '', target = ''] = first.split(' ');
  const more = lines.flatMap((line) => line.split(': '));
  const headers = [
    'Host',
    'gateway.example',
    ...more,
    ...(bearer === '' ? [] : ['Authorization', `Bearer ${bearer}`]),
  ];
  const decision = await guard.decide({ method, target, headers, address: '192.0.2.1' });
  if (decision.kind !== 'deny') return { reason: decision.kind, steps: {} };
  const { reason, steps } = explain(denialRecord(decision));
  return { reason, steps: Object.fromEntries(steps.map(({ check, result }) => [check, result])) };
}

describe('the debugger answers what the gateway would do, and at which check', async () => {
  const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));
  const { page } = debug;
  const good = await token();
  await debug.paste(good);
  await debug.giveKey(JSON.stringify(jwks));
  await debug.tool('Gateway');
  await debug.editor('Configuration (portcullis.yaml)').waitFor();
  await debug.paste(CONFIGURATION, 'Configuration (portcullis.yaml)');
  await page.getByLabel('Values for ${NAME} in it').fill(`LEGACY_SECRET=${env.LEGACY_SECRET}`);
  await page.getByLabel('Keys of local (JWK Set)').waitFor();
  await page.getByRole('button', { name: 'Use the keys above' }).first().click();

  const ask = async (request: string): Promise<string> => {
    await page.getByLabel('Request', { exact: true }).fill(request);
    await page.getByRole('button', { name: 'Would it pass?' }).click();
    await page.waitForTimeout(150);
    return (await page.locator('[data-answer]').textContent()) ?? '';
  };
  const steps = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      await page
        .locator('[data-step]')
        .evaluateAll((all) => all.map((one) => [one.dataset['step'] ?? '', one.dataset['result'] ?? ''])),
    );

  test('forwarded, with what the upstream is told', async () => {
    const told = await ask('GET /orders/42');
    assert.match(told, /Yes: it is forwarded, by route GET \/\{id\} of orders/);
    assert.match(told, /x-user-id: jo/);
    const passed = await steps();
    assert.equal(passed['signature'], 'passed');
    assert.equal(passed['requirement'], 'passed');
  });

  const denials: Record<string, [request: string, bearer: () => Promise<string>]> = {
    'a scope that is missing': ['GET /orders/42', () => token({ scope: 'write:orders' })],
    'an object of somebody else': ['GET /orders/by-user/ann', () => token()],
    'an expired token': ['GET /orders/42', () => token({ iat: NOW - 7200, exp: NOW - 3600 })],
    'another audience': ['GET /orders/42', () => token({ aud: 'https://api.example.com/other' })],
    'an unknown issuer': ['GET /orders/42', () => token({ iss: 'https://evil.example' })],
    'a path that no route has': ['GET /orders/a/b/c', () => token()],
    'a method that the path has not': ['DELETE /orders/42', () => token()],
    'a place where no API lives': ['GET /elsewhere', () => token()],
    'an ambiguous path': ['GET /orders/..%2f..%2fadmin', () => token()],
  };
  for (const [name, [request, bearer]] of Object.entries(denials)) {
    test(`denied for ${name}, as the decision core denies it`, async () => {
      const one = await bearer();
      await debug.paste(one);
      const expected = await decided(request, one);
      const told = await ask(request);
      assert.ok(told.includes(expected.reason), `${told.slice(0, 200)}, expected ${expected.reason}`);
      // The page cannot know what was revoked and who has called how often, and does not say it does.
      const unknown = {
        revocation: 'not reached',
        address_limit: 'not reached',
        caller_limit: 'not reached',
      };
      assert.deepEqual(await steps(), { ...expected.steps, ...unknown });
    });
  }

  test('denied for a missing scope, with the line of the rule', async () => {
    await debug.paste(await token({ scope: 'write:orders' }));
    assert.match(await ask('GET /orders/42'), /line 11/);
  });

  test('without a token, on a public route and on another', async () => {
    await page.getByLabel('Send no token').check();
    assert.match(await ask('GET /orders/health'), /Yes/);
    assert.match(await ask('GET /orders/42'), /No: 401, token_missing|No: 401/);
    await page.getByLabel('Send no token').uncheck();
  });

  test('a preflight, with header lines', async () => {
    const request = 'OPTIONS /orders/42\nOrigin: https://app.example.com\nAccess-Control-Request-Method: GET';
    assert.match(await ask(request), /CORS preflight/);
  });

  test('mistakes in the request, the configuration and the keys are told', async () => {
    assert.match(await ask('orders/42'), /This is no request/);
    await page.getByLabel('Keys of local (JWK Set)').fill('{"keys":[]}');
    assert.match(await ask('GET /orders/42'), /keys of local cannot be used: key_set_empty/);
    await page.getByLabel('Keys of local (JWK Set)').fill('');
    await debug.paste(good);
    assert.match(await ask('GET /orders/42'), /No: 503, keys_unavailable/);
    await debug.paste(CONFIGURATION.replace('upstreams', 'upstream'), 'Configuration (portcullis.yaml)');
    assert.match(await ask('GET /orders/42'), /line \d+: .*upstream/);
    await page.getByLabel('Values for ${NAME} in it').fill('');
    assert.match(await ask('GET /orders/42'), /LEGACY_SECRET is not set/);
  });

  test('a configuration can be opened from a file', async () => {
    await page.getByLabel('Open a file').setInputFiles({
      name: 'portcullis.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(CONFIGURATION.replace('name: orders', 'name: from-a-file')),
    });
    await page.getByLabel('Values for ${NAME} in it').fill(`LEGACY_SECRET=${env.LEGACY_SECRET}`);
    await page.getByLabel('Keys of local (JWK Set)').fill(JSON.stringify(jwks));
    assert.match(await ask('GET /orders/42'), /of from-a-file/);
  });

  test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
});
