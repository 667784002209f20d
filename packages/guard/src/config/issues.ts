import type { z } from 'zod';
import type { ConfigProblem } from './config-error.ts';
import { issueMessage } from './issue-message.ts';
import type { KeyPath } from './key-path.ts';
import { knownKeys, nearest } from './known-keys.ts';
import type { Source } from './source.ts';
import { valueAt } from './value-at.ts';

/** Where values stand: in a file, or in nothing at all. */
type Places = Pick<Source, 'value' | 'locate' | 'locateKey'>;

type Issue = z.core.$ZodIssue;

/** `apis[0].routes[1].match` */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`;
    return text === '' ? String(segment) : `${text}.${String(segment)}`;
  }, '');
}

/** What the schema found wrong, each with the place it is about. Messages never quote a value: it may be a secret. */
export function problemsOf(issues: readonly Issue[], source: Places, file: string): ConfigProblem[] {
  return withoutEchoes(issues).flatMap((issue) => explain(issue, [], source, file));
}

/** An object with a misspelt key also lacks the right one: the first says it all. */
function withoutEchoes(issues: readonly Issue[]): readonly Issue[] {
  const misspelt = new Set(
    issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => pathText(path)),
  );
  return issues.filter((issue) => issue.code !== 'custom' || !misspelt.has(pathText(issue.path)));
}

function explain(
  issue: Issue,
  prefix: readonly PropertyKey[],
  source: Places,
  file: string,
): ConfigProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = likeliestBranch(issue.errors);
    if (branch !== undefined)
      return withoutEchoes(branch).flatMap((inner) => explain(inner, path, source, file));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownKey(key, path, source, file));
  }
  const message = issueMessage(issue, path, valueAt(source.value, path));
  return [{ file, ...source.locate(keyPath(path)), path: pathText(path), message }];
}

function unknownKey(
  key: string,
  parent: readonly PropertyKey[],
  source: Places,
  file: string,
): ConfigProblem {
  const path = [...parent, key];
  const known = knownKeys(parent);
  const guess = nearest(key, known);
  const hint = guess === undefined ? `known here: ${known.join(', ')}` : `did you mean "${guess}"?`;
  return {
    file,
    ...source.locateKey(keyPath(path)),
    path: pathText(path),
    message: `unknown key "${key}"`,
    hint,
  };
}

/** Of a union's failed branches, the one the writer had in mind: where the mistake lies deeper than the outermost type. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  let best: readonly Issue[] | undefined;
  let bestScore = 0;
  for (const branch of branches) {
    const score = Math.max(0, ...branch.map(closeness));
    if (score > bestScore) {
      best = branch;
      bestScore = score;
    }
  }
  return best;
}

function closeness(issue: Issue): number {
  if (issue.path.length > 0) return 2 + issue.path.length;
  if (issue.code === 'unrecognized_keys') return 2;
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' ? 0 : 1;
}

function keyPath(path: readonly PropertyKey[]): KeyPath {
  return path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
}
