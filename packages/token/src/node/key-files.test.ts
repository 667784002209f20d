import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { KeyError } from '../index.ts';
import { CERTIFICATES } from '../testing/certificates.ts';
import { EXPECTED, makeIssuer, tokenOf, verifierFor } from '../testing/issuer.ts';
import { jwksFile, pemFile } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'portcullis-keys-'));
after(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('reads a key set and a certificate from files', async () => {
  const issuer = await makeIssuer('ES256');
  const path = await file('jwks.json', JSON.stringify({ keys: [issuer.publicJwk] }));
  const fromSet = await jwksFile(path, { algorithms: ['ES256'] });
  await (await verifierFor([], { algorithms: ['ES256'], keys: fromSet })).verify(tokenOf(issuer), EXPECTED);
  const pem = await file('key.pem', CERTIFICATES.RS256.certificate);
  const fromPem = await pemFile(pem, { algorithms: ['RS256'] });
  await (await verifierFor([], { algorithms: ['RS256'], keys: fromPem })).verify(
    CERTIFICATES.RS256.token,
    EXPECTED,
  );
});

test('names the file and what is wrong with it, and nothing that is in it', async () => {
  const { privateJwk } = await makeIssuer('ES256');
  const o = { algorithms: ['ES256'] as const };
  const text = await file('text.json', '{"keys": s3cret}');
  const twice = await file('twice.json', '{"keys":[],"keys":[]}');
  const exposed = await file('private.json', JSON.stringify({ keys: [privateJwk] }));
  const large = await file('large.json', ' '.repeat(1024 * 1024 + 1));
  const rsa = await file('rsa.pem', CERTIFICATES.RS256.certificate);
  const cases = [
    [() => jwksFile(join(folder, 'absent.json'), o), 'key_file_unreadable', /absent\.json: ENOENT/],
    [() => pemFile(folder, o), 'key_file_unreadable', /EISDIR/],
    [() => jwksFile(text, o), 'key_set_malformed', /text\.json: not valid JSON/],
    [() => jwksFile(twice, o), 'key_set_malformed', /duplicate/],
    [() => jwksFile(exposed, o), 'key_private', /private\.json/],
    [() => jwksFile(large, o), 'key_file_unreadable', /longer/],
    [() => pemFile(rsa, o), 'key_type', /rsa\.pem: PEM block 1/],
  ] as const;
  for (const [read, code, message] of cases) {
    await assert.rejects(read, (error) => {
      assert.ok(error instanceof KeyError);
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(!error.message.includes('s3cret') && !error.message.includes(String(privateJwk.d)));
      return true;
    });
  }
});
