import { createServer, type Server } from 'node:http';
import { serve } from '@hono/node-server';
import type { Configuration, Denial } from '@portcullis/guard';
import { type Auth, protect as protectExpress } from '@portcullis/guard/express';
import { protect as protectFastify } from '@portcullis/guard/fastify';
import { protect as protectFetch } from '@portcullis/guard/fetch';
import type { KeySource } from '@portcullis/token';
import express from 'express';
import express4 from 'express4';
import fastify from 'fastify';
import { Hono } from 'hono';
import type { After } from '../support/after.ts';

declare global {
  namespace Express {
    interface Request {
      auth?: Auth | undefined;
    }
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    auth?: Auth | undefined;
  }
}

/** A service with the guard in it, on a port of its own. What passes is answered with 200 and the caller. */
export interface Guarded {
  readonly url: string;
  /** The refusals told to its operators, by request id. */
  readonly reasons: ReadonlyMap<string, string>;
}

export type Opener = (
  t: After,
  configuration: Configuration,
  keys: Record<string, KeySource>,
) => Promise<Guarded>;

/** Whoever may be calling, as JSON that each framework writes the same. */
export function passed(auth: Auth | undefined): string {
  return JSON.stringify({ sub: auth?.claims.sub ?? null });
}

function recorder(): {
  reasons: Map<string, string>;
  onDenial(denial: Denial, about: { requestId: string }): void;
} {
  const reasons = new Map<string, string>();
  return { reasons, onDenial: ({ reason }, { requestId }) => reasons.set(requestId, reason) };
}

export async function openExpress(
  t: After,
  configuration: Configuration,
  keys: Record<string, KeySource>,
  make: typeof express = express,
): Promise<Guarded> {
  const { reasons, onDenial } = recorder();
  const app = make();
  app.disable('x-powered-by').enable('case sensitive routing').enable('strict routing');
  app.use(protectExpress<express.Request>({ configuration, keys, onDenial }));
  app.use((request, response) => {
    response.type('json').send(passed(request.auth));
  });
  return { url: await listen(t, createServer(app)), reasons };
}

export const openExpress4: Opener = (t, configuration, keys) => openExpress(t, configuration, keys, express4);

export const openFastify: Opener = async (t, configuration, keys) => {
  const { reasons, onDenial } = recorder();
  const app = fastify({ genReqId: () => crypto.randomUUID() });
  const auth = protectFastify({ configuration, keys, onDenial });
  await app.register(auth.plugin);
  app.all('/*', (request, reply) => reply.type('application/json').send(passed(request.auth)));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  return { url, reasons };
};

export const openHono: Opener = async (t, configuration, keys) => {
  const { reasons, onDenial } = recorder();
  const app = new Hono<{ Variables: { auth: Auth | undefined } }>();
  app.use(protectFetch({ configuration, keys, onDenial }).hono);
  app.all('*', (context) =>
    context.body(passed(context.get('auth')), 200, { 'content-type': 'application/json' }),
  );
  const listening = Promise.withResolvers<number>();
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
    listening.resolve(port),
  );
  t.after(() => {
    server.close();
  });
  return { url: `http://127.0.0.1:${await listening.promise}`, reasons };
};

export async function listen(t: After, server: Server): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}
