import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { after, describe, test } from 'node:test';
import { startChromium } from '../support/chromium.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';
import { certificateFor, openssl } from '../support/openssl-keys.ts';
import { listening } from '../support/ports.ts';

const NOW = Math.floor(Date.now() / 1000);
const CLAIMS = { iss: 'https://id.example.com', sub: 'jo', aud: 'api', iat: NOW, exp: NOW + 3600 };
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token signed by node:crypto, so that no code of ours is on both sides. */
function tokenBy(alg: string, pem: string, header: object = {}): string {
  const input = `${encode({ alg, typ: 'at+jwt', ...header })}.${encode(CLAIMS)}`;
  const hash = alg === 'EdDSA' ? null : 'sha256';
  const signature = signBytes(hash, Buffer.from(input), { key: pem, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

const rsa = openssl(['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']);
const ec = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
const ed = openssl(['genpkey', '-algorithm', 'ED25519']);
const publicOf = (pem: string): string => openssl(['pkey', '-pubout'], pem);
const jwkOf = (pem: string): object => createPublicKey(pem).export({ format: 'jwk' });
const rsaToken = tokenBy('RS256', rsa);
const ecToken = tokenBy('ES256', ec);

describe('the debugger verifies with', async () => {
  const browser = await startChromium({ after });
  const debug = await DebuggerPage.open(browser, await startDebugger({ after }));
  const unpinned = { outcome: 'unpinned', code: '', signature: 'verified' };

  const keys: Record<string, [token: string, key: string]> = {
    'an RSA key as SPKI': [rsaToken, publicOf(rsa)],
    'an RSA key as PKCS #1': [rsaToken, openssl(['rsa', '-RSAPublicKey_out'], rsa)],
    'a private RSA key as PKCS #8': [rsaToken, rsa],
    'a private RSA key as PKCS #1': [rsaToken, openssl(['rsa', '-traditional'], rsa)],
    'an X.509 certificate': [
      rsaToken,
      certificateFor(rsa, '/CN=id.example.com/O=Example', 'DNS:id.example.com'),
    ],
    'an EC key as SPKI': [ecToken, publicOf(ec)],
    'a private EC key as PKCS #8': [ecToken, ec],
    'a private EC key as SEC 1': [ecToken, openssl(['ec'], ec)],
    'an EC certificate': [ecToken, certificateFor(ec, '/CN=ec', 'IP:192.0.2.7')],
    'an Ed25519 key as SPKI': [tokenBy('EdDSA', ed), publicOf(ed)],
    'PEM with its line breaks written out': [ecToken, publicOf(ec).replaceAll('\n', '\\n')],
    'a JWK': [ecToken, JSON.stringify(jwkOf(ec))],
    'a private JWK': [ecToken, JSON.stringify(createPrivateKey(ec).export({ format: 'jwk' }))],
    'a JWK Set': [
      ecToken,
      JSON.stringify({ keys: [jwkOf(rsa), { ...jwkOf(ec), use: 'sig' }, { kty: 'odd' }] }),
    ],
    'a JWK Set, by kid': [
      tokenBy('ES256', ec, { kid: 'two' }),
      JSON.stringify({
        keys: [
          {
            ...jwkOf(openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'])),
            kid: 'one',
          },
          { ...jwkOf(ec), kid: 'two' },
        ],
      }),
    ],
  };
  for (const [name, [token, key]] of Object.entries(keys)) {
    test(name, async () => {
      await debug.paste(token);
      await debug.giveKey(key);
      assert.deepEqual(await debug.verdict(), unpinned);
      await debug.giveKey('');
      assert.deepEqual(await debug.verdict(), { outcome: 'no_key', code: '', signature: 'not_checked' });
    });
  }

  const secret = Buffer.from('9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'hex');
  const secrets = {
    base64: secret.toString('base64'),
    base64url: secret.toString('base64url'),
    hex: secret.toString('hex'),
  };
  const { createHmac } = await import('node:crypto');
  const hmacToken = (key: Buffer): string => {
    const input = `${encode({ alg: 'HS256', typ: 'at+jwt' })}.${encode(CLAIMS)}`;
    return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`;
  };
  for (const [encoding, text] of Object.entries(secrets)) {
    test(`a secret in ${encoding}`, async () => {
      await debug.paste(hmacToken(secret));
      await debug.giveKey(text, encoding);
      assert.deepEqual(await debug.verdict(), unpinned);
      // The same letters as text are another secret.
      await debug.giveKey(text, 'utf8');
      assert.equal((await debug.verdict()).code, 'signature_invalid');
    });
  }

  test('a secret as text, also one with letters beyond ASCII', async () => {
    const text = 'größer als zweiunddreißig Bytes, 秘密です';
    await debug.paste(hmacToken(Buffer.from(text)));
    await debug.giveKey(text, 'utf8');
    assert.deepEqual(await debug.verdict(), unpinned);
  });

  test('a secret that is no such encoding, and says so', async () => {
    await debug.giveKey('not hex', 'hex');
    await debug.page.getByText('This is not hexadecimal').waitFor();
    await debug.giveKey('', 'utf8');
  });

  test('a secret that verifies in another encoding, and says which', async () => {
    await debug.paste(hmacToken(secret));
    await debug.giveKey(` ${secrets.base64}\n`, 'utf8');
    assert.equal((await debug.verdict()).signature, 'failed');
    await debug.page.locator('[data-other-reading]').getByRole('button', { name: 'Read it so' }).click();
    assert.deepEqual(await debug.verdict(), unpinned);
    await debug.giveKey('', 'utf8');
  });

  test('a public key without the lines around it, and one whose kid is another', async () => {
    await debug.paste(ecToken);
    await debug.giveKey(publicOf(ec).replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'utf8');
    assert.deepEqual(await debug.verdict(), unpinned);
    await debug.paste(tokenBy('ES256', ec, { kid: 'mine' }));
    await debug.giveKey(JSON.stringify({ ...jwkOf(ec), kid: 'yours' }));
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'kid_unknown',
      signature: 'verified',
    });
    await debug.page.getByText('One of them verifies the signature all the same').first().waitFor();
  });

  test('a weak secret, whose signature it checks all the same', async () => {
    await debug.paste(hmacToken(Buffer.from('secret')));
    await debug.giveKey('secret');
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'secret_too_short',
      signature: 'verified',
    });
    assert.ok((await debug.findings()).includes('secret_short'));
  });

  const wrong: Record<string, [token: string, key: string, need: RegExp]> = {
    'an RSA key for ES256': [ecToken, publicOf(rsa), /ES256 needs a P-256 key, and this is RSA 2048/],
    'a P-256 key for RS256': [rsaToken, publicOf(ec), /RS256 needs an RSA key, and this is EC P-256/],
    'a secret for ES256': [
      ecToken,
      'some secret that is long enough for it',
      /needs a P-256 key, and this is a shared secret/,
    ],
    'an RSA key for HS256': [
      hmacToken(secret),
      publicOf(rsa),
      /HS256 needs a shared secret, and this is RSA/,
    ],
  };
  for (const [name, [token, key, need]] of Object.entries(wrong)) {
    test(`the wrong kind of key, and says so: ${name}`, async () => {
      await debug.paste(token);
      await debug.giveKey(key, 'utf8');
      assert.match((await debug.page.locator('[data-mismatch]').textContent()) ?? '', need);
      const { outcome, signature } = await debug.verdict();
      assert.equal(outcome, 'refused');
      assert.notEqual(signature, 'verified');
    });
  }

  test('never an HMAC under the text of a public key, which is the oldest trick', async () => {
    const pem = publicOf(rsa);
    await debug.paste(hmacToken(Buffer.from(pem)));
    await debug.giveKey(pem);
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'alg_not_allowed',
      signature: 'not_checked',
    });
  });

  const unusable: Record<string, [key: string, told: RegExp]> = {
    'an encrypted private key': [
      openssl(['pkey', '-aes256', '-passout', 'pass:x'], ec),
      /is encrypted.*openssl pkey/,
    ],
    'PEM without its end': [publicOf(ec).slice(0, 60), /not whole/],
    'PEM that was altered': [publicOf(ec).replace('MFk', 'MFl'), /cannot be read|is broken/],
    'a request for a certificate': [
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----',
      /holds no key/,
    ],
    'a curve that no algorithm has': [
      publicOf(openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1'])),
      /browsers have no secp256k1/,
    ],
    'a public key of OpenSSH': [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample jo@desk',
      /ssh-keygen -e -m PKCS8/,
    ],
    'the metadata of an issuer': [
      '{"issuer":"https://a.example","jwks_uri":"https://a.example/keys"}',
      /only says where its keys are.*https:\/\/a\.example\/keys/,
    ],
    'a key that lacks a member': ['{"kty":"RSA"}', /RSA needs n and e/],
    'JSON that is broken': ['{"kty":', /is not JSON/],
    'JSON that is no key': ['{"a":1}', /no key in it/],
  };
  for (const [name, [key, told]] of Object.entries(unusable)) {
    test(`what cannot be used, and says why: ${name}`, async () => {
      await debug.paste(ecToken);
      await debug.giveKey(key);
      assert.match((await debug.page.locator('[data-key="fault"]').textContent()) ?? '', told);
      assert.equal((await debug.verdict()).outcome, 'no_key');
    });
  }

  test('a certificate, of which it tells what it says of itself', async () => {
    await debug.giveKey(
      certificateFor(rsa, '/CN=id.example.com/O=Example', 'DNS:id.example.com,IP:192.0.2.7'),
    );
    const told = (await debug.page.locator('[data-certificate]').textContent()) ?? '';
    for (const part of ['CN=id.example.com', 'O=Example', 'id.example.com, 192.0.2.7', 'not verified'])
      assert.ok(told.includes(part), told);
  });

  test('certificates with extensions of others, and keys among keys that cannot be used', async () => {
    const odd = openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:secp256k1']);
    await debug.paste(ecToken);
    await debug.giveKey(
      `${publicOf(odd)}${certificateFor(ec, '/CN=ec', 'DNS:a.example', ['1.3.6.1.4.1.57264.1.1=DER:68:74:74:70'])}`,
    );
    assert.deepEqual(await debug.verdict(), unpinned);
    await debug.page.getByText('1 member of the set is no key').waitFor();
  });

  test('x5c is shown, and never used', async () => {
    const certificate = certificateFor(rsa, '/CN=attacker', 'DNS:evil.example');
    const x5c = [certificate.replaceAll(/-----[A-Z ]+-----|\s/g, '')];
    await debug.giveKey('');
    await debug.paste(tokenBy('RS256', rsa, { x5c }));
    assert.equal((await debug.verdict()).signature, 'not_checked');
    await debug.tool('Checks');
    await debug.page.getByText('CN=attacker').first().waitFor();
    assert.ok((await debug.findings()).includes('header_x5c'));
  });

  test('keys that it is told to look up, and asks for nothing else', async () => {
    const keySet = { keys: [{ ...jwkOf(ec), kid: 'fetched' }] };
    let issuer = '';
    let named = '';
    const server = createServer((request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('content-type', 'application/json');
      if (request.url === '/keys') response.end(JSON.stringify(keySet));
      else if (request.url === '/.well-known/openid-configuration')
        response.end(JSON.stringify({ issuer: named, jwks_uri: `${issuer}/keys` }));
      else response.writeHead(404).end('{}');
    });
    issuer = `http://127.0.0.1:${await listening({ after }, server)}`;
    const input = `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode({ ...CLAIMS, iss: issuer })}`;
    const token = `${input}.${signBytes('sha256', Buffer.from(input), { key: ec, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    await debug.paste(token);
    await debug.giveKey('');
    const before = debug.requests.length;
    await debug.page.getByText('Look keys up').click();
    const address = debug.page.getByLabel('Issuer, or URL of a JWK Set');

    await address.fill(issuer);
    named = 'https://another.example.com';
    await debug.page.getByRole('button', { name: 'Discover from issuer' }).click();
    await debug.page.getByText('the issuer it names is "https://another.example.com"').waitFor();
    assert.equal((await debug.verdict()).outcome, 'no_key');

    named = issuer;
    await debug.page.getByRole('button', { name: 'Discover from issuer' }).click();
    await debug.page.getByText(`Keys of ${issuer}/keys`).waitFor();
    assert.deepEqual(await debug.verdict(), unpinned);
    assert.equal((await debug.checks())['issuer']?.result, 'passed', 'the issuer is pinned by that');

    await debug.giveKey('');
    await address.fill(`${issuer}/keys`);
    await debug.page.getByRole('button', { name: 'Fetch JWK Set' }).click();
    await debug.page.getByText(`Keys of ${issuer}/keys`).waitFor();
    assert.equal((await debug.verdict()).signature, 'verified');
    const asked = new Set(debug.requests.slice(before));
    for (const url of asked) assert.ok(url.startsWith(issuer), `asked for ${url}`);

    await address.fill('http://id.example.com/keys');
    await debug.page.getByRole('button', { name: 'Fetch JWK Set' }).click();
    await debug.page.getByText('must be https').waitFor();
    await debug.expect('Issuer (iss)', '');
  });

  test('all of that without an error, and without a breach of its policy', () => {
    // Chromium itself reports the 404 of the second place for metadata.
    assert.deepEqual(
      debug.faults.filter((fault) => !fault.includes('404')),
      [],
    );
  });
});

describe('the debugger holds a token to what is expected', async () => {
  const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }));
  await debug.paste(ecToken);
  await debug.giveKey(publicOf(ec));
  await debug.page.getByText('Algorithms, time and more').click();
  const results = async (name: string): Promise<string> => (await debug.checks())[name]?.result ?? '';

  test('the issuer and the audience, exactly', async () => {
    assert.deepEqual([await results('issuer'), await results('audience')], ['assumed', 'assumed']);
    await debug.expect('Issuer (iss)', CLAIMS.iss);
    await debug.expect('Audience (aud)', CLAIMS.aud);
    assert.deepEqual(await debug.verdict(), { outcome: 'accepted', code: '', signature: 'verified' });
    await debug.expect('Issuer (iss)', `${CLAIMS.iss}/`);
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'issuer_unknown',
      signature: 'verified',
    });
    await debug.expect('Issuer (iss)', CLAIMS.iss);
    await debug.expect('Audience (aud)', 'another');
    assert.deepEqual(await debug.verdict(), {
      outcome: 'refused',
      code: 'audience_mismatch',
      signature: 'verified',
    });
    await debug.expect('Audience (aud)', CLAIMS.aud);
  });

  test('the algorithms', async () => {
    await debug.page.getByLabel('ES384', { exact: true }).check();
    assert.equal((await debug.verdict()).code, 'alg_not_allowed');
    await debug.page.getByLabel('ES256', { exact: true }).check();
    assert.equal((await debug.verdict()).outcome, 'accepted');
  });

  test('any moment, and the clock skew', async () => {
    await debug.expect('As of', String(CLAIMS.exp + 4));
    assert.equal((await debug.verdict()).outcome, 'accepted');
    await debug.expect('As of', String(CLAIMS.exp + 6));
    assert.equal((await debug.verdict()).code, 'token_expired');
    await debug.expect('Clock skew, seconds', '10');
    assert.equal((await debug.verdict()).outcome, 'accepted');
    await debug.expect('As of', new Date((CLAIMS.iat - 3600) * 1000).toISOString());
    assert.equal((await debug.verdict()).code, 'iat_in_future');
    await debug.expect('As of', 'the day before');
    assert.equal(await debug.page.getByLabel('As of', { exact: true }).getAttribute('aria-invalid'), 'true');
    await debug.expect('As of', '');
  });

  test('the lifetime, required claims, and access tokens only', async () => {
    await debug.expect('Longest lifetime, seconds', '600');
    assert.equal((await debug.verdict()).code, 'lifetime_too_long');
    await debug.expect('Longest lifetime, seconds', '86400');
    await debug.expect('Required claims', 'sub client_id');
    assert.equal((await debug.verdict()).code, 'claim_missing');
    await debug.expect('Required claims', 'sub');
    await debug.page.getByLabel('Access tokens only').check();
    assert.equal((await debug.verdict()).outcome, 'accepted');
    await debug.paste(tokenBy('ES256', ec, { typ: 'JWT' }));
    assert.equal((await debug.verdict()).code, 'typ_not_allowed');
  });

  test('what cannot be read is told, and an empty lifetime is no limit', async () => {
    await debug.page.getByLabel('Access tokens only').uncheck();
    await debug.expect('Required claims', '');
    await debug.expect('Clock skew, seconds', 'abc');
    await debug.page.getByText('Not a number from 0 to 60').waitFor();
    await debug.expect('Clock skew, seconds', '5');
    for (const moment of ['yesterday', '-5', '1300819379000']) {
      await debug.expect('As of', moment);
      await debug.page.getByText('Not a moment').waitFor();
    }
    await debug.expect('As of', '');
    const input = `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode({ ...CLAIMS, exp: NOW + 10_000_000 })}`;
    const signature = signBytes('sha256', Buffer.from(input), { key: ec, dsaEncoding: 'ieee-p1363' });
    await debug.paste(`${input}.${signature.toString('base64url')}`);
    assert.equal((await debug.verdict()).code, 'lifetime_too_long');
    await debug.expect('Longest lifetime, seconds', '');
    assert.equal((await debug.verdict()).outcome, 'accepted');
  });

  test('what is not expected is not held against a token', async () => {
    await debug.expect('Issuer (iss)', '');
    await debug.expect('Audience (aud)', '');
    await debug.page.getByLabel('ES384', { exact: true }).uncheck();
    await debug.page.getByLabel('ES256', { exact: true }).uncheck();
    for (const claims of [{ exp: NOW + 60 }, { ...CLAIMS, nonce: 'n', at_hash: 'h' }]) {
      const input = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(claims)}`;
      const signature = signBytes('sha256', Buffer.from(input), { key: ec, dsaEncoding: 'ieee-p1363' });
      await debug.paste(`${input}.${signature.toString('base64url')}`);
      assert.deepEqual(await debug.verdict(), { outcome: 'unpinned', code: '', signature: 'verified' });
    }
    await debug.page.getByLabel('Access tokens only').check();
    assert.equal((await debug.verdict()).code, 'typ_not_allowed');
  });

  test('a signature that is not there is told, with a key and without', async () => {
    await debug.page.getByLabel('Access tokens only').uncheck();
    const stripped = `${ecToken.split('.').slice(0, 2).join('.')}.`;
    for (const key of [publicOf(ec), '']) {
      await debug.giveKey(key);
      await debug.paste(stripped);
      assert.deepEqual(await debug.verdict(), {
        outcome: 'refused',
        code: 'signature_invalid',
        signature: 'failed',
      });
      await debug.page.getByText('The signature is missing').first().waitFor();
    }
  });

  test('without an error, and without a breach of its policy', () => assertClean(debug));
});
