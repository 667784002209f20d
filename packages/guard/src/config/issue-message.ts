import type { z } from 'zod';
import { knownKeys } from './known-keys.ts';

type Issue = z.core.$ZodIssue;

/** How the messages that zod makes up itself begin; all others are written beside the schema. */
const NOT_OURS = /^(?:Invalid|Too small|Too big|Unrecognized)\b/;

/**
 * What an issue says to an operator: what shape was expected, never what was found, which may be a secret.
 * @param value what stands at the path; only its kind is looked at
 */
export function issueMessage(issue: Issue, path: readonly PropertyKey[], value: unknown): string {
  if (issue.code === 'invalid_type' && value === undefined) return 'is missing';
  if (issue.code === 'invalid_type' && value === null) return 'has no value';
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.map(String).join(', ')}`;
  if (!NOT_OURS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return expected(issue.expected, path, value);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'not a name that can stand here';
    default:
      return 'not a value that can stand here';
  }
}

function expected(type: string, path: readonly PropertyKey[], value: unknown): string {
  switch (type) {
    case 'array':
      return `expected a list: [${shape(knownKeys([...path, 0]))}]`;
    case 'object':
    case 'record':
      return `expected keys and values: ${shape(knownKeys(path), 'name: …')}`;
    case 'string':
      return textExpected(value);
    case 'boolean':
      return 'expected true or false';
    case 'int':
      return 'expected a whole number';
    default:
      return `expected a ${type}`;
  }
}

/** YAML took the text for something else. */
function textExpected(value: unknown): string {
  if (typeof value === 'object') return 'expected a text; one that starts with { or [ needs quotes';
  return 'expected a text: this needs quotes';
}

/** The first key of an object shows what it looks like. */
function shape(keys: readonly string[], otherwise = '…'): string {
  const [first] = keys;
  if (first !== undefined) return `{ ${first}: …${keys.length > 1 ? ', …' : ''} }`;
  return otherwise === '…' ? otherwise : `{ ${otherwise} }`;
}

function tooSmall({ origin, minimum }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'array') return 'the list is empty';
  return origin === 'string' ? 'must not be empty' : `at least ${minimum}`;
}
