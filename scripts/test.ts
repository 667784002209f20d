import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOf, SUITES, type Suite } from './test/suites.ts';
import { ROOT } from './workspace.ts';

const USAGE = `usage: node scripts/test.ts [${Object.keys(SUITES).join(' | ')} | all]… [part of a path]… [option=of node --test]…

  npm test -- jwks                              only the files whose path contains "jwks"
  npm test -- --test-name-pattern="alg none"    only the tests so named`;

/** Where Node keeps what it compiled of our sources: each file of tests is a process, which would compile them all again. */
const COMPILED = join(ROOT, 'node_modules', '.cache', 'compiled');

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const words = process.argv.slice(2);
const reporters = words.filter((word) => word.startsWith('--test-reporter='));
const options = words.filter((word) => word.startsWith('-') && !reporters.includes(word));
const names = words.filter((word) => word in SUITES || word === 'all');
const isCovered = options.some((option) => option.includes('coverage'));
const filters = words.filter((word) => !word.startsWith('-') && !names.includes(word));
const chosen = Object.entries(SUITES).filter(([name]) => names.includes(name) || names.includes('all'));

if (chosen.length === 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  await runSuites();
}

async function runSuites(): Promise<void> {
  const sum: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, suite] of chosen) {
    const files = filesOf(suite).filter((file) => filters.every((part) => file.includes(part)));
    if (files.length === 0) {
      // A suite that vanished must not look like a suite that passed; a filter may well leave one empty.
      if (filters.length === 0) {
        console.error(`${name}: no test file found`);
        process.exitCode = 1;
      }
      continue;
    }
    console.log(`${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
    const { code, totals } = await runSuite(suite, files);
    sum.passed += totals.passed;
    sum.failed += totals.failed;
    sum.skipped += totals.skipped;
    if (code !== 0) process.exitCode = code;
  }
  if (sum.passed + sum.failed + sum.skipped === 0) {
    console.error('no test was run');
    process.exitCode = 1;
  }
  const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
  console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
}

async function runSuite(suite: Suite, files: readonly string[]): Promise<{ code: number; totals: Totals }> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'));
  const counts = join(folder, 'totals.json');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  spawn(
    process.execPath,
    [
      '--test',
      `--test-concurrency=${suite.concurrency}`,
      `--test-timeout=${suite.timeout * 1000}`,
      ...reporterOptions(counts),
      ...options,
      ...files,
    ],
    {
      cwd: ROOT,
      // Of functions that were compiled before, coverage is told less exactly.
      env: isCovered ? process.env : { NODE_COMPILE_CACHE: COMPILED, ...process.env },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
    .on('error', reject)
    .on('close', (code) => resolve(code ?? 128));
  try {
    return { code: await promise, totals: readTotals(counts) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a person reads (a dot a test when nobody watches; failures always in full), and the counts into a file. */
function reporterOptions(counts: string): string[] {
  const shown =
    reporters.length > 0 ? reporters : [`--test-reporter=${process.stdout.isTTY ? 'spec' : 'dot'}`];
  return [
    ...shown.flatMap((reporter) => [reporter, '--test-reporter-destination=stdout']),
    `--test-reporter=${join(import.meta.dirname, 'test', 'totals-reporter.ts')}`,
    `--test-reporter-destination=${counts}`,
  ];
}

/** The counts of a run; a run that died before it could count is one failure. */
function readTotals(path: string): Totals {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (text === '') return { passed: 0, failed: 1, skipped: 0 };
  const counts: Record<'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo', number> = JSON.parse(text);
  return {
    passed: counts.passed,
    failed: counts.failed + counts.cancelled,
    skipped: counts.skipped + counts.todo,
  };
}
