import { canonicalPath } from '../path/canonical-path.ts';
import { decoded } from '../path/decoded.ts';

/** A route's `match`, taken apart. */
export interface Pattern {
  /** An HTTP method, or `*`. */
  readonly method: string;
  /** The pattern with its static parts in canonical form: `/by-user/{user}`. */
  readonly text: string;
  readonly segments: readonly Segment[];
  /** The names of the path parameters, in order. */
  readonly params: readonly string[];
  /** Two patterns of one shape match the same paths: `/{}/x`. */
  readonly shape: string;
}

export type Segment =
  | { readonly kind: 'static'; readonly text: string }
  | { readonly kind: 'param' | 'rest'; readonly name: string };

const METHOD = /^(?:\*|[A-Z][A-Z0-9-]*)$/;
const PLACEHOLDER = /^\{([A-Za-z_][A-Za-z0-9_]*)(\*)?\}$/;

/**
 * Reads `GET /{id}`, `* /files/{rest*}`.
 * @returns the pattern, or a text that says what is wrong with it
 */
export function parsePattern(match: string): Pattern | string {
  const space = match.indexOf(' ');
  const method = match.slice(0, Math.max(space, 0));
  const path = match.slice(space + 1).trim();
  if (space <= 0 || !METHOD.test(method)) {
    return 'expected a method in upper case, or *, then a space and a pattern: GET /{id}';
  }
  if (method === 'CONNECT') return 'CONNECT asks for a tunnel, not for a path';
  if (!path.startsWith('/')) return 'the pattern must start with a slash';
  return readSegments(method, path);
}

function readSegments(method: string, path: string): Pattern | string {
  const raw = path.slice(1).split('/');
  const names: string[] = [];
  const segments: Segment[] = [];
  for (const [index, part] of raw.entries()) {
    const segment = readSegment(part);
    if (typeof segment === 'string') return segment;
    if (segment.kind !== 'static') {
      if (names.includes(segment.name)) return `the parameter {${segment.name}} stands there twice`;
      names.push(segment.name);
    }
    if (segment.kind === 'rest' && index !== raw.length - 1) return `{${segment.name}*} must come last`;
    segments.push(segment);
  }
  const canonical = canonicalStatics(segments);
  if (typeof canonical === 'string') return canonical;
  return {
    method,
    text: write(canonical, (segment) =>
      segment.kind === 'rest' ? `{${segment.name}*}` : `{${segment.name}}`,
    ),
    segments: canonical,
    params: names,
    shape: shapeOf(canonical),
  };
}

function readSegment(part: string): Segment | string {
  const [, name, star] = PLACEHOLDER.exec(part) ?? [];
  if (name !== undefined) return { kind: star === undefined ? 'param' : 'rest', name };
  if (part.includes('{') || part.includes('}'))
    return `"${part}": a parameter is a whole segment: {name} or {rest*}`;
  if (part.includes('*')) return `"${part}": "*" is no wildcard here; write {rest*}`;
  // Express and others write parameters so; taken literally, the route would match nothing that was meant.
  if (part.startsWith(':')) return `"${part}": parameters are written ${meant(part)}`;
  return { kind: 'static', text: part };
}

function meant(part: string): string {
  const name = /^:([A-Za-z_][A-Za-z0-9_]*)/.exec(part)?.[1] ?? 'name';
  return `{${name}}`;
}

/** The static parts in the form that canonical request paths have, or what is wrong with them. */
function canonicalStatics(segments: readonly Segment[]): Segment[] | string {
  // A stand-in for the parameters leaves the rest of the path to be judged as any request path is.
  const path = canonicalPath(write(segments, () => 'x'));
  if (typeof path !== 'string') return `not a canonical path: ${path.why}`;
  const parts = path.slice(1).split('/');
  return segments.map((segment, index) =>
    segment.kind === 'static' ? { kind: 'static', text: parts[index] ?? '' } : segment,
  );
}

function shapeOf(segments: readonly Segment[]): string {
  const spelled = segments.map((segment) =>
    segment.kind === 'static' ? { ...segment, text: encodeURIComponent(decoded(segment.text)) } : segment,
  );
  return write(spelled, (segment) => (segment.kind === 'rest' ? '{*}' : '{}'));
}

function write(
  segments: readonly Segment[],
  placeholder: (segment: Exclude<Segment, { kind: 'static' }>) => string,
): string {
  const parts = segments.map((segment) => (segment.kind === 'static' ? segment.text : placeholder(segment)));
  return `/${parts.join('/')}`;
}
