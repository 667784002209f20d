import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { requireDebian } from './debian.ts';

/** What wrk counted. It opens a connection anew when one breaks, so each broken one counts once. */
export interface WrkReport {
  readonly requests: number;
  /** Connections that could not be opened, or broke. */
  readonly broken: number;
  /** Responses that were no success. */
  readonly refused: number;
  readonly timeouts: number;
}

const TELL = `done = function(summary)
  local e = summary.errors
  io.write(string.format("REPORT %d %d %d %d\\n", summary.requests, e.connect + e.read + e.write, e.status, e.timeout))
end
`;

/** Loads `url` with GET over so many kept connections for so many seconds. */
export async function wrk(
  url: string,
  load: { readonly connections: number; readonly seconds: number; readonly headers?: readonly string[] },
): Promise<WrkReport> {
  requireDebian(['wrk']);
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-wrk-'));
  const script = join(folder, 'tell.lua');
  writeFileSync(script, TELL);
  const headers = (load.headers ?? []).flatMap((line) => ['-H', line]);
  const size = ['-t', '1', '-c', String(load.connections), '-d', `${load.seconds}s`, '--timeout', '10s'];
  try {
    const child = spawn('wrk', [...size, '-s', script, ...headers, url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = await text(child.stdout);
    const [, ...counts] = /^REPORT (\d+) (\d+) (\d+) (\d+)$/m.exec(output) ?? [];
    if (counts.length === 0) throw new Error(`wrk told nothing: ${output}`);
    const [requests = 0, broken = 0, refused = 0, timeouts = 0] = counts.map(Number);
    return { requests, broken, refused, timeouts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
