import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { folderWith } from '../support/operation.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = String(ec.publicKey.export({ type: 'spki', format: 'pem' }));
const der = ec.publicKey.export({ type: 'spki', format: 'der' });
const jwk = ec.publicKey.export({ format: 'jwk' });
const strong = 'kT9#vLq2!xWz7@pRm4$nBc8%gHd1^sFj6&yUe3*a';

const secret = (value: string, algorithm = 'HS256') =>
  `algorithms: [${algorithm}], secrets: [${JSON.stringify(strong)}, ${JSON.stringify(value)}]`;

/** Issuers that must not be, and what the line of the problem says; by what `check` looks at, one after the other. */
const REFUSED: Record<string, [name: string, issuer: string, problem: RegExp][]> = {
  'the environment': [
    [
      'a secret that the environment does not hold',
      'algorithms: [HS256], secrets: ["$' + '{NO_SUCH_SECRET}"]',
      /NO_SUCH_SECRET/,
    ],
  ],
  'the form': [
    [
      'a secret that the environment leaves empty',
      'algorithms: [HS256], secrets: ["$' + '{EMPTY_SECRET}"]',
      /empty|EMPTY_SECRET/,
    ],
    ['an empty secret', secret(''), /empty/],
    ['algorithm none', 'algorithms: [none], jwksFile: ./ec.json', /algorithms/],
    ['no algorithm', 'algorithms: [], jwksFile: ./ec.json', /at least one algorithm/],
    ['algorithms left out', 'jwksFile: ./ec.json', /algorithms/],
    [
      'private addresses allowed where nothing is fetched',
      'algorithms: [ES256], jwksFile: ./ec.json, allowPrivateAddresses: true',
      /only for keys that are fetched/,
    ],
    ['two sources of keys', 'algorithms: [ES256], jwksFile: ./ec.json, pem: ./ec.pem', /at most one of/],
    [
      'a key set with a password in its URL',
      'algorithms: [ES256], jwksUri: "https://user:pass@keys.test/"',
      /user|password|https/,
    ],
    ['clocks that differ by minutes', 'algorithms: [ES256], jwksFile: ./ec.json, clockSkew: 2m', /60/],
    [
      'an option that turns a check off',
      'algorithms: [ES256], jwksFile: ./ec.json, verifySignature: false',
      /verifySignature/,
    ],
  ],
  'what fits together': [
    [
      'HMAC beside RSA',
      `algorithms: [HS256, RS256], secrets: [${JSON.stringify(strong)}]`,
      /HMAC|mix|algorithms/i,
    ],
    ['HMAC with a key file', 'algorithms: [HS256], pem: ./ec.pem', /HMAC|algorithm/i],
    ['a secret for RS256', `algorithms: [RS256], secrets: [${JSON.stringify(strong)}]`, /HMAC|algorithm/i],
  ],
  'keys and secrets': [
    ['a secret of one character', secret('x'), /secret_too_short/],
    ['a common password', secret('secret'), /secret_too_short/],
    ['31 bytes for HS256', secret(strong.slice(0, 31)), /secret_too_short/],
    ['47 bytes for HS384', secret(`${strong}1234567`, 'HS384'), /secret_too_short/],
    ['63 bytes for HS512', secret(`${strong}12345678901234567890123`, 'HS512'), /secret_too_short/],
    [
      '32 characters that decode to 24 bytes',
      secret(`base64url:${'kT9vLq2xWz7pRm4nBc8gHd1sFj6yUe3a'}`),
      /secret_too_short/,
    ],
    ['broken base64url', secret('base64url:kT9+/=='), /secret_malformed/],
    ['blanks', secret(' '.repeat(40)), /secret_weak/],
    ['one character again and again', secret('a'.repeat(64)), /secret_weak/],
    ['one word again and again', secret('secret'.repeat(10)), /secret_weak/],
    ['zero bytes', secret(`base64url:${'A'.repeat(43)}`), /secret_weak/],
    ['the example of jwt.io', secret('a-string-secret-at-least-256-bits-long'), /secret_known/],
    ['the example of jwt.io in capitals', secret('A-STRING-SECRET-AT-LEAST-256-BITS-LONG'), /secret_known/],
    [
      'the example key of RFC 7515',
      secret(
        'base64url:AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
      ),
      /secret_known/,
    ],
    ['a public key in PEM as a secret', secret(pem), /secret_is_public_key/],
    [
      'a public key in DER as a secret',
      secret(`base64url:${der.toString('base64url')}`),
      /secret_is_public_key/,
    ],
    ['a JWK as a secret', secret(JSON.stringify(jwk)), /secret_is_public_key/],
    ['an RSA key of 1024 bits', 'algorithms: [RS256], pem: ./rsa.pem', /2048|short/],
    ['a key set with a private key', 'algorithms: [ES256], jwksFile: ./private.json', /private/],
    ['a key set with a secret', 'algorithms: [ES256], jwksFile: ./oct.json', /symmetric|secret/],
    ['a key set over plain HTTP', 'algorithms: [ES256], jwksUri: "http://keys.test/jwks.json"', /http/],
    ['id tokens', 'algorithms: [ES256], jwksFile: ./ec.json, types: [id+jwt]', /id\+jwt/],
    ['DPoP proofs', 'algorithms: [ES256], jwksFile: ./ec.json, types: [dpop+jwt]', /dpop\+jwt/],
    [
      'logout tokens',
      'algorithms: [ES256], jwksFile: ./ec.json, types: [Application/Logout+JWT]',
      /logout\+jwt/i,
    ],
  ],
};

const FILES = {
  'ec.pem': pem,
  'rsa.pem': String(rsa.publicKey.export({ type: 'spki', format: 'pem' })),
  'ec.json': JSON.stringify({ keys: [jwk] }),
  'private.json': JSON.stringify({ keys: [ec.privateKey.export({ format: 'jwk' })] }),
  'oct.json': JSON.stringify({ keys: [{ kty: 'oct', k: 'A'.repeat(43) }] }),
};

/** One issuer a line. */
function configuration(issuers: readonly string[]): string {
  const lines = issuers.map(
    (issuer, at) => `  - { name: bad${at}, issuer: "https://bad${at}.test", ${issuer} }\n`,
  );
  const api =
    '{ name: a, basePath: /a, upstreams: [{ url: "http://127.0.0.1:9" }], routes: [{ match: GET /, public: true }] }';
  return `issuers:\n${lines.join('')}apis: [${api}]\n`;
}

const SECRET_TEXTS = [
  strong,
  'kT9vLq2xWz7pRm4nBc8gHd1sFj6yUe3a',
  'a-string-secret-at-least',
  'AyM1SysPpbyDfgZld3um',
];

const stages = await Promise.all(
  Object.entries(REFUSED).map(async ([stage, refused]) => {
    const files = { ...FILES, 'portcullis.yaml': configuration(refused.map(([, issuer]) => issuer)) };
    const outcome = await runPortcullis(['check'], folderWith({ after }, files), { EMPTY_SECRET: '' });
    return { stage, refused, ...outcome };
  }),
);

for (const { stage, refused, code, stdout, stderr } of stages) {
  describe(`portcullis check, looking at ${stage}`, () => {
    for (const [at, [name, , problem]] of refused.entries()) {
      it(`refuses ${name}, on its line`, () => {
        const place = `portcullis.yaml:${at + 2}:`;
        const lines = stderr.split('\n').filter((line) => line.includes(place));
        assert.equal(lines.length, 1, stderr);
        assert.match(lines[0] ?? '', problem);
      });
    }

    it('fails as for an invalid configuration, and prints no secret', () => {
      assert.equal(code, 3);
      for (const text of SECRET_TEXTS) assert.ok(!(stdout + stderr).includes(text), 'a secret was printed');
    });
  });
}

describe('portcullis start', () => {
  it('refuses a weak secret as well', async () => {
    const files = { 'portcullis.yaml': configuration([secret('secret')]) };
    const { code, stderr } = await runPortcullis(['start'], folderWith({ after }, files));
    assert.equal(code, 3, stderr);
    assert.match(stderr, /portcullis\.yaml:2:\d+ .*secret_too_short/);
  });
});

describe('portcullis check', () => {
  it('accepts the same configuration with a strong secret', async () => {
    const files = { ...FILES, 'portcullis.yaml': configuration([secret(`${strong}2`)]) };
    const { code, stderr } = await runPortcullis(['check'], folderWith({ after }, files));
    assert.equal(code, 0, stderr);
  });
});
