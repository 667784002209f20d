import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { checkLinks } from './links.ts';

const root = mkdtempSync(join(tmpdir(), 'links-'));
after(() => rmSync(root, { recursive: true }));

it('finds links to files and headings that are not there, and no others', () => {
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'docs', 'a.md'), '# The `first` page\n\n[up](../README.md) [gone](./b.md)\n');
  const readme = [
    '[a](docs/a.md) [heading](docs/a.md#the-first-page) [elsewhere](https://example.com/x.md)',
    '[no heading](docs/a.md#the-second-page) [own](#contents)',
    '# Contents',
    '```',
    '[in code](nowhere.md)',
    '```',
  ];
  writeFileSync(join(root, 'README.md'), readme.join('\n'));
  assert.deepEqual(checkLinks(root), [
    'README.md:2 the link to docs/a.md#the-second-page leads nowhere',
    'docs/a.md:3 the link to ./b.md leads nowhere',
  ]);
});
