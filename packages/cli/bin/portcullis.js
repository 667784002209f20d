#!/usr/bin/env node
// Plain JavaScript on purpose: an old Node must be able to read this file, to be told that it is too old.
const needed = [24, 12];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > needed[0] || (major === needed[0] && minor >= needed[1])) {
  const main = import('../src/main.ts'); // the build rewrites this line to ../src/main.js
  main.catch((error) => {
    console.error(error);
    process.exitCode = 70;
  });
} else {
  console.error(
    `portcullis: this is Node ${process.versions.node}, and portcullis needs Node ${needed.join('.')} or newer. ` +
      'In the repository, "npm ci" brings the right Node and "npx portcullis" uses it; elsewhere install it from https://nodejs.org.',
  );
  process.exitCode = 70;
}
