import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { answer } from '../answers/answer.ts';
import { denialRecord } from '../explain/denial-record.ts';
import { explain } from '../explain/explain.ts';
import { guard, reader } from '../testing/orders.ts';

const character = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const piece = fc.oneof(
  fc.constantFrom(
    '/orders',
    '/health',
    '/by-user/',
    '/files',
    '/docs',
    '/',
    '..',
    '.',
    '%2e',
    '%2F',
    '%252f',
    ';',
    '?',
    '#',
    '*',
    'http://',
    'api.example.com',
    'jo',
    '1',
  ),
  character,
);
const target = fc.string({ unit: piece, maxLength: 8 });
const name = fc.oneof(
  fc.constantFrom(
    'Authorization',
    'authorization',
    'Origin',
    'Host',
    'Access-Control-Request-Method',
    '__proto__',
  ),
  fc.string({ unit: character, maxLength: 5 }),
);
const value = fc.oneof(
  fc.constantFrom(
    `Bearer ${reader}`,
    'Bearer a.b.c',
    'Bearer',
    'https://app.example.com',
    'api.example.com',
    'GET',
  ),
  fc.string({ unit: character, maxLength: 10 }),
);
const head = fc.record({
  method: fc.oneof(
    fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD', 'PURGE', '__proto__'),
    fc.string({ maxLength: 5 }),
  ),
  target: fc.oneof(
    target,
    target.map((tail) => `/orders/${tail}`),
  ),
  headers: fc.array(fc.tuple(name, value), { maxLength: 4 }).map((fields) => fields.flat()),
  address: fc.oneof(fc.constantFrom('192.0.2.1', '::1'), fc.string({ maxLength: 8 })),
});

it('decides whatever it is sent, foresees each refusal, and forwards nothing but canonical paths inside the API', async () => {
  await fc.assert(
    fc.asyncProperty(head, async (sent) => {
      const decision = await guard.decide(sent);
      if (decision.kind === 'deny') {
        assert.notEqual(decision.reason, 'internal_error');
        const record = denialRecord(decision);
        assert.ok(!JSON.stringify(record).includes(reader.slice(-20)));
        assert.equal(explain(record).steps.filter(({ result }) => result === 'failed').length, 1);
        const { headers } = answer(decision, 'id');
        assert.ok(headers.every((text) => /^[\x20-\x7e]*$/.test(text)));
        return;
      }
      assert.ok(decision.kind === 'forward');
      const { api, path, query, credential } = decision.match;
      assert.ok(path === api.basePath || path.startsWith(`${api.basePath}/`));
      // Whoever reads the forwarded target as a URL ends up at the same path.
      assert.equal(new URL(`http://upstream${path}${query}`).pathname, path);
      assert.equal(decision.token === undefined, credential.kind !== 'bearer');
    }),
    { numRuns: 3000 },
  );
});
