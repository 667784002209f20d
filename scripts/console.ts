import { messageOf } from './command.ts';
import { buildSite, isStale } from './console/site.ts';

/**
 * `npm run console`: builds the web console, as files for a server and as one file for the debugger without a network.
 * With `--if-stale` only when a source is newer than what was built.
 */
try {
  if (!process.argv.includes('--if-stale') || isStale()) await buildSite((line) => console.log(line));
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
