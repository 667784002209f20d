import assert from 'node:assert/strict';
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { compile, parseConfig } from '@portcullis/guard';
import { startChromium } from '../support/chromium.ts';
import { requireDebian } from '../support/debian.ts';
import { assertClean, DebuggerPage, startDebugger } from '../support/debugger.ts';
import { type RunningSnippet, runSnippet } from '../support/snippet-runners.ts';

requireDebian(['golang-go', 'golang-github-golang-jwt-jwt-dev', 'python3-jwt', 'python3-cryptography']);
const debug = await DebuggerPage.open(await startChromium({ after }), await startDebugger({ after }), {
  permissions: ['clipboard-read', 'clipboard-write'],
});

const NOW = Math.floor(Date.now() / 1000);
const CLAIMS = {
  iss: 'https://id.shop.example',
  sub: 'jo',
  aud: 'https://api.shop.example/orders',
  iat: NOW,
  exp: NOW + 3000,
};
const SECRET = 'fUTJlP4tCz3M1hOaBvQeLdXwRkYs7g2N9qGp';
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Signing {
  readonly alg: string;
  readonly key: KeyObject | string;
  readonly typ?: string;
}

const kinds: readonly (Signing & { readonly typ: string })[] = [
  { alg: 'HS256', key: SECRET, typ: 'JWT' },
  { alg: 'RS256', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, typ: 'JWT' },
  { alg: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, typ: 'at+jwt' },
  { alg: 'EdDSA', key: generateKeyPairSync('ed25519').privateKey, typ: 'at+jwt' },
];

function tokenBy({ alg, key, typ = 'JWT' }: Signing, claims: object = CLAIMS, more: object = {}): string {
  const input = `${encode({ alg, typ, kid: 'k1', ...more })}.${encode(claims)}`;
  const signature =
    typeof key === 'string'
      ? createHmac('sha256', key).update(input).digest()
      : signBytes(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

function tampered(token: string): string {
  const [header, , signature] = token.split('.');
  return `${header}.${encode({ ...CLAIMS, sub: 'root' })}.${signature}`;
}

for (const kind of kinds) {
  const { alg, key } = kind;
  describe(`the code for a token signed with ${alg} takes it and no other`, async () => {
    const token = tokenBy(kind);
    await debug.paste(token);
    await debug.tool('Code');
    const choice = debug.page.getByLabel('Verify exactly this kind of token in');
    const names = await choice.locator('option').allTextContents();
    assert.equal(names.length, 7);
    for (const name of names) {
      test(name, async () => {
        await debug.paste(token);
        await choice.selectOption(name);
        const [file = ''] = await debug.page.locator('p code').allTextContents();
        await debug.editor(`Code: ${name}`).waitFor();
        const code = await copied();
        const folder = folderWithKeys(key);
        const env = { JWT_SECRET: SECRET };
        try {
          if (file === 'portcullis.yaml') {
            const snapshot = compile(parseConfig(code, { file, env }), 1);
            assert.deepEqual(snapshot.config.issuers[0]?.algorithms, [alg]);
            assert.equal(snapshot.config.issuers[0]?.issuer, CLAIMS.iss);
            assert.equal(snapshot.apis[0]?.expected?.audience, CLAIMS.aud);
            return;
          }
          const running = await runSnippet(folder, file, code, env);
          try {
            await hold(running, kind, token);
          } finally {
            await running.end();
          }
        } finally {
          rmSync(folder, { recursive: true });
        }
      });
    }
  });
}

/** The code as somebody takes it along; an editor draws no more of it than is seen. */
async function copied(): Promise<string> {
  await debug.page.getByRole('button', { name: 'Copy the code' }).click();
  return debug.page.evaluate(() => navigator.clipboard.readText());
}

async function hold({ ask }: RunningSnippet, kind: Signing, token: string): Promise<void> {
  assert.equal(await ask(token), true, 'a good token was refused');
  const { exp: _exp, ...endless } = CLAIMS;
  const other = kinds.find(({ alg }) => alg !== kind.alg);
  assert.ok(other);
  const bad = {
    tampered: tampered(token),
    expired: tokenBy(kind, { ...CLAIMS, iat: NOW - 7200, exp: NOW - 3600 }),
    endless: tokenBy(kind, endless),
    'that expired in 1970': tokenBy(kind, { ...CLAIMS, exp: 0 }),
    'of another type': tokenBy({ ...kind, typ: 'dpop+jwt' }),
    'that asks for an extension': tokenBy(kind, CLAIMS, { crit: ['x'], x: 1 }),
    'of another issuer': tokenBy(kind, { ...CLAIMS, iss: 'https://evil.example' }),
    'for another audience': tokenBy(kind, { ...CLAIMS, aud: 'https://api.shop.example/other' }),
    'of another algorithm': tokenBy(other),
    'not signed': `${encode({ alg: 'none' })}.${encode(CLAIMS)}.`,
    nothing: 'nothing',
  };
  for (const [name, one] of Object.entries(bad))
    assert.equal(await ask(one), false, `a token ${name} was taken`);
}

function folderWithKeys(key: KeyObject | string): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-snippet-'));
  if (typeof key === 'string') return folder;
  const publicKey = createPublicKey(key);
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' };
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
  writeFileSync(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  return folder;
}

test('a token cannot put code into the code', async () => {
  const evil = "https://x'});process.exit(0);//";
  await debug.paste(
    tokenBy({ alg: 'ES256', key: kinds[2]?.key ?? '' }, { ...CLAIMS, iss: evil, aud: '`${1}`' }),
  );
  await debug.page.getByLabel('Verify exactly this kind of token in').selectOption('jose (JavaScript)');
  await debug.editor('Code: jose (JavaScript)').waitFor();
  const code = await debug.text('Code: jose (JavaScript)');
  assert.ok(!code.includes('process.exit') && !code.includes('${'));
  assert.match(code, /issuer: 'https:\/\/id\.example\.com'/);
});

test('all of that without an error, and without a breach of its policy', () => assertClean(debug));
