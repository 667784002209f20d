import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { parseConfig } from '@portcullis/guard';
import { jwksKeys, type KeySource } from '@portcullis/token';
import { startSystem } from '../support/system.ts';
import { startUpstream } from '../support/upstream.ts';
import { type Answer, type Attempt, send } from '../support/wire.ts';
import { type Opener, openExpress, openExpress4, openFastify, openHono } from './middlewares.ts';
import { configuration, issuer, TABLE } from './table.ts';

interface Engine {
  readonly url: string;
  reason(requestId: string): Promise<unknown>;
}

type Opening = () => Promise<Engine>;

async function gateway(): Promise<Engine> {
  const upstream = await startUpstream({ after }, (request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ sub: request.headers['x-user-id'] ?? null }));
  });
  const system = await startSystem({ after }, configuration(upstream.url), {
    files: { 'jwks.json': issuer.jwks },
  });
  return { url: system.url, reason: async (id) => (await system.record(id))['reason'] };
}

function middleware(open: Opener): Opening {
  return async () => {
    const keys: KeySource = await jwksKeys(JSON.parse(issuer.jwks), { algorithms: ['ES256'] });
    const parsed = parseConfig(configuration('http://127.0.0.1:9'), { file: 'portcullis.yaml', env: {} });
    const { url, reasons } = await open({ after }, parsed, { test: keys });
    return { url, reason: async (id) => reasons.get(id) };
  };
}

const ENGINES: Readonly<Record<string, Opening>> = {
  gateway,
  'express 5': middleware(openExpress),
  'express 4': middleware(openExpress4),
  fastify: middleware(openFastify),
  hono: middleware(openHono),
};

/** Of the connection, not of the answer. */
const OF_THE_CONNECTION = /^(date|connection|keep-alive|transfer-encoding):/i;

/** All of a refusal that a client sees, but for the id and the order of the fields. */
function essence(answer: Answer): unknown {
  const id = answer.header('x-request-id') ?? assert.fail('no request id');
  const lines = answer.fields
    .filter((line) => !OF_THE_CONNECTION.test(line))
    .map((line) => line.replace(/^[^:]+/, (name) => name.toLowerCase()).replace(id, '<id>'));
  return { status: answer.status, fields: lines.sort(), body: answer.body.replace(id, '<id>') };
}

/** Who is calling, as the service behind the guard was told; null where the route asks for nobody. */
function callerIn(answer: Answer): unknown {
  const text = /\{[^}]*\}/.exec(answer.body)?.[0] ?? assert.fail(answer.body);
  return JSON.parse(text).sub;
}

const PUBLIC = /^\/orders\/(health|news)$/;
function callerOf({ target = '', token }: Attempt): string | null {
  return target === '/orders/health' || (PUBLIC.test(target) && token === undefined) ? null : 'alice';
}

const engines: (readonly [name: string, engine: Engine])[] = [];
for (const [name, open] of Object.entries(ENGINES)) engines.push([name, await open()]);

/** The gateway comes first: its refusals are what those of the others are held to. */
const reference = new Map<string, unknown>();

for (const [name, engine] of engines) {
  describe(`${name} answers as the contract says`, () => {
    for (const [request, attempt, status, reason] of TABLE) {
      it(`${request}: ${status}${reason === null ? '' : ` ${reason}`}`, async () => {
        const answer = await send(engine.url, attempt);
        assert.equal(answer.status, status, answer.body);
        if (status !== 200) {
          if (!reference.has(request)) reference.set(request, essence(answer));
          assert.deepEqual(essence(answer), reference.get(request));
          assert.equal(await engine.reason(answer.header('x-request-id') ?? ''), reason ?? undefined);
        } else if (attempt.method !== 'HEAD') {
          assert.equal(callerIn(answer), callerOf(attempt));
        }
      });
    }
  });
}
