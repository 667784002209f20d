// Hono with the guard in it. The app runs on Node here; `export default app` is all that Workers, Bun and Deno need.
import { serve } from '@hono/node-server';
import { type Auth, protect } from '@portcullis/guard/fetch';
import { Hono } from 'hono';

const auth = protect({
  issuer: process.env['ISSUER'] ?? 'http://localhost:8081',
  jwksUri: process.env['JWKS_URI'] ?? 'http://localhost:8081/jwks',
  algorithms: ['ES256'],
  audience: 'https://api.example.com/orders',
  limits: [{ per: 'client', rate: '100/s' }],
  onDenial: ({ reason, detail }, { requestId }) => console.error('refused', requestId, reason, detail),
});

const app = new Hono<{ Variables: { auth: Auth | undefined } }>();
app.get('/health', (c) => c.text('well'));
app.use(auth.hono);
app.get('/orders/:id', auth.require({ scopes: ['read:orders'] }).hono, (c) =>
  c.json({ order: c.req.param('id'), caller: c.get('auth')?.claims.sub }),
);
app.post('/orders', auth.require({ scopes: ['write:orders'] }).hono, async (c) =>
  c.json({ taken: await c.req.json(), caller: c.get('auth')?.claims.sub }, 201),
);

await auth.ready();
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(process.env['PORT'] ?? 3000) }, (address) => {
  console.log('listening on', address);
});
