import * as z from 'zod';
import { tlsSchema } from './tls.ts';
import { addressBlock, duration, LONGEST_TIMER, size, timeout } from './values.ts';

const timeoutsSchema = z
  .strictObject({
    head: timeout().prefault('10s').describe('The longest a client may take to send a request head.'),
    body: timeout().prefault('30s').describe('The longest pause within a request body sent by a client.'),
    connect: timeout().prefault('3s').describe('The longest a connection to an upstream may take to open.'),
    firstByte: timeout().prefault('30s').describe('The longest an upstream may take to begin its answer.'),
    idle: timeout().prefault('60s').describe('The longest pause within an upstream answer.'),
    worker: timeout()
      .prefault('10s')
      .describe('How long a worker may not respond before it counts as stuck and is replaced.'),
    keepAlive: timeout().prefault('65s').describe('How long an unused client connection is kept open.'),
  })
  .describe('Timeouts.');

const traceSchema = z
  .union([
    z.literal('off'),
    z.strictObject({
      accept: z
        .enum(['trusted', 'any'])
        .default('trusted')
        .describe('Whose `traceparent` is passed on: that of trusted proxies, or of any client.'),
      sample: z
        .number()
        .min(0)
        .max(1)
        .default(1)
        .describe('The share of the traces begun here that are marked as sampled, from 0 to 1.'),
    }),
  ])
  .prefault({})
  .describe(
    'The trace (W3C `traceparent`) that upstreams are told and that the access log names: the one that came, or one that begins here. With `off`, none is told, and what came passes as it is.',
  );

export const gatewaySchema = z
  .strictObject({
    tls: tlsSchema.optional().describe('TLS on listen.gateway. Left out, it speaks plain HTTP.'),
    workers: z
      .union([z.literal('auto'), z.int().min(1).max(1024)], {
        error: 'expected auto or a number from 1 to 1024',
      })
      .default('auto')
      .describe('Worker processes: auto is one per core.'),
    trustedProxies: z
      .array(addressBlock())
      .default([])
      .describe(
        'Addresses or blocks of proxies in front of the gateway whose forwarding headers are believed. Example: `[10.0.0.0/8, "2001:db8::/32"]`.',
      ),
    maxHead: size().prefault('32KB').describe('The largest request head. A KB is 1024 bytes.'),
    maxUrl: size().prefault('8KB').describe('The longest request target. A KB is 1024 bytes.'),
    maxBody: size()
      .prefault('10MB')
      .describe('The largest request body; an API may set its own. An MB is 1024 KB.'),
    drain: duration()
      .refine((seconds) => seconds <= LONGEST_TIMER, { error: 'at most 24d' })
      .prefault('30s')
      .describe('How long requests under way may take to finish when the gateway stops.'),
    timeouts: timeoutsSchema.prefault({}),
    trace: traceSchema,
    maxConnections: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .describe('The most client connections a worker holds; further ones are closed at once.'),
    connections: z
      .int()
      .min(1)
      .max(65_535)
      .default(256)
      .describe('The most connections a worker holds to one upstream.'),
  })
  .describe('The gateway: processes, limits and timeouts.');
