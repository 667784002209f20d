import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isLoopbackAddress, isPublicAddress } from './public-address.ts';

test('knows addresses of the public internet', () => {
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2001:4860:4860::8888',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test('refuses private, shared, link-local, metadata, multicast and reserved addresses in every form', () => {
  const special = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
  ];
  const hex = (address: string): string => {
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  };
  for (const address of special) {
    for (const form of [
      address,
      `::ffff:${address}`,
      `0:0:0:0:0:FFFF:${address}`,
      `::ffff:${hex(address)}`,
      `64:ff9b::${address}`,
      `0064:ff9b:0:0:0:0:${hex(address)}`,
      `64:ff9b:1::${address}`,
      `::${address}`,
      `2002:${hex(address)}::1`,
    ]) {
      assert.equal(isPublicAddress(form), false, form);
    }
  }
  for (const address of [
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700:4700::1111%eth0',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    '2002::1',
    '100::1',
    '5f00::1',
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
});

test('what is no address is not public', () => {
  for (const text of ['', 'localhost', '1.1.1', '1.1.1.1.', '01.1.1.1', '0x1.1.1.1', '[::1]', '1.1.1.1/8'])
    assert.equal(isPublicAddress(text), false, text);
  fc.assert(fc.property(fc.string(), (text) => !isPublicAddress(text) || /^[\d.:a-f]+$/i.test(text)));
});

test('judges an IPv4-mapped or NAT64 address as the address inside', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom('::ffff:', '64:ff9b::'), (address, prefix) => {
      assert.equal(isPublicAddress(prefix + address), isPublicAddress(address));
    }),
  );
});

test('loopback is 127.0.0.0/8 and ::1', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1']) assert.equal(isLoopbackAddress(address), true);
  for (const address of ['128.0.0.1', '127.evil.example', '10.0.0.1', '::2', '::ffff:127.0.0.1', '1.1.1.1'])
    assert.equal(isLoopbackAddress(address), false);
});
