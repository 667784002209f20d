import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BILLING, openAttacked, TOGETHER } from '../support/attacked.ts';
import { forge, segment } from '../support/forge.ts';
import { AUDIENCE } from '../support/tokens.ts';

const edge = await openAttacked({ policy: ', clockSkew: 0s' });

/** A token that has been verified, and so is in the cache. */
async function cached(changes: Record<string, unknown> = {}): Promise<string> {
  const token = edge.token(changes);
  await edge.admits({ token });
  await edge.admits({ token });
  return token;
}

/** A token's payload as an object. */
function payloadOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

async function until(second: number): Promise<void> {
  while (Date.now() / 1000 < second) await sleep(100);
}

describe('the cache of verified tokens', TOGETHER, () => {
  it('does not take the signature for the token: another payload under it is refused', async () => {
    const token = await cached();
    const [header, , signature] = token.split('.');
    const other = segment({ ...payloadOf(token), sub: 'admin' });
    await edge.refuses({ token: `${header}.${other}.${signature}` }, 401, 'signature_invalid');
    const { headers } = await edge.admits({ token });
    assert.equal(headers['x-user-id'], 'alice');
  });

  it('does not take the payload for the token: another header over it is refused', async () => {
    const token = await cached();
    const [, payload, signature] = token.split('.');
    const other = segment({ ...edge.header, extra: true });
    await edge.refuses({ token: `${other}.${payload}.${signature}` }, 401, 'signature_invalid');
  });

  it('does not take a prefix for the token', async () => {
    const token = await cached();
    await edge.refuses({ token: `${token}A` }, 401, 'signature_invalid');
    await edge.refuses({ token: token.slice(0, -1) }, 401, 'token_malformed');
    await edge.refuses({ token: token.slice(0, -2) }, 401, 'signature_invalid');
    await edge.refuses({ token: `${token}==` }, 401, 'token_malformed');
  });

  it('does not carry one API’s admission over to another', async () => {
    const token = await cached();
    await edge.refuses({ token, target: '/billing/1' }, 401, 'audience_mismatch');
    await edge.admits({ token });
    const both = await cached({ aud: [AUDIENCE, BILLING] });
    await edge.admits({ token: both, target: '/billing/1' });
  });

  it('does not carry one route’s admission over to another', async () => {
    const token = await cached();
    await edge.refuses(
      { token, method: 'POST', target: '/orders/', fields: ['Content-Length: 0'] },
      403,
      'scope_missing',
    );
  });

  it('keeps two subjects apart when requests of both come at once', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `user-${at}`);
    const tokens = names.map((sub) => edge.token({ sub }));
    for (let round = 0; round < 2; round += 1) {
      const seen = await Promise.all(tokens.map((token) => edge.admits({ token })));
      assert.deepEqual(
        seen.map(({ headers }) => headers['x-user-id']),
        names,
      );
    }
  });

  it('goes on refusing what it refused', async () => {
    const token = edge.token({ at_hash: 'x' });
    for (let round = 0; round < 3; round += 1) {
      await edge.refuses({ token }, 401, 'token_kind_refused');
    }
    const bad = forge(edge.header, payloadOf(edge.token()), () => new Uint8Array(64));
    for (let round = 0; round < 3; round += 1) {
      await edge.refuses({ token: bad }, 401, 'signature_invalid');
    }
  });

  it('does not outlive the token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 3;
    const token = await cached({ exp });
    await until(exp);
    await edge.refuses({ token }, 401, 'token_expired');
  });

  it('does not hold it against a token that it came too early', async () => {
    const nbf = Math.floor(Date.now() / 1000) + 3;
    const token = edge.token({ nbf });
    await edge.refuses({ token }, 401, 'token_not_yet_valid');
    await until(nbf);
    await edge.admits({ token });
  });
});

test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
