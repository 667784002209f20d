import type { Reader } from '../protect/protection.ts';

/** No address and no id: a Request has neither. */
export const fetchReader: Reader<Request> = {
  head: (request) => ({
    method: request.method,
    target: targetOf(request.url),
    // Fields of one name come joined by ", ": two Authorization fields are then one with a comma, which is refused.
    headers: [...request.headers].flat(),
  }),
};

/** Path and query exactly as the router will read them: a URL object might spell them otherwise. */
function targetOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  const query = url.indexOf('?');
  if (start === -1 || (query !== -1 && query < start)) return query === -1 ? '/' : `/${url.slice(query)}`;
  return url.slice(start);
}
