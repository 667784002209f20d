import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildAll } from './build/build.ts';
import { messageOf, mustRun } from './command.ts';
import { tourCli } from './pack/cli-tour.ts';
import { installTarballs, placeSample } from './pack/consumer.ts';
import { installOldestNode, isTooOld, machineNode, versionOf } from './pack/node-versions.ts';
import { installRuntime, RUNTIMES } from './pack/runtimes.ts';
import { tourWorker } from './pack/worker-tour.ts';
import { ROOT } from './workspace.ts';

/** `npm run pack:check`: what would be published works for someone who has nothing else of this repository. */
const folder = mkdtempSync(join(tmpdir(), 'portcullis-pack-'));
const consumer = join(folder, 'consumer');

async function step(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`ok   ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

try {
  const packages = await buildAll((line) => console.log(`     ${line}`));
  await step('packed, and installed in an empty folder', () => installTarballs(consumer, packages));
  await step('the shipped types hold on their own', checkTypes);
  await step(`token and guard on Node ${process.versions.node}`, () => usePackages(process.execPath));
  const oldest = join(folder, 'oldest-node');
  mkdirSync(oldest);
  const node = await installOldestNode(oldest);
  await step(`token and guard on the oldest supported Node, ${await versionOf(node)}`, () =>
    usePackages(node),
  );
  await onMachineNode();
  await onOtherRuntimes();
  await step('the portcullis command', () => tourCli(consumer));
} catch (error) {
  console.error(`FAIL ${messageOf(error)}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function usePackages(node: string): Promise<void> {
  await mustRun(node, [placeSample(consumer, 'use-packages.mjs')], { cwd: consumer });
}

async function checkTypes(): Promise<void> {
  const sample = placeSample(consumer, 'use-types.ts');
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noEmit',
    '--module',
    'nodenext',
    '--target',
    'es2024',
  ];
  const ours = [
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules', '@types'),
    '--lib',
    'es2024,dom,dom.iterable',
  ];
  await mustRun('tsc', [...strict, ...ours, sample], { cwd: dirname(sample) });
}

/** What `@portcullis/guard/fetch` promises to run on beside Node. */
async function onOtherRuntimes(): Promise<void> {
  const sample = placeSample(consumer, 'use-packages.mjs');
  const missing = (name: string) => console.log(`     npm has no ${name} for this platform: not tried`);
  const bun = await installRuntime('bun', folder);
  if (bun === undefined) missing('Bun');
  else
    await step(`token and guard on Bun ${RUNTIMES.bun.version}`, () =>
      mustRun(bun, [sample], { cwd: consumer }),
    );
  const deno = await installRuntime('deno', folder);
  const rights = ['run', '--allow-read', '--allow-env', '--allow-net=127.0.0.1', '--no-prompt'];
  if (deno === undefined) missing('Deno');
  else
    await step(`token and guard on Deno ${RUNTIMES.deno.version}`, () =>
      mustRun(deno, [...rights, sample], { cwd: consumer }),
    );
  const workerd = await installRuntime('workerd', folder, ['esbuild@0.28.2']);
  if (workerd === undefined) missing('workerd');
  else await step(`a Worker on workerd ${RUNTIMES.workerd.version}`, () => tourWorker(consumer, workerd));
}

/** The Node that the machine itself has, when it is one of those that token and guard promise to run on. */
async function onMachineNode(): Promise<void> {
  const node = await machineNode();
  if (node === undefined) {
    console.log('     this machine has no Node of its own: not tried');
    return;
  }
  const version = await versionOf(node);
  if (isTooOld(version)) {
    console.log(`     the machine's own Node is ${version}, and token and guard need a newer one: not tried`);
    return;
  }
  await step(`token and guard on the machine's own Node, ${version}`, () => usePackages(node));
}
