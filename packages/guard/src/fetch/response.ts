import type { Verdict } from '../protect/protection.ts';

/** The answer as a Response; one to HEAD has the same head and no body. */
export function responseOf(verdict: Extract<Verdict, { kind: 'answer' }>, method: string): Response {
  const headers = new Headers();
  addTo(headers, verdict.headers);
  const bare = method === 'HEAD' || verdict.body === '';
  return new Response(bare ? null : verdict.body, { status: verdict.status, headers });
}

/** The response with these fields (CORS), whether or not its own can be changed. */
export function withFields(response: Response, fields: readonly string[]): Response {
  if (fields.length === 0) return response;
  const copy = new Response(response.body, response);
  addTo(copy.headers, fields);
  return copy;
}

function addTo(headers: Headers, fields: readonly string[]): void {
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name = '', value = ''] = fields.slice(index, index + 2);
    if (name === 'vary') headers.append(name, value);
    else headers.set(name, value);
  }
}
