import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { eachRefused, openAttacked, TOGETHER } from '../support/attacked.ts';
import { claims, forge, hmac } from '../support/forge.ts';
import { startUpstream } from '../support/upstream.ts';

const edge = await openAttacked();
const lure = await startUpstream({ after });

const TRICKS: [name: string, kid: string][] = [
  ['a path that climbs', '../../../../../../dev/null'],
  ['a path that climbs, encoded', '..%2f..%2f..%2fdev%2fnull'],
  ['a path of Windows', 'C:\\Windows\\win.ini'],
  ['an absolute path', '/proc/sys/kernel/randomize_va_space'],
  ['a path with a NUL', '/dev/null\u0000.pem'],
  ['SQL', "' UNION SELECT 'key' -- "],
  ['SQL that waits', "1'; SELECT pg_sleep(10) -- "],
  ['a command', '| sleep 10'],
  ['a command in back quotes', '`id`'],
  ['a template', '${' + '{7*7}}'],
  ['a lookup of Log4j', '${jndi:ldap://127.0.0.1/x}'],
  ['LDAP', '*)(uid=*))(|(uid=*'],
  ['a URL', `${lure.url}/key`],
  ['a file URL', 'file:///dev/null'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['hasOwnProperty', 'hasOwnProperty'],
  ['nothing', ''],
  ['a line break, to forge a log line', 'x"}\r\n{"status":200,"path":"/forged'],
  ['an escape sequence, to fool a terminal', '\u001b[2J\u001b[31mowned'],
  ['text from right to left', '\u202Ereversed'],
  ['a kid of the issuer with a blank after it', `${edge.header.kid} `],
  ['a kid of the issuer cut short', edge.header.kid.slice(0, -1)],
  ['the kid of another issuer', edge.rsa.privateJwk.kid],
  ['2000 characters', 'k'.repeat(2000)],
];

describe('a kid', TOGETHER, () => {
  describe('that is a trick names no key', TOGETHER, () => {
    eachRefused(
      edge,
      401,
      'kid_unknown',
      TRICKS.map(([name, kid]) => [name, { token: edge.token({}, { kid }) }]),
    );
  });

  describe('makes no secret out of a file or of nothing', TOGETHER, () => {
    eachRefused(
      edge,
      401,
      'alg_not_allowed',
      TRICKS.map(([name, kid]) => [
        name,
        { token: forge({ alg: 'HS256', typ: 'at+jwt', kid }, claims(), hmac('')) },
      ]),
    );
  });

  describe('that is not text is refused', TOGETHER, () => {
    const values = [0, 1, -1, 1e300, true, null, [], [edge.header.kid], {}, { $ne: '' }];
    eachRefused(
      edge,
      401,
      'header_malformed',
      values.map((kid) => [JSON.stringify(kid), { token: edge.token({}, { kid }) }]),
    );
  });

  it('of more than the header may hold is refused', async () => {
    await edge.refuses({ token: edge.token({}, { kid: 'k'.repeat(5000) }) }, 401, 'header_too_large');
  });

  it('is cut in the log, and stays within one line', async () => {
    const kid = 'x"}\r\n{"forged":true}\u001b[0m'.repeat(50);
    const { record } = await edge.refuses({ token: edge.token({}, { kid }) }, 401, 'kid_unknown');
    const { seen } = record['denial'] as { seen: { kid: string } };
    assert.ok(seen.kid.length <= 201, `${seen.kid.length} characters`);
    assert.ok(edge.system.log().every((line) => !('forged' in line)));
  });

  it('may be missing, when the issuer signed', async () => {
    await edge.admits({ token: edge.token({}, { kid: undefined }) });
  });
});

test('no kid was ever fetched', () => assert.deepEqual(lure.received, []));
test('nothing of this reaches the upstream or a log', () => edge.assertQuiet());
