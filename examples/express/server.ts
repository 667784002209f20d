// Express with the guard in it: one policy for the service, a stricter one for a route.
import { type Auth, protect } from '@portcullis/guard/express';
import express from 'express';

declare global {
  namespace Express {
    interface Request {
      auth?: Auth | undefined;
    }
  }
}

const auth = protect<express.Request>({
  issuer: process.env['ISSUER'] ?? 'http://localhost:8081',
  jwksUri: process.env['JWKS_URI'] ?? 'http://localhost:8081/jwks',
  algorithms: ['ES256'],
  audience: 'https://api.example.com/orders',
  limits: [{ per: 'client', rate: '100/s' }],
  onDenial: ({ reason, detail }, { requestId }) => console.error('refused', requestId, reason, detail),
});

const app = express();
app.get('/health', (_request, response) => {
  response.send('well');
});

// Everything below asks for a token, before anything reads a body.
app.use(auth);
app.use(express.json());
app.get('/orders/:id', auth.require({ scopes: ['read:orders'] }), (request, response) => {
  response.json({ order: request.params['id'], caller: request.auth?.claims.sub });
});
app.post('/orders', auth.require({ scopes: ['write:orders'] }), (request, response) => {
  response.status(201).json({ taken: request.body, caller: request.auth?.claims.sub });
});

// A key that may not be used ends the start; an issuer that is down does not.
await auth.ready();
const server = app.listen(Number(process.env['PORT'] ?? 3000), '127.0.0.1', () => {
  console.log('listening on', server.address());
});
