import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openStore } from '@portcullis/store';
import type { AdapterPayload } from 'oidc-provider';
import { artifactAdapter } from './artifact-adapter.ts';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-artifacts-'));
const store = await openStore(`sqlite:${join(folder, 'a.db')}`);
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

describe('a refresh token that is used twice, or revoked', () => {
  it('is there until its grant has ended, so that who was cut short can do it again', async () => {
    let mayEnd = false;
    const { artifacts } = store;
    const endGrant = async (grantId: string): Promise<void> => {
      if (!mayEnd) throw new Error('killed');
      await artifacts.end({ grantId });
    };
    const options = { artifacts, endGrant, resumeUrl: () => '' };
    const [tokens, grants] = [artifactAdapter('RefreshToken', options), artifactAdapter('Grant', options)];
    const exp = Math.floor(Date.now() / 1000) + 600;
    const payload: AdapterPayload = { accountId: 'jo', clientId: 'shop', grantId: 'g', exp };
    await grants.upsert('g', payload, 600);
    await tokens.upsert('token', payload, 600);
    await tokens.consume('token');
    // What the library does at once, or one after the other.
    const end = (): Promise<unknown> =>
      Promise.all([tokens.destroy('token'), tokens.revokeByGrantId('g'), grants.destroy('g')]);

    await assert.rejects(end(), /killed/);
    const found = await tokens.find('token');
    assert.ok(found !== undefined && found.consumed !== undefined);
    mayEnd = true;
    await end();
    assert.equal(await tokens.find('token'), undefined);
    assert.equal(await grants.find('g'), undefined);
  });
});
