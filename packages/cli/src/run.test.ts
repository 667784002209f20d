import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EXIT_CODES } from './exit-codes.ts';
import { cleanEnvironment, command, emptyFolder, MAIN, portcullis } from './testing/portcullis.ts';

const BIN = fileURLToPath(new URL('../bin/portcullis.js', import.meta.url));

test('help names every exit code, and no two are the same', async (t) => {
  const { code, stdout } = await portcullis(await emptyFolder(t), ['--help']);
  assert.equal(code, 0);
  const codes = Object.values(EXIT_CODES).map((exit) => exit.code);
  assert.equal(new Set(codes).size, codes.length);
  for (const { code: number, meaning } of Object.values(EXIT_CODES)) {
    assert.match(stdout, new RegExp(`^ {2}${number} +${meaning.slice(0, 12)}`, 'm'));
  }
});

test('every command has help with examples', async (t) => {
  const cwd = await emptyFolder(t);
  const commands = ['start', 'check', 'init', 'keys generate', 'keys list', 'keys export', 'explain'];
  for (const command of [...commands, 'token mint', 'token decode', 'token verify']) {
    const { code, stdout } = await portcullis(cwd, [...command.split(' '), '--help']);
    assert.equal(code, 0, command);
    assert.match(stdout, new RegExp(`Examples:\\n +(\\S+ +)*portcullis ${command}`), command);
  }
});

test('help for a command is what its --help prints, at any depth', async (t) => {
  const cwd = await emptyFolder(t);
  for (const [asked, same] of [
    [['help'], ['--help']],
    [
      ['help', 'start'],
      ['start', '--help'],
    ],
    [
      ['help', 'token'],
      ['token', '--help'],
    ],
    [
      ['help', 'token', 'mint'],
      ['token', 'mint', '--help'],
    ],
    [
      ['token', 'help', 'mint'],
      ['token', 'mint', '--help'],
    ],
    [
      ['keys', 'help'],
      ['keys', '--help'],
    ],
  ] as const) {
    assert.deepEqual(await command(cwd, asked), await command(cwd, same), asked.join(' '));
    assert.equal((await command(cwd, asked)).code, 0);
  }
  for (const names of [['nope'], ['token', 'nope'], ['start', 'nope']]) {
    const { code, stdout, stderr } = await command(cwd, ['help', ...names]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, new RegExp(`^portcullis: unknown command '${names.join(' ')}'[^\\n]*\\n$`));
  }
});

test('a wrong command line is one line on stderr and exit code 2', async (t) => {
  const cwd = await emptyFolder(t);
  for (const args of [
    ['strat'],
    ['check', '--jsno'],
    ['check', 'a', 'b'],
    ['explain'],
    ['start', '--demo', '--config', 'x'],
  ]) {
    const { code, stdout, stderr } = await portcullis(cwd, args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    assert.match(stderr, /^portcullis: [^\n]+\n$/);
  }
  assert.equal((await portcullis(cwd, [])).code, 2);
});

test('a stack trace is printed only with --debug', async (t) => {
  const cwd = await emptyFolder(t);
  const plain = await portcullis(cwd, ['check', 'missing.yaml']);
  const debug = await portcullis(cwd, ['check', 'missing.yaml', '--debug']);
  assert.doesNotMatch(plain.stderr, /^ +at /m);
  assert.match(debug.stderr, /^ +at /m);
  assert.deepEqual([plain.code, debug.code], [3, 3]);
});

test('a reader that goes away is no error', async () => {
  const child = spawn(process.execPath, [MAIN, '--help'], { env: cleanEnvironment() });
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  assert.deepEqual([code, stderr], [0, '']);
});

test('an old Node is told what is installed, what is needed, and how to get it', async () => {
  for (const [version, fits] of [
    ['18.20.4', false],
    ['20.20.2', false],
    ['24.11.9', false],
    ['24.12.0', true],
    ['26.0.0', true],
  ] as const) {
    const pretend = `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
    const child = spawn(process.execPath, ['--import', pretend, BIN, '--version'], {
      env: cleanEnvironment(),
    });
    const [stderr, stdout, [code]] = await Promise.all([
      text(child.stderr),
      text(child.stdout),
      once(child, 'close'),
    ]);
    if (fits) assert.deepEqual([code, stderr], [0, ''], version);
    else {
      assert.deepEqual([code, stdout], [70, ''], version);
      assert.match(
        stderr,
        new RegExp(`^portcullis: [^\\n]*Node ${version}[^\\n]*24\\.12[^\\n]*npx portcullis[^\\n]*\\n$`),
      );
    }
  }
});
