import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PATIENCE } from '../support/processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A folder that looks like the clone the README speaks of, but keeps what the demo writes to itself. */
const folder = mkdtempSync(join(tmpdir(), 'portcullis-tour-'));
for (const name of ['package.json', 'packages', 'scripts', 'node_modules'])
  symlinkSync(join(ROOT, name), join(folder, name));

let demo: ReturnType<typeof spawn>;

before(async () => {
  demo = spawn('npm', ['start'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  demo.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  demo.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  for (const deadline = Date.now() + PATIENCE; !output.includes('Portcullis is running'); await sleep(100)) {
    assert.equal(demo.exitCode, null, `npm start ended:\n${output}`);
    assert.ok(Date.now() < deadline, `npm start did not get ready:\n${output}`);
  }
});

after(async () => {
  const ended = new Promise((done) => demo.once('exit', done));
  if (demo.pid !== undefined) process.kill(-demo.pid, 'SIGINT');
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

interface Command {
  readonly line: string;
  /** What its output must contain: the text after `# →`. */
  readonly shows: string | undefined;
}

function tour(): Command[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('## Five minutes'), readme.indexOf('## Your own API'));
  const lines = [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines.map((text) => {
    const [line = '', shows] = text.split(/\s+# → /);
    return { line, shows };
  });
}

/** Runs all commands in one shell, as they would be pasted, and gives the output of each. */
async function paste(commands: readonly Command[]): Promise<string[]> {
  const mark = '--- next command ---';
  const script = commands.map(({ line }) => `{ ${line}\n} 2>&1\necho '${mark}'`).join('\n');
  const shell = spawn('bash', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of shell.stdout) output += chunk.toString();
  return output.split(`${mark}\n`);
}

test('every command of the five-minute tour does what the README says', async () => {
  const commands = tour();
  assert.ok(commands.length >= 12, 'the tour is found in the README');
  const outputs = await paste(commands);
  for (const [i, { line, shows }] of commands.entries()) {
    if (shows !== undefined)
      assert.ok(outputs[i]?.includes(shows), `${line}\nshows ${shows}, but:\n${outputs[i]}`);
  }
});
