import type { Algorithm } from '@portcullis/token';

/** What a snippet is written for. */
export interface SnippetFacts {
  readonly algorithms: readonly Algorithm[];
  readonly issuer: string;
  readonly audience: string;
  /** What the issuer writes as typ; `none` for nothing. */
  readonly type: 'at+jwt' | 'JWT' | 'none';
  /** True: signed with a shared secret, read from the environment variable JWT_SECRET. Else with a key of jwks.json. */
  readonly shared: boolean;
}

export interface Snippet {
  readonly name: string;
  /** What the file would be called, and what has to be installed. */
  readonly file: string;
  readonly install: string;
  readonly write: (facts: SnippetFacts) => string;
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
const double = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** The options that our middlewares share (docs/middleware.md). */
function protectOptions({ algorithms, issuer, audience, type, shared }: SnippetFacts): string {
  return `{
  issuer: '${issuer}',
  audience: '${audience}',
  algorithms: [${list(algorithms)}],
  types: ['${type}'],
  ${shared ? `secrets: [process.env.JWT_SECRET]` : `jwks: JSON.parse(readFileSync('jwks.json', 'utf8'))`},
}`;
}

const keysImport = ({ shared }: SnippetFacts): string =>
  shared ? '' : "import { readFileSync } from 'node:fs';\n";

export const SNIPPETS: readonly Snippet[] = [
  {
    name: 'Express',
    file: 'server.mjs',
    install: 'npm install express @portcullis/guard',
    write: (facts) => `${keysImport(facts)}import { protect } from '@portcullis/guard/express';
import express from 'express';

const auth = protect(${protectOptions(facts)});

const app = express();
app.use(auth);
app.get('/', (request, response) => response.json({ sub: request.auth.claims.sub }));
await auth.ready();
app.listen(process.env.PORT ?? 3000);
`,
  },
  {
    name: 'Fastify',
    file: 'server.mjs',
    install: 'npm install fastify @portcullis/guard',
    write: (facts) => `${keysImport(facts)}import { protect } from '@portcullis/guard/fastify';
import fastify from 'fastify';

const auth = protect(${protectOptions(facts)});

const app = fastify();
await app.register(auth.plugin);
app.get('/', async (request) => ({ sub: request.auth.claims.sub }));
await app.listen({ port: Number(process.env.PORT ?? 3000) });
`,
  },
  {
    name: 'Hono',
    file: 'server.mjs',
    install: 'npm install hono @hono/node-server @portcullis/guard',
    write: (facts) => `${keysImport(facts)}import { serve } from '@hono/node-server';
import { protect } from '@portcullis/guard/fetch';
import { Hono } from 'hono';

const auth = protect(${protectOptions(facts)});

const app = new Hono();
app.use('*', auth.hono);
app.get('/', (context) => context.json({ sub: context.get('auth').claims.sub }));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
`,
  },
  {
    name: 'jose (JavaScript)',
    file: 'verify.mjs',
    install: 'npm install jose',
    write: ({ algorithms, issuer, audience, type, shared }) => `import { readFileSync } from 'node:fs';
import { ${shared ? 'jwtVerify' : 'createLocalJWKSet, jwtVerify'} } from 'jose';

const keys = ${shared ? 'new TextEncoder().encode(process.env.JWT_SECRET)' : "createLocalJWKSet(JSON.parse(readFileSync('jwks.json', 'utf8')))"};
const token = readFileSync(0, 'utf8').trim();
const { payload } = await jwtVerify(token, keys, {
  issuer: '${issuer}',
  audience: '${audience}',
  algorithms: [${list(algorithms)}],${type === 'none' ? '' : `\n  typ: '${type}',`}
  requiredClaims: ['exp'],
  clockTolerance: 5,
});
console.log(payload.sub);
`,
  },
  {
    name: 'Python (PyJWT)',
    file: 'verify.py',
    install: 'pip install "pyjwt[crypto]"',
    write: ({ algorithms, issuer, audience, type, shared }) => `import json, os, sys
import jwt

token = sys.stdin.read().strip()
header = jwt.get_unverified_header(token)
if ${pythonType(type)} or "crit" in header:
    sys.exit("refused")
${
  shared
    ? 'key = os.environ["JWT_SECRET"]'
    : `keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(json.load(open("jwks.json"))).keys}
key = keys[header.get("kid")]`
}
claims = jwt.decode(
    token,
    key,
    algorithms=[${double(algorithms)}],
    issuer=${JSON.stringify(issuer)},
    audience=${JSON.stringify(audience)},
    leeway=5,
    options={"require": ["exp", "iss", "aud"]},
)
print(claims["sub"])
`,
  },
  {
    name: 'Go (golang-jwt)',
    file: 'verify.go',
    install: 'go get github.com/golang-jwt/jwt/v4',
    write: goSnippet,
  },
  {
    name: 'Portcullis (gateway)',
    file: 'portcullis.yaml',
    install: 'npx portcullis check portcullis.yaml',
    write: ({ algorithms, issuer, audience, type, shared }) => `issuers:
  - name: mine
    issuer: ${JSON.stringify(issuer)}
    algorithms: [${algorithms.join(', ')}]
    types: [${type}]
    ${shared ? 'secrets: ["${JWT_SECRET}"]' : 'jwksFile: ./jwks.json'}
apis:
  - name: orders
    basePath: /orders
    audience: ${JSON.stringify(audience)}
    issuers: [mine]
    upstreams: [{ url: "http://127.0.0.1:9001" }]
    routes:
      - { match: "GET /{rest*}" }
`,
  },
];

/** golang-jwt leaves issuer and audience to the caller, and has no key sets: the one key is a PEM. */
function goSnippet({ algorithms, issuer, audience, type, shared }: SnippetFacts): string {
  const [alg = 'ES256'] = algorithms;
  const parse = alg.startsWith('Ed')
    ? 'ParseEdPublicKeyFromPEM'
    : alg.startsWith('ES')
      ? 'ParseECPublicKeyFromPEM'
      : 'ParseRSAPublicKeyFromPEM';
  const key = shared
    ? 'return []byte(os.Getenv("JWT_SECRET")), nil'
    : `pem, err := os.ReadFile("public.pem")
		if err != nil {
			return nil, err
		}
		return jwt.${parse}(pem)`;
  return `package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v4"
)

func main() {
	input, _ := io.ReadAll(os.Stdin)
	claims := jwt.MapClaims{}
	token, err := jwt.ParseWithClaims(strings.TrimSpace(string(input)), claims, func(*jwt.Token) (interface{}, error) {
		${key}
	}, jwt.WithValidMethods([]string{${double(algorithms)}}))
	if err != nil || ${goType(type)} || token.Header["crit"] != nil ||
		!claims.VerifyExpiresAt(time.Now().Unix(), true) || !claims.VerifyIssuer(${JSON.stringify(issuer)}, true) || !claims.VerifyAudience(${JSON.stringify(audience)}, true) {
		fmt.Fprintln(os.Stderr, "refused", err)
		os.Exit(1)
	}
	fmt.Println(claims["sub"])
}
`;
}

function goType(type: SnippetFacts['type']): string {
  return type === 'none' ? 'token.Header["typ"] != nil' : `token.Header["typ"] != ${JSON.stringify(type)}`;
}

function pythonType(type: SnippetFacts['type']): string {
  return type === 'none' ? '"typ" in header' : `header.get("typ") != ${JSON.stringify(type)}`;
}
