import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
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
  const { privateJwk, publicJwk } = await makeIssuer('ES256');
  const o = { algorithms: ['ES256'] as const };
  const text = await file('text.json', '{"keys": s3cret}');
  const twice = await file('twice.json', '{"keys":[],"keys":[]}');
  const exposed = await file('private.json', JSON.stringify({ keys: [privateJwk] }));
  const large = await file('large.json', ' '.repeat(1024 * 1024 + 1));
  const rsa = await file('rsa.pem', CERTIFICATES.RS256.certificate);
  const lone = await file('lone.json', JSON.stringify(publicJwk));
  const lonePrivate = await file('lone-private.json', JSON.stringify(privateJwk));
  const publicSet = await file('set.json', `\n${JSON.stringify({ keys: [publicJwk] })}`);
  const pkcs8 = String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const privatePem = await file('private.pem', pkcs8);
  const cases = [
    [
      () => jwksFile(join(folder, 'absent.json'), o),
      'key_file_unreadable',
      /^key_file_unreadable: the file of keys cannot be read \(\/.*\/absent\.json is not there\)$/,
    ],
    [() => pemFile(folder, o), 'key_file_unreadable', / is a folder\)$/],
    [() => jwksFile(text, o), 'key_set_malformed', /text\.json: not valid JSON/],
    [() => jwksFile(twice, o), 'key_set_malformed', /duplicate/],
    [() => jwksFile(exposed, o), 'key_private', /private\.json/],
    [() => jwksFile(large, o), 'key_file_unreadable', /longer/],
    [
      () => jwksFile(relative('.', join(folder, 'gone.json')), o),
      'key_file_unreadable',
      /\(\/.*gone\.json is not/,
    ],
    [() => jwksFile(rsa, o), 'key_set_malformed', /rsa\.pem: this is PEM: name it with pem:/],
    [() => jwksFile(privatePem, o), 'key_private', /must not be here.*private\.pem/],
    [() => jwksFile(lone, o), 'key_set_malformed', /lone\.json: this is one JWK: put it into a set/],
    [() => jwksFile(lonePrivate, o), 'key_private', /lone-private\.json/],
    [() => pemFile(publicSet, o), 'key_malformed', /set\.json: this is a JWK Set: name it with jwksFile:/],
    [() => pemFile(lone, o), 'key_malformed', /lone\.json: this is a JWK: put it into a set/],
    [() => pemFile(exposed, o), 'key_private', /private\.json/],
    [() => pemFile(privatePem, o), 'key_private', /private\.pem/],
    [() => pemFile(text, o), 'key_malformed', /text\.json: no whole PEM block/],
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
