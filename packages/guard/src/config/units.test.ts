import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isAddressBlock, isLoopback, parseAddress, parseDuration, parseRate, parseSize } from './units.ts';

describe('units', () => {
  it('reads durations as seconds', () => {
    assert.deepEqual(
      ['500ms', '30s', '10m', '1.5h', '90d', '0s'].map(parseDuration),
      [0.5, 30, 600, 5400, 7_776_000, 0],
    );
  });

  it('refuses durations without a unit, with a sign or with a unit it does not know', () => {
    for (const text of [
      '10',
      '-1s',
      '10 m',
      '1w',
      '',
      's',
      '1e3s',
      '10M',
      'Infinitys',
      `${'9'.repeat(400)}s`,
    ]) {
      assert.equal(parseDuration(text), undefined, text);
    }
  });

  it('reads sizes as bytes, a KB being 1024', () => {
    assert.deepEqual(
      ['512', '7B', '32KB', '1MB', '2GB'].map(parseSize),
      [512, 7, 32_768, 1_048_576, 2_147_483_648],
    );
    for (const text of ['1kb', '1.5MB', '-1', '', 'MB', '9007199254740992', '99999999999999GB']) {
      assert.equal(parseSize(text), undefined, text);
    }
  });

  it('reads rates as requests per second, above zero', () => {
    assert.deepEqual(['100/s', '30/m', '1800/h', '0.5/s'].map(parseRate), [100, 0.5, 0.5, 0.5]);
    for (const text of ['0/s', '100', '/s', '-1/s', '1/w', '1/ms', `${'9'.repeat(400)}/s`])
      assert.equal(parseRate(text), undefined, text);
  });

  it('reads addresses, IPv6 in brackets', () => {
    assert.deepEqual(parseAddress('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
    assert.deepEqual(parseAddress('[::1]:0'), { host: '::1', port: 0 });
    for (const text of [
      'localhost',
      '::1:80',
      '[::1]',
      '[zz]:1',
      'h:65536',
      ':80',
      'h:-1',
      'a b:1',
      '[1:2]:3',
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('knows loopback, and nothing that only looks like it', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.ok(isLoopback(host), host);
    for (const host of ['0.0.0.0', '::', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1']) {
      assert.ok(!isLoopback(host), host);
    }
  });

  it('knows addresses and CIDR blocks', () => {
    for (const text of ['10.0.0.0/8', '192.0.2.1', '::1', '2001:db8::/32'])
      assert.ok(isAddressBlock(text), text);
    for (const text of ['10.0.0.256', '10.0.0.0/33', '::1/129', 'example.com', '10.0.0', ':::', '']) {
      assert.ok(!isAddressBlock(text), text);
    }
  });

  it('never throws and never gives anything but a finite number', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const parse of [parseDuration, parseSize, parseRate]) {
          const value = parse(text);
          assert.ok(value === undefined || (Number.isFinite(value) && value >= 0));
        }
      }),
    );
  });
});
