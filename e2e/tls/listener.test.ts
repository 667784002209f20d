import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ConnectionOptions } from 'node:tls';
import { type Authority, createAuthority, type Issued } from '../support/authority.ts';
import { eventually, workerPids } from '../support/processes.ts';
import { exchangeRaw } from '../support/raw.ts';
import { resetConnection } from '../support/reset-connection.ts';
import { type System, startSystem } from '../support/system.ts';
import { exchangeTls, getRequest, type TlsAnswer } from '../support/tls-client.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';
import { startUpstream, type Upstream } from '../support/upstream.ts';

const TLS = `gateway:
  workers: 1
  timeouts: { head: 2s }
  tls:
    certificates:
      - { cert: ./first.pem, key: ./first.key }
      - { cert: ./wild.pem, key: ./wild.key }
      - { cert: ./exact.pem, key: ./exact.key, passphrase: "\${KEY_PASSPHRASE}" }
`;

const issuer = await createIssuer();

describe('a listener with TLS', () => {
  const ends: (() => Promise<void> | void)[] = [];
  const scope = { after: (end: () => Promise<void> | void) => ends.push(end) };
  let authority: Authority;
  let upstream: Upstream;
  let system: System;
  let first: Issued;

  before(async () => {
    authority = createAuthority(scope);
    first = authority.issue({ names: ['DNS:first.test'] });
    const wild = authority.issue({ names: ['DNS:*.api.test'], algorithm: ['-newkey', 'rsa:2048'] });
    const exact = authority.issue({ names: ['DNS:orders.api.test'], passphrase: 'open sesame' });
    upstream = await startUpstream(scope);
    system = await startSystem(scope, ordersConfig(upstream.url).replace('gateway: { workers: 1 }\n', TLS), {
      files: {
        'jwks.json': issuer.jwks,
        ...{ 'first.pem': first.cert, 'first.key': first.key },
        ...{ 'wild.pem': wild.cert, 'wild.key': wild.key },
        ...{ 'exact.pem': exact.cert, 'exact.key': exact.key },
      },
      env: { KEY_PASSPHRASE: 'open sesame' },
    });
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  it('lets go of who ends its side before the handshake, long before it gives the silent up', async () => {
    const { hostname, port } = new URL(system.url);
    const closed: string[] = [];
    const open = (name: string) =>
      new Promise<void>((done) => {
        const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
          if (name === 'ended') socket.end();
        });
        socket.resume().on('error', () => {});
        socket.on('end', () => {
          closed.push(name);
          socket.destroy();
          done();
        });
      });
    await Promise.all([open('silent'), open('ended')]);
    assert.deepEqual(closed, ['ended', 'silent']);
  });

  const ask = (options: ConnectionOptions = {}, request = getRequest('/orders/health')): Promise<TlsAnswer> =>
    exchangeTls(system.url, request, { ca: authority.ca, checkServerIdentity: () => undefined, ...options });

  it('shows the certificate for the name that is asked for: the exact one, a wildcard, or the first', async () => {
    const shown = async (servername?: string) =>
      (await ask(servername === undefined ? {} : { servername })).names;
    assert.equal(await shown('orders.api.test'), 'DNS:orders.api.test');
    assert.equal(await shown('ORDERS.api.test'), 'DNS:orders.api.test');
    assert.equal(await shown('other.api.test'), 'DNS:*.api.test');
    assert.equal(await shown('a.b.api.test'), 'DNS:first.test');
    assert.equal(await shown('unknown.test'), 'DNS:first.test');
    assert.equal(await shown(), 'DNS:first.test');
  });

  it('forwards what it admits, and tells the upstream of https', async () => {
    const token = await issuer.token();
    const { text } = await ask({}, getRequest('/orders/1', [`Authorization: Bearer ${token}`]));
    assert.match(text, /^HTTP\/1\.1 200 /);
    assert.equal(upstream.received.at(-1)?.headers['x-forwarded-proto'], 'https');
  });

  it('says in every answer that the host is HTTPS only (HSTS)', async () => {
    const answers = [
      await ask(),
      await ask({}, getRequest('/orders/1')),
      await ask({}, getRequest('/elsewhere')),
      await ask({}, 'nonsense\r\n\r\n'),
    ];
    assert.deepEqual(
      answers.map(({ text }) => /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]),
      ['200', '401', '404', '400'],
    );
    for (const { text } of answers) {
      assert.equal(text.match(/^strict-transport-security: max-age=31536000\r$/gim)?.length, 1, text);
    }
  });

  it('speaks TLS 1.3, and of 1.2 only what has forward secrecy and authenticated encryption', async () => {
    assert.equal((await ask()).protocol, 'TLSv1.3');
    const older = await ask({ maxVersion: 'TLSv1.2' });
    assert.match(`${older.protocol} ${older.cipher}`, /^TLSv1\.2 ECDHE-.*(?:GCM|POLY1305)/);
    const refused: ConnectionOptions[] = [
      { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1' },
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256' },
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
    ];
    for (const options of refused) {
      const ciphers = `${options.ciphers ?? 'DEFAULT'}:@SECLEVEL=0`;
      await assert.rejects(
        ask({ ...options, ciphers, servername: 'other.api.test' }),
        JSON.stringify(options),
      );
    }
  });

  it('does not speak HTTP/2 unasked, whatever the client offers', async () => {
    const { text } = await ask({ ALPNProtocols: ['h2', 'http/1.1'] });
    assert.match(text, /^HTTP\/1\.1 200 /);
  });

  it('closes what is not TLS without an answer, counts it, and serves on', async () => {
    const [pid] = workerPids(system);
    for (const bytes of [
      getRequest('/orders/health'),
      '\x16\x03\x01\xff\xff',
      '\0'.repeat(600),
      'PRI * HTTP/2.0',
    ]) {
      const answer = await exchangeRaw(system.url, bytes, 4000);
      assert.doesNotMatch(answer, /^HTTP/);
    }
    const gone = connectTcp(Number(new URL(system.url).port), '127.0.0.1');
    gone.write('\x16\x03\x01', () => resetConnection(gone));
    await eventually(async () => {
      const metrics = await (await fetch(`${system.adminUrl}/metrics`)).text();
      return Number(/^portcullis_tls_handshake_failures_total (\d+)$/m.exec(metrics)?.[1]) >= 4;
    }, 'handshake failures in the metrics');
    assert.match((await ask()).text, /^HTTP\/1\.1 200 /);
    assert.deepEqual(workerPids(system), [pid]);
  });

  it('does not wait for ever for a handshake', async () => {
    const closed = new Promise<void>((done) => {
      const socket = connectTcp(Number(new URL(system.url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.once('close', () => done());
    });
    await closed;
  });

  it('takes new files without a restart, and keeps the old ones while the new are bad', async () => {
    const before = (await ask()).serial;
    const next = authority.issue({ names: ['DNS:first.test'] });
    replace('first.pem', next.cert); // the key does not belong to it yet
    await eventually(() => /first\.key cannot be used/.test(system.errors()), 'the mismatch in the log');
    assert.equal((await ask()).serial, before);
    replace('first.key', next.key);
    await eventually(async () => (await ask()).serial !== before, 'the new certificate');
    replace('first.pem', 'nonsense');
    await eventually(() => /holds no PEM/.test(system.errors()), 'the bad file in the log');
    assert.match((await ask()).text, /^HTTP\/1\.1 200 /);
    replace('first.pem', next.cert);
    const metrics = await (await fetch(`${system.adminUrl}/metrics`)).text();
    assert.match(metrics, /^portcullis_certificate_not_after_seconds\{file="[^"]*wild\.pem"\} \d{10}$/m);
  });

  it('takes another list of certificates on reload', async () => {
    const added = authority.issue({ names: ['DNS:added.test'] });
    replace('added.pem', added.cert);
    replace('added.key', added.key);
    system.rewrite((yaml) =>
      yaml.replace('certificates:\n', 'certificates:\n      - { cert: ./added.pem, key: ./added.key }\n'),
    );
    await eventually(
      async () => (await ask({ servername: 'added.test' })).names === 'DNS:added.test',
      'added.test',
    );
    assert.equal((await ask()).names, 'DNS:added.test');
    system.rewrite((yaml) => yaml.replace('./added.key', './wild.key'));
    await eventually(() => /not the private key of the certificate/.test(system.errors()), 'the refusal');
    assert.equal((await ask({ servername: 'added.test' })).names, 'DNS:added.test');
  });

  /** In one step, as who renews certificates should. */
  function replace(name: string, text: string): void {
    writeFileSync(join(system.folder, `${name}.new`), text);
    renameSync(join(system.folder, `${name}.new`), join(system.folder, name));
  }
});
