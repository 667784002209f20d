import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readCredential, tokenFault } from './credential.ts';
import { readHeadFields } from './head-fields.ts';

function read(headers: readonly string[], query = '', optional = false): string {
  const found = readCredential(readHeadFields(headers), query, optional);
  if (found.kind === 'fault') return found.reason;
  return found.kind === 'bearer' ? `token ${found.token}` : `${found.kind}${optional ? ' optional' : ''}`;
}

describe('readCredential', () => {
  it('finds the one Bearer token, whatever the case of name and scheme', () => {
    assert.equal(read(['Host', 'x', 'Authorization', 'Bearer abc.d-e_f.~+/=']), 'token abc.d-e_f.~+/=');
    assert.equal(read(['aUTHORIZATION', 'bEARER   abc']), 'token abc');
  });

  it('tells absent from optional', () => {
    assert.equal(read(['Host', 'x']), 'absent');
    assert.equal(read([], '', true), 'absent optional');
  });

  it('refuses two Authorization fields, even when they are equal', () => {
    assert.equal(read(['Authorization', 'Bearer a', 'authorization', 'Bearer a']), 'credential_ambiguous');
    assert.equal(
      read(['Authorization', 'Basic a', 'AUTHORIZATION', 'Bearer b'], '', true),
      'credential_ambiguous',
    );
  });

  it('refuses credentials joined by a comma', () => {
    for (const value of ['Bearer a, Bearer b', 'Bearer a,b', 'Bearer a,', 'Basic x, Bearer a']) {
      assert.equal(read(['Authorization', value]), 'credential_ambiguous', value);
    }
  });

  it('refuses other schemes', () => {
    for (const value of [
      'Basic dTpw',
      'DPoP abc',
      'Bearers abc',
      'abc.def.ghi',
      '',
      'Bearer\tabc',
      'Bearer:abc',
    ]) {
      assert.equal(read(['Authorization', value]), 'credential_scheme', JSON.stringify(value));
    }
  });

  it('refuses a scheme without a token', () => {
    for (const value of ['Bearer', 'Bearer ']) {
      assert.equal(read(['Authorization', value]), 'credential_malformed', JSON.stringify(value));
      assert.equal(read(['Authorization', value], '', true), 'credential_malformed');
    }
  });

  it('refuses a token in the query, however its name is written', () => {
    for (const query of [
      '?access_token=x',
      '?a=b&access_token',
      '?%61ccess%5Ftoken=x',
      '?%zz=1&access_token=',
      '?a;access_token=x',
      '?access%5ftoken',
    ]) {
      assert.equal(read(['Authorization', 'Bearer a'], query), 'credential_ambiguous', query);
      assert.equal(read([], query), 'credential_ambiguous', query);
      assert.equal(read([], query, true), 'credential_ambiguous', query);
    }
  });

  it('takes queries that only look like one', () => {
    for (const query of [
      '?',
      '?x=access_token',
      '?access_tokens=1',
      '?my_access_token=1',
      '?%zz=access_token',
      '?access=token',
    ]) {
      assert.equal(read(['Authorization', 'Bearer a'], query), 'token a', query);
    }
  });

  it('never repeats what may be a token that was sent bare', () => {
    const found = readCredential(readHeadFields(['Authorization', 'eyJhbGciOi secret']), '', false);
    assert.doesNotMatch(JSON.stringify(found), /eyJ|secret/);
  });

  it('gives back exactly the token that was sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const found = readCredential(readHeadFields(['authorization', `Bearer ${text}`]), '', false);
        if (text.includes(',')) assert.equal(found.kind === 'fault' && found.reason, 'credential_ambiguous');
        else if (text.replace(/^ +/, '') === '') assert.equal(found.kind, 'fault');
        else assert.equal(found.kind === 'bearer' ? found.token : undefined, text.replace(/^ +/, ''));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('tokenFault', () => {
  it('tells what is no token', () => {
    for (const text of ['a b', '"a"', 'a=b', 'é', 'a\u0000', 'a;', 'a\n', '']) {
      assert.equal(tokenFault(text)?.reason, 'credential_malformed', JSON.stringify(text));
    }
  });

  it('takes every b64token', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9\-._~+/]+=*$/), (text) => {
        assert.equal(tokenFault(text), undefined);
      }),
    );
  });
});
