import { describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, segment } from '../support/forge.ts';

const edge = await openAttacked();

/** A token whose signature covers the payload unencoded, as RFC 7797 has it. */
function unencoded(members: Record<string, unknown>): string {
  const header = segment({ ...edge.header, ...members });
  const payload = JSON.stringify(claims());
  return `${header}.${segment(payload)}.${segment(edge.sign(`${header}.${payload}`))}`;
}

describe('a header that asks for an extension is refused, though the issuer signed it', TOGETHER, () => {
  const members: Record<string, unknown>[] = [
    { crit: ['exp'], exp: 1 },
    { crit: ['b64'], b64: true },
    { crit: ['http://example.com/UNDEFINED'], 'http://example.com/UNDEFINED': true },
    { crit: ['alg'] },
    { crit: [] },
    { crit: ['missing'] },
    { crit: 'exp' },
    { crit: {} },
    { crit: null },
    { crit: false },
    { b64: true },
    { b64: false },
    { b64: 'false' },
    { b64: null },
    { zip: 'DEF' },
    { zip: 'GZIP' },
    { zip: '' },
    { zip: null },
  ];
  eachRefused(
    edge,
    401,
    'header_critical',
    members.map((member) => [JSON.stringify(member), { token: edge.token({}, member) }]),
  );
});

describe('an unencoded payload (RFC 7797)', TOGETHER, () => {
  eachRefused(edge, 401, 'header_critical', [
    ['is refused with crit', { token: unencoded({ b64: false, crit: ['b64'] }) }],
    ['is refused without crit', { token: unencoded({ b64: false }) }],
  ]);
  eachRefused(edge, 401, 'signature_invalid', [
    ['does not verify when the header is silent about it', { token: unencoded({}) }],
  ]);
});

describe('members that are no extension', TOGETHER, () => {
  it('are let be', async () => {
    await edge.admits({ token: edge.token({}, { cty: 'JWT', CRIT: ['x'], Zip: 'DEF', 'x-note': 'hi' }) });
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
