import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigError } from './config-error.ts';
import { parseConfig } from './parse-config.ts';

/** Each problem as `line:column message`. */
function problemsOf(text: string): string[] {
  try {
    parseConfig(text, { file: 'p.yaml', env: {} });
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

describe('a mistake in the YAML is told once, in plain words', () => {
  const indented = 'this line is indented differently from its neighbours';
  const cases: [name: string, text: string, problem: string][] = [
    [
      'an alias without an anchor',
      'issuers: *all',
      '1:10 no anchor &all; a text that starts with * needs quotes: "*…"',
    ],
    ['a star', 'apis: [{ cors: { origins: [*] } }]', '1:28 a text with * needs quotes: "*"'],
    ['a star and more', 'log:\n  - * b', '2:5 a text with * needs quotes: "*…"'],
    [
      'a route of any method',
      'apis:\n  - match: * /{rest*}\n    public: true',
      '2:12 a text with * needs quotes: "* /{rest*}"',
    ],
    [
      'a route in braces',
      'apis:\n  - { match: GET /{rest*}, public: true }\n  - { match: GET /x }\n',
      '2:19 a text with { needs quotes: "GET /{rest*}"',
    ],
    [
      'a route at the end of braces',
      '{ match: GET /a/{id}}',
      '1:17 a text with { needs quotes: "GET /a/{id}"',
    ],
    ['a text with a brace', 'issuers: [pre {x}]', '1:15 a text with { needs quotes'],
    ['a key too far left', 'listen:\n    a: 1\n  b: 2\n    c: 3', `3:1 ${indented}`],
    ['a key too far right', 'listen:\n  gateway: 127.0.0.1:80\n\n   admin: b', `4:4 ${indented}`],
    ['a key beside its list item', 'apis:\n  - a: 1\n   b: 2\n', `3:1 ${indented}`],
    ['a list item among keys', 'apis:\n  a: 1\n  - b\n', '3:1 a list item (-) stands among keys here'],
    ['a tab', 'log:\n\tlevel: info', '2:1 this line is indented with a tab: use spaces'],
    ['a colon in a text', 'log: a: b', '1:6 a text with ": " needs quotes'],
    ['a line without a colon', 'log: {}\nlisten\ngateway: {}', '2:1 expected "key: value" here'],
    ['a quote without its end', 'log: "a', '1:8 a text in quotes is not closed'],
    [
      'a bracket without its end',
      'log: [a, b',
      '1:11 a [ above is not closed with ], or its lines are not indented',
    ],
    ['a sign that starts no text', 'log: @a', '1:6 a text that starts with @ needs quotes: "@…"'],
    ['a key given twice', 'log: {}\ngateway: {}\nlog: {}', '3:1 the key "log" stands at line 1 already'],
    [
      'a key given twice within braces',
      'log: {\n a: 1,\n a: 2 }',
      '3:2 the key "a" stands at line 2 already',
    ],
    [
      'a second document',
      'log: {}\n---\nlog: {',
      '2:1 a second document begins here (---); only one is allowed',
    ],
    ['UTF-16', Buffer.from('\uFEFFlog: {}\n', 'utf16le').toString('utf8'), '1:1 this is not UTF-8 text'],
    [
      'Latin-1',
      Buffer.from('log: {}\n# caf\u00e9\n', 'latin1').toString('utf8'),
      '2:1 this is not UTF-8 text',
    ],
    ['a program', 'log: {}\n\0\u0001', '2:1 this is not UTF-8 text'],
  ];
  for (const [name, text, problem] of cases) {
    it(name, () => assert.deepEqual(problemsOf(text), [problem]));
  }

  it('what stands by itself is told together', () => {
    assert.deepEqual(problemsOf('log: {}\nlog: !x {}\nlog: {}'), [
      '2:1 the key "log" stands at line 1 already',
      '2:6 unknown tag: a text that starts with ! needs quotes: "!…"',
      '3:1 the key "log" stands at line 1 already',
    ]);
  });
});
