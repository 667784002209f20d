import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { KeySetEvent, KeySource } from '../index.ts';
import { CERTIFICATES } from '../testing/certificates.ts';
import { EXPECTED, makeIssuer, refuses, type TestIssuer, tokenOf, verifierFor } from '../testing/issuer.ts';
import { jwksFile, pemFile } from './index.ts';

const one = await makeIssuer('ES256');
const two = await makeIssuer('ES256');
const folder = await mkdtemp(join(tmpdir(), 'portcullis-watched-'));
const open: KeySource[] = [];
after(async () => {
  for (const source of open) source.close();
  await rm(folder, { recursive: true });
});

const setOf = (...issuers: readonly TestIssuer[]): string =>
  JSON.stringify({ keys: issuers.map(({ publicJwk }) => publicJwk) });

async function watched(name: string, text: string) {
  const path = join(folder, name);
  await writeFile(path, text);
  const events: KeySetEvent[] = [];
  const keys = await jwksFile(path, {
    algorithms: ['ES256'],
    interval: 0.005,
    onEvent: (event) => events.push(event),
  });
  open.push(keys);
  const verifier = await verifierFor([], { algorithms: ['ES256'], keys });
  return { path, url: pathToFileURL(path).href, keys, events, verifier };
}

/** Whole and at once, as a half-written file would be an error of its own. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

async function settled(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !condition(); turn++)
    await new Promise((resolve) => setTimeout(resolve, 4));
  assert.ok(condition(), 'what was waited for did not happen');
}

test('takes a good change, and distrusts a key that was taken out, also for cached tokens', async () => {
  const { path, url, events, verifier } = await watched('change.json', setOf(one));
  const token = tokenOf(one);
  await verifier.verify(token, EXPECTED);
  await refuses(verifier, tokenOf(two), 'kid_unknown');
  await replace(path, setOf(one, two));
  await settled(() => events.length > 0);
  await verifier.verify(token, EXPECTED);
  await verifier.verify(tokenOf(two), EXPECTED);
  assert.ok(verifier.recall(token, EXPECTED));
  const before = events.length;
  await replace(path, setOf(two));
  await settled(() => events.length > before);
  assert.equal(verifier.recall(token, EXPECTED), undefined);
  await refuses(verifier, token, 'kid_unknown');
  assert.deepEqual(events.at(-1), { type: 'loaded', url, keys: 1 });
});

test('keeps the last good keys while the file is bad or gone, says so once, and recovers', async () => {
  const { privateJwk } = one;
  const { path, url, keys, events, verifier } = await watched('bad.json', setOf(one));
  for (const [text, reason] of [
    ['{"keys":[', /^key_set_malformed: /],
    ['{"keys":[]}', /^key_set_empty: /],
    [JSON.stringify({ keys: [privateJwk] }), /^key_private: /],
    [undefined, /^key_file_unreadable: .*is not there/],
  ] as const) {
    if (text === undefined) await rm(path);
    else await replace(path, text);
    await settled(() => reason.test(String(keys.status().lastError)));
    assert.equal(keys.status().stale, true);
    await verifier.verify(tokenOf(one), EXPECTED);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(
    events.map(({ type }) => type),
    ['failed', 'failed', 'failed', 'failed'],
  );
  assert.ok(events.every((event) => event.url === url));
  assert.ok(!JSON.stringify(events).includes(String(privateJwk.d)));
  await replace(path, setOf(two));
  await settled(() => keys.status().lastError === null);
  assert.equal(keys.status().stale, false);
  await verifier.verify(tokenOf(two), EXPECTED);
  await refuses(verifier, tokenOf(one), 'kid_unknown');
});

test('sees a file of the same size and time that takes the place of another, and a link that is turned', async () => {
  const { path, events, verifier } = await watched('twin.json', setOf(one));
  const { atime, mtime, size } = await stat(path);
  await writeFile(`${path}.new`, setOf(two));
  await utimes(`${path}.new`, atime, mtime);
  assert.equal((await stat(`${path}.new`)).size, size);
  await rename(`${path}.new`, path);
  await settled(() => events.length > 0);
  await verifier.verify(tokenOf(two), EXPECTED);

  const first = join(folder, 'first.json');
  await writeFile(first, setOf(one));
  await symlink(first, `${path}.link`);
  const before = events.length;
  await rename(`${path}.link`, path);
  await settled(() => events.length > before);
  await verifier.verify(tokenOf(one), EXPECTED);
});

test('watches PEM as well', async () => {
  const path = join(folder, 'key.pem');
  await writeFile(path, CERTIFICATES.RS256.certificate);
  const events: KeySetEvent[] = [];
  const onEvent = (event: KeySetEvent) => events.push(event);
  const keys = await pemFile(path, { algorithms: ['RS256'], interval: 0.005, onEvent });
  open.push(keys);
  await writeFile(path, 'no PEM');
  await settled(() => keys.status().lastError !== null);
  assert.match(String(keys.status().lastError), /no whole PEM block/);
  const verifier = await verifierFor([], { algorithms: ['RS256'], keys });
  await verifier.verify(CERTIFICATES.RS256.token, EXPECTED);
});

test('reads nothing after close, and a listener that throws costs no keys', async () => {
  const path = join(folder, 'closed.json');
  await writeFile(path, setOf(one));
  let told = 0;
  const onEvent = () => {
    told += 1;
    throw new Error('listener');
  };
  const keys = await jwksFile(path, { algorithms: ['ES256'], interval: 0.005, onEvent });
  await writeFile(path, setOf(one, two));
  await settled(() => keys.status().keys === 2);
  keys.close();
  const before = told;
  await writeFile(path, setOf(two));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([keys.status().keys, told], [2, before]);
});

test('does not keep a process alive', async () => {
  const path = join(folder, 'alive.json');
  await writeFile(path, setOf(one));
  const script = `import { jwksFile } from ${JSON.stringify(import.meta.resolve('./index.ts'))};
    await jwksFile(${JSON.stringify(path)}, { algorithms: ['ES256'] });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
