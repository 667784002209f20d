// Fastify with the guard in it: a plugin for the instance it is registered on, a stricter hook for a route.
import { type Auth, protect } from '@portcullis/guard/fastify';
import fastify, { type FastifyPluginAsync, type FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    auth?: Auth | undefined;
  }
}

const app = fastify({ genReqId: () => crypto.randomUUID() });

const auth = protect<FastifyRequest>({
  issuer: process.env['ISSUER'] ?? 'http://localhost:8081',
  jwksUri: process.env['JWKS_URI'] ?? 'http://localhost:8081/jwks',
  algorithms: ['ES256'],
  audience: 'https://api.example.com/orders',
  limits: [{ per: 'client', rate: '100/s' }],
  onDenial: ({ reason, detail }, { requestId }) => console.error('refused', requestId, reason, detail),
});

const orders: FastifyPluginAsync = async (instance) => {
  await instance.register(auth.plugin);
  instance.get<{ Params: { id: string } }>(
    '/orders/:id',
    { onRequest: auth.require({ scopes: ['read:orders'] }) },
    async ({ params, auth: caller }) => ({ order: params.id, caller: caller?.claims.sub }),
  );
  instance.post(
    '/orders',
    { onRequest: auth.require({ scopes: ['write:orders'] }) },
    async ({ body, auth: caller }, reply) =>
      reply.code(201).send({ taken: body, caller: caller?.claims.sub }),
  );
};

app.get('/health', async () => 'well');
await app.register(orders);
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) });
console.log('listening on', app.server.address());
