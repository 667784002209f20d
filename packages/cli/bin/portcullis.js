#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this file.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const needed = [24, 12];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  keepCompiledCode();
  const main = import('../src/main.ts'); // the build puts its bundle here
  main.catch((error) => {
    console.error(error);
    process.exitCode = 70;
  });
} else {
  console.error(
    `portcullis: this is Node ${process.versions.node}, and portcullis needs Node ${needed.join('.')} or newer. ` +
      `${advice()}`,
  );
  process.exitCode = 70;
}

/**
 * A third of a start is compiling what was compiled before. It is kept with its user: Node's own choice is a folder that others
 * of the machine may write to, and what lies there is run. NODE_COMPILE_CACHE says another, NODE_DISABLE_COMPILE_CACHE=1 none.
 */
function keepCompiledCode() {
  try {
    process.env.NODE_COMPILE_CACHE ??= join(
      process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
      'portcullis',
    );
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE); // workers get it from the environment
  } catch {
    // Without a home there is none.
  }
}

/** In the repository, `npm ci` has brought a Node that is new enough. */
function advice() {
  const brought = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));
  const works = existsSync(brought) && spawnSync(brought, ['--version']).status === 0;
  if (works)
    return `This repository brings one: ${brought} ${fileURLToPath(import.meta.url)} …, or "npx portcullis".`;
  return 'In the repository, "npm ci" brings it and "npx portcullis" uses it; elsewhere install it from https://nodejs.org.';
}
