import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { openStore, type Store } from '@portcullis/store';
import type { IssuerSubject, PortcullisSubject } from './issuer-subjects.ts';

/** So many connections reach both workers, but for one chance in a hundred. */
const ASKING = 8;
const LOAD_CONNECTIONS = 32;

export interface LatencyOptions {
  readonly count: number;
  /** Where the load generator runs. */
  readonly cpu: string;
  /** How long each connection of the load waits between two requests. Milliseconds. */
  readonly pause: number;
  /** For what the load generator reads. */
  readonly folder: string;
}

/**
 * How long it takes from the moment the store is asked to revoke a token until the last worker refuses it, while the gateway
 * is under load.
 *
 * @returns milliseconds, in ascending order
 */
export async function revocationLatencies(
  subject: PortcullisSubject,
  { count, cpu, pause, folder }: LatencyOptions,
): Promise<number[]> {
  const store = await openStore(subject.store);
  const script = join(folder, 'pause.lua');
  writeFileSync(
    script,
    `wrk.headers["Authorization"] = "Bearer ${await token(subject)}"\nfunction delay() return ${pause} end\n`,
  );
  const wrk = ['wrk', '-t1', `-c${LOAD_CONNECTIONS}`, '-d600s', '-s', script, `${subject.gateway}/orders/1`];
  const load = spawn('taskset', ['-c', cpu, ...wrk], { stdio: 'ignore' });
  const connections = Array.from({ length: ASKING }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  try {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) times.push(await latency(subject, store, connections));
    return times.toSorted((a, b) => a - b);
  } finally {
    load.kill();
    for (const connection of connections) connection.destroy();
    await store.close();
  }
}

async function latency(
  subject: PortcullisSubject,
  store: Store,
  connections: readonly Agent[],
): Promise<number> {
  const bearer = await token(subject);
  const { jti, iss } = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString());
  const ask = (agent: Agent): Promise<number> => statusOf(`${subject.gateway}/orders/1`, bearer, agent);
  const before = await Promise.all(connections.map(ask));
  if (before.some((status) => status !== 200)) throw new Error('a fresh token was refused');
  const begun = performance.now();
  const refused = connections.map(async (agent) => {
    while ((await ask(agent)) !== 401);
    return performance.now() - begun;
  });
  const now = Date.now();
  await store.revocations.add([{ issuer: iss, by: 'jti', value: jti, until: now / 1000 + 600 }], now);
  return Math.max(...(await Promise.all(refused)));
}

function statusOf(url: string, bearer: string, agent: Agent): Promise<number> {
  return new Promise((done, fail) => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${bearer}` } }, (response) => {
      response.resume().once('end', () => done(response.statusCode ?? 0));
    });
    request.once('error', fail);
  });
}

async function token({ url, secret }: IssuerSubject): Promise<string> {
  const response = await fetch(`${url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`bench:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read:orders' }),
  });
  const answer: { access_token?: string } = await response.json();
  return answer.access_token ?? '';
}
