import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Makes sure that these Debian packages are there: installs what is missing when it runs as root, and says what to
 * install otherwise. No daemon is started by an installation.
 *
 * @throws Error that tells what to type
 */
export function requireDebian(packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`this test needs Debian packages; as root: ${command}`);
  try {
    withoutDaemons(() => install(missing));
  } catch (error) {
    throw new Error(`could not install what this test needs; as root: ${command}`, { cause: error });
  }
}

function isInstalled(name: string): boolean {
  try {
    const status = execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { stdio: 'pipe' });
    return status.toString() === 'installed';
  } catch {
    return false; // dpkg does not know it
  }
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  const get = (...args: string[]): void => {
    execFileSync('apt-get', [...lock, ...args], { env, stdio: 'pipe' });
  };
  const all = ['install', '-y', '--no-install-recommends', ...packages];
  try {
    get(...all);
  } catch {
    get('update'); // the lists may be old, or not there at all
    get(...all);
  }
}

/** Debian asks this script before it starts a service; 101 forbids it. */
function withoutDaemons(action: () => void): void {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}
