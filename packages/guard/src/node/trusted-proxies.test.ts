import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientAddress, TrustedProxies } from './trusted-proxies.ts';

describe('TrustedProxies', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);

  it('knows addresses and ranges of both families', () => {
    assert.ok(proxies.has('10.200.0.1'));
    assert.ok(proxies.has('192.0.2.7'));
    assert.ok(proxies.has('2001:db8::1'));
    assert.ok(!proxies.has('192.0.2.8'));
    assert.ok(!proxies.has('not an address'));
  });

  it('trusts nobody by default', () => {
    assert.ok(!new TrustedProxies([]).has('127.0.0.1'));
  });
});

describe('clientAddress', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8']);

  it('takes the rightmost hop that is not a trusted proxy', () => {
    assert.equal(clientAddress('10.0.0.1', '203.0.113.9, 10.0.0.2', proxies), '203.0.113.9');
  });

  it('does not believe what stands left of an untrusted hop (spoofed X-Forwarded-For)', () => {
    assert.equal(clientAddress('10.0.0.1', '1.1.1.1, 203.0.113.9', proxies), '203.0.113.9');
  });

  it('does not look at the field at all from an untrusted peer', () => {
    assert.equal(clientAddress('203.0.113.9', '1.1.1.1', proxies), '203.0.113.9');
  });

  it('stops at what is not an address', () => {
    assert.equal(clientAddress('10.0.0.1', '1.1.1.1, unknown', proxies), '10.0.0.1');
  });
});
