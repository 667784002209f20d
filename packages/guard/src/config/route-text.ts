/** A method or *, and a pattern, of which braces are part only in pairs. */
const ROUTE = /\bmatch:[ \t]+((?:\*|[A-Z][A-Z0-9-]{0,31}) \/(?:[^\s,{}"']|\{[^\s,{}"']{0,64}\}){0,200})/g;

/**
 * The route that is written, without quotes, around this offset after `match:`. It is the one text of a file that
 * does not parse that may be repeated: nothing else that looks so can be a secret.
 */
export function routeTextAt(text: string, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  for (const { 0: whole, 1: route, index } of line.matchAll(ROUTE)) {
    const at = start + index + whole.length - (route?.length ?? 0);
    if (route !== undefined && at <= offset && offset < start + index + whole.length) return route;
  }
  return undefined;
}
