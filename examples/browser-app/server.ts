/** Serves the page. ISSUER, GATEWAY, CLIENT_ID and PORT say where everything is. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

const {
  PORT = '3000',
  ISSUER = 'http://localhost:8081',
  GATEWAY = 'http://localhost:8080',
  CLIENT_ID = 'orders-page',
} = process.env;

const FILES: Readonly<Record<string, string>> = {
  '/': 'text/html; charset=utf-8',
  '/app.js': 'text/javascript; charset=utf-8',
};
const POLICY = `default-src 'none'; script-src 'self'; connect-src 'self' ${ISSUER} ${GATEWAY}; base-uri 'none'; frame-ancestors 'none'`;

const server = createServer(async (request, response) => {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  response.setHeader('content-security-policy', POLICY);
  response.setHeader('cache-control', 'no-store');
  const type = FILES[path];
  if (path === '/config.json') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ issuer: ISSUER, gateway: GATEWAY, clientId: CLIENT_ID }));
  } else if (type === undefined) {
    response.writeHead(404).end();
  } else {
    response.setHeader('content-type', type);
    response.end(await readFile(join(import.meta.dirname, path === '/' ? 'index.html' : path)));
  }
});
server.listen(Number(PORT), 'localhost', () => {
  console.log(`the page is at http://localhost:${PORT}/`);
});
