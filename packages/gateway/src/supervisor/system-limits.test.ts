import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '@portcullis/guard';
import { limitWarnings, readSystemLimits } from './system-limits.ts';

const GB = 1024 ** 3;
const { config } = parseConfig(
  `gateway: { maxConnections: 1000, connections: 100 }
apis:
  - { name: a, basePath: /a, upstreams: [{ url: "http://127.0.0.1:1" }, { url: "http://127.0.0.1:2" }], routes: [{ match: "* /", public: true }] }
  - { name: b, basePath: /b, upstreams: [{ url: "http://127.0.0.1:1" }], routes: [{ match: "* /", public: true }] }
`,
  { file: 'p.yaml', env: {} },
);

test('says nothing where there is enough, or where it cannot be told', () => {
  assert.deepEqual(limitWarnings(config, 2, { descriptors: 1264, memory: 4 * GB }), []);
  assert.deepEqual(limitWarnings(config, 2, { descriptors: undefined, memory: 4 * GB }), []);
});

test('says how many descriptors a worker may need, and what to do', () => {
  const [warning, ...more] = limitWarnings(config, 2, { descriptors: 1024, memory: 4 * GB });
  assert.deepEqual(more, []);
  assert.match(
    warning ?? '',
    /1024 files.*\(1000\).*\(100 to each of 2 upstreams\) may need 1264: raise .*LimitNOFILE/,
  );
});

test('says how much memory all workers may need', () => {
  const [warning] = limitWarnings(config, 8, { descriptors: undefined, memory: GB });
  assert.match(
    warning ?? '',
    /^there are 1024 MB of memory, but 8 workers .* about \d{4} MB.*gateway\.workers/,
  );
});

test('reads the limits of this very process', () => {
  const { descriptors, memory } = readSystemLimits();
  assert.ok(memory > 0 && (descriptors === undefined || descriptors > 0));
});
