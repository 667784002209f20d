import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { runPortcullis } from '../support/command.ts';
import { openEdge } from '../support/edge.ts';
import { folderWith } from '../support/operation.ts';
import { makeWithPyJwt } from '../support/pyjwt.ts';

const ALGORITHMS = [
  ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ['ES256', 'ES384', 'ES512', 'EdDSA'],
].flat();
const AUDIENCE = 'https://api.test/python';
const SECRET = 'Nq7%tW2!zK9#xB4$vM6&cR1*hJ8(pL3)dF5-gS0+yU7/aE2=iO9~kT4^wX6_bQ1:nV';

const made = makeWithPyJwt(ALGORITHMS, SECRET, { aud: AUDIENCE, scope: 'read:orders' });
const files: Record<string, string> = {};
const issuers = [...made].map(([alg, { pem }]) => {
  if (pem !== null) files[`${alg}.pem`] = pem;
  const keys = pem === null ? `secrets: [${JSON.stringify(SECRET)}]` : `pem: ./${alg}.pem`;
  return `  - { name: ${alg}, issuer: "https://${alg}.test", algorithms: [${alg}], ${keys} }`;
});
const configuration = `gateway: { workers: 1 }
issuers:
${issuers.join('\n')}
apis:
  - name: python
    basePath: /python
    audience: ${AUDIENCE}
    issuers: [${ALGORITHMS.join(', ')}]
    upstreams: [{ url: "UPSTREAM" }]
    routes: [{ match: "GET /{id}", require: { scopes: ["read:orders"] } }]
    forward: { headers: { x-user-id: sub } }
`;
const edge = await openEdge({ after }, configuration, files);

for (const [alg, tokens] of made) {
  describe(`a token that PyJWT signed with ${alg}`, { concurrency: 5 }, () => {
    const attempt = (token: string) => ({ token, target: '/python/1' });

    it('passes', async () => {
      const { headers } = await edge.admits(attempt(tokens.good));
      assert.equal(headers['x-user-id'], 'py');
    });
    it('is refused with another key', async () => {
      await edge.refuses(attempt(tokens.stranger), 401, 'signature_invalid');
    });
    it('is refused after its time', async () => {
      await edge.refuses(attempt(tokens.expired), 401, 'token_expired');
    });
    it('is refused with a typ that the issuer does not list', async () => {
      await edge.refuses(attempt(tokens.untyped), 401, 'typ_not_allowed');
    });
    it('is refused unsigned', async () => {
      await edge.refuses(attempt(tokens.unsigned), 401, 'alg_unsupported');
    });
  });
}

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());

describe('a secret with which PyJWT signs without a word', () => {
  for (const secret of ['secret', 'x'.repeat(31)]) {
    it(`is refused at start: ${secret.length} characters`, async () => {
      assert.ok(makeWithPyJwt(['HS256'], secret, {}).get('HS256')?.good);
      const weak = configuration
        .replaceAll(JSON.stringify(SECRET), JSON.stringify(secret))
        .replaceAll('UPSTREAM', 'http://127.0.0.1:9');
      const { code, stderr } = await runPortcullis(
        ['start'],
        folderWith({ after }, { ...files, 'portcullis.yaml': weak }),
      );
      assert.equal(code, 3, stderr);
      assert.match(stderr, /portcullis\.yaml:3:\d+ .*secret_too_short/);
    });
  }
});
