import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { Issuing } from './issuing.ts';
import { eventually, issuerPid } from './processes.ts';
import { PORTCULLIS } from './system.ts';

/** Runs a command and kills it after so many milliseconds; whether it had ended well before. */
export async function cutShort(
  { system }: Issuing,
  args: readonly string[],
  milliseconds: number,
): Promise<boolean> {
  const child = spawn(process.execPath, [PORTCULLIS, ...args, '-c', system.configFile], { stdio: 'ignore' });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  const code = await ended;
  clearTimeout(timer);
  return code === 0;
}

/** Kills the issuer's process, and waits for the next one. */
export async function killIssuer({ system }: Issuing): Promise<void> {
  const pid = issuerPid(system) ?? assert.fail('no issuer runs');
  process.kill(pid, 'SIGKILL');
  await eventually(() => {
    const now = issuerPid(system);
    return now !== undefined && now !== pid;
  }, 'another issuer');
}
