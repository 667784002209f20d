// biome-ignore-all lint/correctness/noUndeclaredDependencies: this is bundled where the tarballs are installed
// A Worker as one deploys it: the guard around a handler, with the keys as data.
import { protect } from '@portcullis/guard/fetch';
import jwks from './worker-jwks.json' with { type: 'json' };

const auth = protect({
  issuer: 'https://id.example',
  audience: 'https://api.example/orders',
  algorithms: ['ES256'],
  jwks,
  require: { scopes: ['read:orders'] },
});

export default { fetch: auth.wrap((_request, caller) => new Response(caller?.claims.sub)) };
