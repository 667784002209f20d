// biome-ignore-all lint/correctness/noUndeclaredDependencies: this is compiled where the tarballs are installed
// Compiled by the check, never run: the types that are shipped must hold without ours beside them.
import { type Config, configJsonSchema, type Decision, type Guard } from '@portcullis/guard';
import { protect as express } from '@portcullis/guard/express';
import { protect as fastify } from '@portcullis/guard/fastify';
import { protect as fetchable } from '@portcullis/guard/fetch';
import { createVerifier, type IssuerPolicy, type VerifiedToken } from '@portcullis/token';
import { jwksFile } from '@portcullis/token/node';

export async function verifier(path: string): Promise<(token: string) => Promise<VerifiedToken>> {
  const keys = await jwksFile(path, { algorithms: ['ES256'] });
  const policy: IssuerPolicy = { issuer: 'https://id.example', algorithms: ['ES256'], keys };
  const { verify } = createVerifier({ issuers: [policy] });
  return (token) => verify(token, { audience: 'https://api.example' });
}

export function statusOf(decision: Decision): number {
  return decision.kind === 'deny' ? decision.status : 200;
}

export type Names = Config['apis'][number]['name'];
export type Decide = Guard['decide'];
export const schema: object = configJsonSchema();

const policy = {
  issuer: 'https://id.example',
  audience: 'https://api.example',
  algorithms: ['ES256'],
} as const;
const jwksUri = 'https://id.example/jwks';
export const middlewares = [
  express({ ...policy, jwksUri }).require({ scopes: ['read'] }),
  fastify({ ...policy, jwksUri }).plugin,
  fetchable({ ...policy, jwksUri }).wrap((_request, auth) => new Response(auth?.claims.sub)),
];
