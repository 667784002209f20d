import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { splitTarget } from './request-target.ts';

const HOST = ['Host', 'api.example:8080'];

function why(target: string, headers: readonly string[] = HOST): string {
  const result = splitTarget(target, headers);
  return 'why' in result ? result.why : `accepted as ${result.path}${result.query}`;
}

describe('splitTarget', () => {
  it('takes origin-form apart and leaves path and query raw', () => {
    assert.deepEqual(splitTarget('/a%2Fb?x=%zz?y', []), { path: '/a%2Fb', query: '?x=%zz?y' });
    assert.deepEqual(splitTarget('/', []), { path: '/', query: '' });
    assert.deepEqual(splitTarget('/?', []), { path: '/', query: '?' });
  });

  it('lets a query hold what browsers send in one', () => {
    assert.deepEqual(splitTarget('/a?f[x]=1|2', []), { path: '/a', query: '?f[x]=1|2' });
  });

  it('refuses a query with control characters, white space, a fragment or non-ASCII', () => {
    for (const query of ['a b', 'a\tb', 'a\r\nX: y', 'a\u0000', 'a\u007f', 'a#b', 'é']) {
      assert.equal(why(`/a?${query}`), 'character not allowed in a query', JSON.stringify(query));
    }
  });

  it('takes absolute-form whose authority is the Host', () => {
    assert.deepEqual(splitTarget('http://api.example:8080/a?b', HOST), { path: '/a', query: '?b' });
    assert.deepEqual(splitTarget('HTTPS://API.example:8080', HOST), { path: '/', query: '' });
    assert.deepEqual(splitTarget('http://api.example:8080?b', HOST), { path: '/', query: '?b' });
  });

  it('refuses absolute-form for another host', () => {
    for (const target of [
      'http://evil.example/a',
      'http://api.example/a',
      'http://api.example:8080.evil.example/a',
    ]) {
      assert.equal(why(target), 'authority differs from the Host field', target);
    }
  });

  it('refuses absolute-form with no Host, or with two', () => {
    assert.equal(why('http://api.example:8080/a', []), 'absolute-form needs exactly one Host field');
    assert.equal(
      why('http://api.example:8080/a', [...HOST, ...HOST]),
      'absolute-form needs exactly one Host field',
    );
    assert.equal(
      why('http://api.example:8080/a', [...HOST, 'hOsT', 'x']),
      'absolute-form needs exactly one Host field',
    );
  });

  it('refuses user information, even when the Host repeats it', () => {
    assert.equal(why('http://u@h/a', ['Host', 'u@h']), 'authority is empty or holds user information');
    assert.equal(why('http:///a', ['Host', '']), 'authority is empty or holds user information');
  });

  it('refuses asterisk-form, authority-form and other schemes', () => {
    assert.equal(why('*'), 'asterisk-form');
    for (const target of [
      '',
      'api.example:8080',
      'ftp://api.example:8080/',
      'orders',
      '?x',
      'http:/a',
      '\\a',
    ]) {
      assert.equal(why(target), 'neither a path nor an http URL', target);
    }
  });
});
