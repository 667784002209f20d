import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { canonicalPath } from '../path/canonical-path.ts';
import type { CompiledRoute } from './compiled-route.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';

function entry(match: string) {
  const pattern = parsePattern(match);
  assert.ok(typeof pattern !== 'string', `${match}: ${String(pattern)}`);
  const { method, text } = pattern;
  const route: CompiledRoute = {
    name: match,
    method,
    pattern: text,
    line: 1,
    access: 'required',
    requirement: undefined,
    shadow: false,
  };
  return { pattern, route };
}

function tableOf(...matches: string[]): RouteTable {
  return createRouteTable(matches.map(entry));
}

/** `route {params}` */
function find(table: RouteTable, method: string, path: string): string {
  const found = table.find(method, path);
  if (found === undefined) return 'none';
  const { route, params } = found;
  const named = entry(route.name).pattern.params.map((name) => [name, params.get(name)]);
  return `${route.name} ${JSON.stringify(Object.fromEntries(named))}`;
}

describe('the route table', () => {
  it('prefers static to {param} to {rest*}', () => {
    const table = tableOf('GET /{rest*}', 'GET /{id}', 'GET /health');
    assert.equal(find(table, 'GET', '/health'), 'GET /health {}');
    assert.equal(find(table, 'GET', '/healthy'), 'GET /{id} {"id":"healthy"}');
    assert.equal(find(table, 'GET', '/health/x'), 'GET /{rest*} {"rest":"health/x"}');
    assert.equal(find(table, 'GET', '/'), 'GET /{rest*} {"rest":""}');
  });

  it('goes back when a more specific beginning leads nowhere', () => {
    const table = tableOf('GET /a/{x}/c', 'GET /{y}/b/d', 'GET /a/b/e');
    assert.equal(find(table, 'GET', '/a/b/c'), 'GET /a/{x}/c {"x":"b"}');
    assert.equal(find(table, 'GET', '/a/b/d'), 'GET /{y}/b/d {"y":"a"}');
  });

  it('lets {rest*} be empty, with and without the slash before it', () => {
    const table = tableOf('GET /files/{rest*}', 'GET /u/{id}/{rest*}');
    assert.equal(find(table, 'GET', '/files'), 'GET /files/{rest*} {"rest":""}');
    assert.equal(find(table, 'GET', '/files/'), 'GET /files/{rest*} {"rest":""}');
    assert.equal(find(table, 'GET', '/files/a/b/'), 'GET /files/{rest*} {"rest":"a/b/"}');
    assert.equal(find(table, 'GET', '/filesystem'), 'none');
    assert.equal(find(table, 'GET', '/u/7'), 'GET /u/{id}/{rest*} {"id":"7","rest":""}');
  });

  it('lets a route say the very path that an empty {rest*} would answer', () => {
    const table = tableOf('GET /files/{rest*}', '* /files');
    assert.equal(find(table, 'GET', '/files'), '* /files {}');
    assert.equal(find(table, 'GET', '/files/'), 'GET /files/{rest*} {"rest":""}');
  });

  it('never takes an empty segment for a {param}', () => {
    const table = tableOf('GET /a/{id}', 'GET /{x}');
    assert.equal(find(table, 'GET', '/a/'), 'none');
    assert.equal(find(table, 'GET', '/'), 'none');
  });

  it('tells a path with a slash at its end from one without', () => {
    const table = tableOf('GET /a', 'GET /b/');
    assert.equal(find(table, 'GET', '/a/'), 'none');
    assert.equal(find(table, 'GET', '/b'), 'none');
    assert.equal(find(table, 'GET', '/b/'), 'GET /b/ {}');
  });

  it('is case-sensitive, in paths and methods', () => {
    const table = tableOf('GET /Admin');
    assert.equal(find(table, 'GET', '/admin'), 'none');
    assert.equal(find(table, 'get', '/Admin'), 'none');
  });

  it('decodes parameters, once', () => {
    const table = tableOf('GET /x/{id}', 'GET /caf%C3%A9/{rest*}');
    assert.equal(find(table, 'GET', '/x/caf%C3%A9%20%3F'), 'GET /x/{id} {"id":"café ?"}');
    assert.equal(find(table, 'GET', '/x/100%25'), 'GET /x/{id} {"id":"100%"}');
    assert.equal(find(table, 'GET', '/caf%C3%A9/%40x/y'), 'GET /caf%C3%A9/{rest*} {"rest":"@x/y"}');
  });

  it('compares static parts decoded: an encoded delimiter does not pass for a {param}', () => {
    const table = tableOf('GET /a%2Cb', 'GET /a:b/%3Ac', 'GET /{id}', 'GET /{rest*}', 'GET /100%25');
    for (const path of ['/a,b', '/a%2Cb']) assert.equal(find(table, 'GET', path), 'GET /a%2Cb {}');
    for (const path of ['/a:b/:c', '/a%3Ab/%3Ac']) assert.equal(find(table, 'GET', path), 'GET /a:b/%3Ac {}');
    assert.equal(find(table, 'GET', '/100%25'), 'GET /100%25 {}');
  });

  it('gives no parameter that the pattern does not name', () => {
    const params = tableOf('GET /{id}').find('GET', '/x')?.params;
    for (const name of ['constructor', '__proto__', 'length', '0', ''])
      assert.equal(params?.get(name), undefined);
  });

  it('matches parameters of any length', () => {
    const long = 'x'.repeat(8000);
    assert.equal(tableOf('GET /{id}').find('GET', `/${long}`)?.params.get('id'), long);
  });

  it('answers HEAD with the GET route, unless there is one for HEAD', () => {
    assert.equal(find(tableOf('GET /a'), 'HEAD', '/a'), 'GET /a {}');
    assert.equal(find(tableOf('GET /a', 'HEAD /a'), 'HEAD', '/a'), 'HEAD /a {}');
    assert.equal(find(tableOf('GET /admin', '* /{rest*}'), 'HEAD', '/admin'), 'GET /admin {}');
    assert.equal(find(tableOf('POST /a'), 'HEAD', '/a'), 'none');
  });

  it('lets * take any method, and a named method win at the same path', () => {
    const table = tableOf('* /a', 'GET /a', '* /b');
    assert.equal(find(table, 'GET', '/a'), 'GET /a {}');
    assert.equal(find(table, 'BREW', '/a'), '* /a {}');
    assert.equal(find(table, 'GET', '/b'), '* /b {}');
  });

  it('tells which methods a path has', () => {
    const table = tableOf('GET /a', 'DELETE /{id}', 'POST /b');
    assert.deepEqual(table.methods('/a'), ['DELETE', 'GET', 'HEAD']);
    assert.deepEqual(table.methods('/b'), ['DELETE', 'POST']);
    assert.deepEqual(table.methods('/a/b'), []);
  });

  it('finds what comparing every pattern segment by segment finds', () => {
    const part = fc.constantFrom('a', 'b', 'c%2C', '{p}');
    const end = fc.constantFrom('', '', '/', '/{r*}');
    const shape = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), end)
      .map(
        ([parts, tail]) =>
          `/${parts.map((one, index) => (one === '{p}' ? `{p${index}}` : one)).join('/')}${tail}`,
      );
    const match = fc
      .tuple(fc.constantFrom('GET', 'HEAD', 'PUT', '*'), shape)
      .map(([method, path]) => `${method} ${path}`);
    const matches = fc.uniqueArray(match, { minLength: 1, maxLength: 6, selector: shapeOf });
    const path = fc
      .tuple(fc.array(fc.constantFrom('a', 'b', 'c%2C', 'c,', 'd'), { maxLength: 4 }), fc.boolean())
      .map(([parts, slash]) => (parts.length === 0 ? '/' : `/${parts.join('/')}${slash ? '/' : ''}`));
    fc.assert(
      fc.property(matches, fc.constantFrom('GET', 'HEAD', 'PUT', 'PATCH'), path, (list, method, target) => {
        assert.equal(canonicalPath(target), target);
        const found = tableOf(...list).find(method, target)?.route.name;
        assert.equal(found, byComparison(list, method, target), `${method} ${target} in ${list.join(', ')}`);
      }),
      { numRuns: 2000 },
    );
  });
});

function shapeOf(match: string): string {
  const { pattern } = entry(match);
  return `${pattern.method} ${pattern.shape}`;
}

const RANK = { static: 0, param: 1, rest: 2 } as const;

/** The plain reading of the rules: of all patterns that fit, the one whose first differing segment is the most specific. */
function byComparison(matches: readonly string[], method: string, path: string): string | undefined {
  const methods = method === 'HEAD' ? ['HEAD', 'GET', '*'] : [method, '*'];
  const fitting = matches
    .map((match) => ({ match, pattern: entry(match).pattern }))
    .filter(({ pattern }) => methods.includes(pattern.method) && fits(pattern, path));
  fitting.sort((a, b) => {
    const length = Math.max(a.pattern.segments.length, b.pattern.segments.length);
    for (let index = 0; index < length; index += 1) {
      // A pattern that ends here says the path exactly, where another has an empty {rest*}.
      const left = a.pattern.segments[index]?.kind ?? 'static';
      const right = b.pattern.segments[index]?.kind ?? 'static';
      if (left !== right) return RANK[left] - RANK[right];
    }
    return methods.indexOf(a.pattern.method) - methods.indexOf(b.pattern.method);
  });
  return fitting[0]?.match;
}

function fits({ segments }: Pattern, path: string): boolean {
  const parts = path.slice(1).split('/');
  const last = segments.at(-1);
  const fixed = last?.kind === 'rest' ? segments.slice(0, -1) : segments;
  if (last?.kind === 'rest' ? parts.length < fixed.length : parts.length !== fixed.length) return false;
  return fixed.every((segment, index) => {
    const part = parts[index] ?? '';
    return segment.kind === 'static'
      ? decodeURIComponent(segment.text) === decodeURIComponent(part)
      : part !== '';
  });
}
