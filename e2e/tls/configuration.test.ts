import assert from 'node:assert/strict';
import { before, describe, it, type TestContext } from 'node:test';
import { type Authority, createAuthority } from '../support/authority.ts';
import { runPortcullis } from '../support/command.ts';
import { folderWith } from '../support/operation.ts';
import { createIssuer, ordersConfig } from '../support/tokens.ts';

const issuer = await createIssuer();

describe('check tells what is wrong with certificates and keys, on their line', () => {
  const ends: (() => Promise<void> | void)[] = [];
  let authority: Authority;
  before(() => {
    authority = createAuthority({ after: (end) => ends.push(end) });
  });

  async function check(t: TestContext, config: string, files: Record<string, string>): Promise<string> {
    const all = { 'portcullis.yaml': config, 'jwks.json': issuer.jwks, ...files };
    const { code, stdout, stderr } = await runPortcullis(['check'], folderWith(t, all));
    return `${code} ${stdout}${stderr}`;
  }
  const gateway = (tls: string, listen = '') =>
    `${listen}${ordersConfig('http://127.0.0.1:1').replace('gateway: { workers: 1 }', `gateway: { tls: ${tls} }`)}`;
  const upstream = (tls: string, url = 'https://127.0.0.1:1') =>
    ordersConfig(url).replace(`{ url: "${url}" }`, `{ url: "${url}", tls: ${tls} }`);

  it('of the listener', async (t) => {
    const { cert, key } = authority.issue({ names: ['DNS:a.test'] });
    const other = authority.issue({ names: ['DNS:a.test'] });
    const locked = authority.issue({ names: ['DNS:a.test'], passphrase: 'sesame' });
    const weak = authority.issue({ names: ['DNS:a.test'], algorithm: ['-newkey', 'rsa:512'] });
    const files = {
      ...{ 'a.pem': cert, 'a.key': key, 'other.key': other.key },
      ...{ 'locked.pem': locked.cert, 'locked.key': locked.key, 'text.pem': 'hello' },
      ...{ 'weak.pem': weak.cert, 'weak.key': weak.key },
    };
    const cases: [string, RegExp][] = [
      ['{ cert: ./a.pem, key: ./a.key }', /^0 /],
      ['{ cert: ./locked.pem, key: ./locked.key, passphrase: sesame }', /^0 /],
      [
        '{ cert: ./a.pem, key: ./none.key }',
        /yaml:1:\d+ gateway\.tls\.certificates\[0\]\.key: .*none\.key .*not there/,
      ],
      ['{ cert: ./text.pem, key: ./a.key }', /certificates\[0\]\.cert: .*holds no PEM/],
      ['{ cert: ./a.key, key: ./a.key }', /certificates\[0\]\.cert: .*no certificate/],
      ['{ cert: ./a.pem, key: ./a.pem }', /certificates\[0\]\.key: .*no private key/],
      [
        '{ cert: ./a.pem, key: ./other.key }',
        /certificates\[0\]\.key: .*not the private key of the certificate/,
      ],
      ['{ cert: ./locked.pem, key: ./locked.key }', /certificates\[0\]\.key: .*encrypted/],
      ['{ cert: ./weak.pem, key: ./weak.key }', /certificates\[0\]\.cert: .*key too small/],
      ['{ cert: ./a.pem }', /certificates\[0\]\.key: is missing/],
    ];
    for (const [certificate, told] of cases) {
      assert.match(await check(t, gateway(`{ certificates: [${certificate}] }`), files), told);
    }
    assert.match(await check(t, gateway('{ certificates: [] }'), files), /name at least one certificate/);
    assert.match(
      await check(
        t,
        gateway('{ certificates: [{ cert: ./a.pem, key: ./a.key }], minVersion: TLSv1.1 }'),
        files,
      ),
      /minVersion: expected one of TLSv1\.2, TLSv1\.3/,
    );
  });

  it('of upstreams, which have no way to leave them unchecked', async (t) => {
    const { cert, key } = authority.issue({ names: ['DNS:a.test'] });
    const files = { 'a.pem': cert, 'a.key': key, 'ca.pem': authority.ca };
    const cases: [string, RegExp][] = [
      [upstream('{ ca: ./ca.pem, cert: ./a.pem, key: ./a.key }'), /^0 /],
      [upstream('{ ca: ./none.pem }'), /apis\[0\]\.upstreams\[0\]\.tls\.ca: .*none\.pem .*not there/],
      [upstream('{ cert: ./a.pem }'), /upstreams\[0\]\.tls: cert and key go together/],
      [upstream('{ ca: ./ca.pem }', 'http://127.0.0.1:1'), /upstreams\[0\]\.tls: only for an https url/],
      [upstream('{ rejectUnauthorized: false }'), /unknown key "rejectUnauthorized"/],
    ];
    for (const [config, told] of cases) assert.match(await check(t, config, files), told);
  });

  it('and plain HTTP beyond loopback must be asked for by name, where there is no TLS', async (t) => {
    const { cert, key } = authority.issue({ names: ['DNS:a.test'] });
    const files = { 'a.pem': cert, 'a.key': key };
    const tls = '{ certificates: [{ cert: ./a.pem, key: ./a.key }] }';
    const wide = 'listen: { gateway: "0.0.0.0:8443" }\n';
    assert.match(await check(t, gateway(tls, wide), files), /^0 /);
    const plain = wide + ordersConfig('http://127.0.0.1:1');
    assert.match(await check(t, plain, files), /listen\.gateway: plain HTTP .*gateway\.tls.*plainHttp/);
    const admin = 'listen: { admin: "0.0.0.0:8082" }\n';
    assert.match(await check(t, gateway(tls, admin), files), /listen\.admin: plain HTTP beyond loopback/);
  });
});
