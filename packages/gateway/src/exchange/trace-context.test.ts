import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { givenRequestId, newRequestId } from '../http/request-id.ts';
import { Tracer } from './trace-context.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = `00-${ID}-00f067aa0ba902b7-01`;
const REQUEST_ID = '0190c5d4-1c9a-4c31-9b3e-2d0c6a1f7e55';
const REQUEST = givenRequestId(REQUEST_ID);
const WELL_FORMED = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;

const trusting = new Tracer({ accept: 'trusted', sample: 1 });

test('a trace of a trusted proxy goes on as it came, with its state', () => {
  const fields = ['traceparent', PARENT, 'tracestate', 'a=1', 'tracestate', 'b=2'];
  assert.deepEqual(trusting.trace(fields, true, REQUEST), {
    id: ID,
    fields: ['traceparent', PARENT, 'tracestate', 'a=1,b=2'],
  });
});

test('a trace of a stranger is begun anew, unless any is accepted', () => {
  const fields = ['traceparent', PARENT, 'tracestate', 'a=1'];
  const begun = trusting.trace(fields, false, REQUEST);
  assert.notEqual(begun.id, ID);
  assert.equal(begun.fields.length, 2);
  assert.equal(new Tracer({ accept: 'any', sample: 1 }).trace(fields, false, REQUEST).id, ID);
});

test('a trace that begins here has the id of its request', () => {
  assert.equal(trusting.trace([], false, REQUEST).id, REQUEST_ID.replaceAll('-', ''));
  const other = trusting.trace([], true, givenRequestId('an-id-of-a-proxy'));
  assert.match(other.fields[1] ?? '', WELL_FORMED);
  assert.equal(other.fields[1]?.slice(3, 35), other.id);
});

test('a request id of a proxy that can be the id of a trace is, with another parent each time', () => {
  for (const id of ['00000000-0000-0000-9b3e-2d0c6a1f7e55', '0190c5d4-1c9a-4c31-0000-000000000000']) {
    const [once, again] = [
      trusting.trace([], true, givenRequestId(id)),
      trusting.trace([], true, givenRequestId(id)),
    ];
    assert.equal(once.id, id.replaceAll('-', ''));
    assert.match(once.fields[1] ?? '', WELL_FORMED);
    assert.notEqual(once.fields[1], again.fields[1]);
  }
  const none = trusting.trace([], true, givenRequestId('00000000-0000-0000-0000-000000000000'));
  assert.match(none.fields[1] ?? '', WELL_FORMED);
});

test('refuses what is no traceparent (W3C Trace Context section 3.2.2)', () => {
  const wrong = [
    '',
    PARENT.toUpperCase(),
    `${PARENT}-00`,
    PARENT.slice(0, -1),
    `ff${PARENT.slice(2)}`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
    PARENT.replaceAll('-', '_'),
    ` ${PARENT}`,
  ];
  for (const value of wrong)
    assert.notEqual(trusting.trace(['traceparent', value], true, REQUEST).id, ID, value);
  const twice = ['traceparent', PARENT, 'traceparent', PARENT];
  assert.notEqual(trusting.trace(twice, true, REQUEST).id, ID);
  assert.equal(trusting.trace(['traceparent', `01${PARENT.slice(2)}-more`], true, REQUEST).id, ID);
});

test('drops a state that is too long, and keeps the trace', () => {
  const fields = ['traceparent', PARENT, 'tracestate', `a=${'x'.repeat(600)}`];
  assert.deepEqual(trusting.trace(fields, true, REQUEST).fields, ['traceparent', PARENT]);
});

test('whatever comes in, what goes out is one well-formed traceparent, sampled as configured', () => {
  const value = fc.oneof(fc.string(), fc.constant(PARENT));
  fc.assert(
    fc.property(fc.array(value), fc.constantFrom(0, 1), fc.boolean(), (values, sample, trusted) => {
      const tracer = new Tracer({ accept: 'trusted', sample });
      const fields = trusted ? [] : values.flatMap((one) => ['traceparent', one]);
      const [name, sent = ''] = tracer.trace(fields, trusted, newRequestId()).fields;
      assert.equal(name, 'traceparent');
      assert.match(sent, WELL_FORMED);
      assert.equal(sent.endsWith('01'), sample === 1);
    }),
  );
});
