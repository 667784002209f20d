import type { ServerResponse } from 'node:http';

/** Answers with JSON and nothing that a cache or a browser could misread. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const bytes = Buffer.from(`${JSON.stringify(body)}\n`);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.byteLength,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...headers,
  });
  // Node keeps the body of an answer to HEAD to itself.
  response.end(bytes);
}

/** Answers with an error as RFC 9457 writes it. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  title: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(
    response,
    status,
    { type: 'about:blank', title, status },
    { ...headers, 'content-type': 'application/problem+json' },
  );
}
