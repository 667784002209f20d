import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePattern } from './pattern.ts';

function read(match: string): string {
  const pattern = parsePattern(match);
  return typeof pattern === 'string'
    ? pattern
    : `${pattern.method} ${pattern.text} [${pattern.params}] ${pattern.shape}`;
}

describe('parsePattern', () => {
  it('reads methods, parameters and the rest', () => {
    assert.equal(read('GET /'), 'GET / [] /');
    assert.equal(read('GET /{id}'), 'GET /{id} [id] /{}');
    assert.equal(read('* /files/{rest*}'), '* /files/{rest*} [rest] /files/{*}');
    assert.equal(read('M-SEARCH /a/{b}/c/{d}/'), 'M-SEARCH /a/{b}/c/{d}/ [b,d] /a/{}/c/{}/');
  });

  it('puts the static parts in the form that requests are put in', () => {
    assert.equal(read('GET /%6f/caf%c3%a9/{id}'), 'GET /o/caf%C3%A9/{id} [id] /o/caf%C3%A9/{}');
  });

  it('gives one shape to spellings that match the same paths', () => {
    assert.equal(read('GET /a:b'), 'GET /a:b [] /a%3Ab');
    assert.equal(read('GET /a%3Ab'), 'GET /a%3Ab [] /a%3Ab');
    assert.equal(read('GET /%3Aid'), 'GET /%3Aid [] /%3Aid');
    assert.equal(read('GET /%7B%7D'), 'GET /%7B%7D [] /%7B%7D');
  });

  const faults: [match: string, fault: RegExp][] = [
    ['/orders', /expected a method/],
    ['get /orders', /expected a method in upper case/],
    ['GET', /expected a method/],
    ['GET orders', /must start with a slash/],
    ['CONNECT /a', /tunnel/],
    ['GET /a{id}', /whole segment/],
    ['GET /{id}.json', /whole segment/],
    ['GET /{}', /whole segment/],
    ['GET /{a-b}', /whole segment/],
    ['GET /:id', /^":id": parameters are written \{id\}$/],
    ['GET /a/:order_id(\\d+)/b', /written \{order_id\}$/],
    ['GET /:', /written \{name\}$/],
    ['GET /a/*', /write \{rest\*\}/],
    ['GET /{rest*}/a', /must come last/],
    ['GET /{a}/{a}', /stands there twice/],
    ['GET /a//b', /empty segment/],
    ['GET /a/../b', /dot segment/],
    ['GET /a%2Fb', /encoded slash/],
    ['GET /a?b=c', /not allowed in a path/],
    ['GET /a;b', /semicolon/],
  ];
  for (const [match, fault] of faults) {
    it(`refuses ${match}`, () => assert.match(read(match), fault));
  }
});
