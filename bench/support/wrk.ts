import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuMicros } from './cpu.ts';

export interface Subject {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

export interface Figures {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly cpuMicrosPerRequest: number;
  readonly p99Millis: number;
  /** Answers other than 2xx, and broken connections: the figures mean nothing unless this is 0. */
  readonly failures: number;
}

const REPORT = `done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("\\n{\\"requests\\":%d,\\"micros\\":%d,\\"p99\\":%d,\\"failures\\":%d}\\n", summary.requests,
    summary.duration, latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
`;

/** Writes the wrk script that sends the tokens of a file, one a line, in turn. */
export function writeLoadScript(tokensFile: string): string {
  const file = `${tokensFile}.lua`;
  writeFileSync(
    file,
    `local tokens = {}
for line in io.lines("${tokensFile}") do tokens[#tokens + 1] = "Bearer " .. line end
local turn = 0
request = function()
  turn = turn % #tokens + 1
  return wrk.format("GET", nil, { ["Authorization"] = tokens[turn] })
end
${REPORT}`,
  );
  return file;
}

/** Writes the wrk script that asks for a token with a client's secret. */
export function writeTokenScript(folder: string, client: string, secret: string): string {
  const file = join(folder, 'token.lua');
  writeFileSync(
    file,
    `wrk.method = "POST"
wrk.body = "grant_type=client_credentials&scope=read:orders&resource=https://api.test"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Authorization"] = "Basic ${btoa(`${client}:${secret}`)}"
${REPORT}`,
  );
  return file;
}

/** Loads `subject` and accounts the CPU time of its process tree to the requests that it answered. */
export async function measure(
  subject: Subject,
  load: { script: string; path: string; seconds: number; connections: number; cpu: string },
): Promise<Figures> {
  const before = cpuMicros(subject.pid);
  const wrk = [
    'wrk',
    '-t1',
    `-c${load.connections}`,
    `-d${load.seconds}s`,
    '-s',
    load.script,
    subject.url + load.path,
  ];
  const { stdout } = await promisify(execFile)('taskset', ['-c', load.cpu, ...wrk]);
  const cpu = cpuMicros(subject.pid) - before;
  const { requests, micros, p99, failures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  return {
    requests,
    requestsPerSecond: requests / (micros / 1e6),
    cpuMicrosPerRequest: cpu / requests,
    p99Millis: p99 / 1000,
    failures,
  };
}
