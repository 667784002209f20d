import type { Story } from '@portcullis/guard';
import { factLines } from '../terminal/facts.ts';
import { printable, printableValue } from '../terminal/printable.ts';
import type { Telling } from './telling.ts';

const MARKS = { passed: 'ok  ', failed: 'FAIL', 'not reached': '-   ' } as const;

/** A telling for people. */
export function tellingLines({ outcome, request, story, seen, reason, hint, shadow }: Telling): string[] {
  const lines = [headline(outcome, request), ...factLines(request, '  '), ''];
  if (story !== undefined)
    lines.push(`Denied: ${story.reason}: ${story.summary}`, `Cure: ${story.cure}`, '', ...steps(story));
  if (seen !== undefined && Object.keys(seen).length > 0)
    lines.push('', tokenTitle(story?.verified), ...factLines(seen, '  '));
  if (reason !== undefined)
    lines.push(`${printable(reason.code)}: ${reason.summary}`, `Cure: ${hint ?? reason.cure}`);
  if (shadow !== undefined) {
    lines.push(
      `It was let through, but a rule in shadow mode would have denied it: ${shadow.reason}`,
      ...steps(shadow),
    );
  }
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function headline(outcome: Telling['outcome'], { id, method, path, status }: Telling['request']): string {
  const what =
    [method, path]
      .filter((part) => part !== undefined)
      .map(printableValue)
      .join(' ') || 'request';
  const ended = {
    passed: 'was let through: it passed every check',
    denied: 'was denied',
    failed: 'did not come to its end',
  }[outcome];
  return `${printable(id)}: ${what} ${ended} (${printableValue(status)})`;
}

function tokenTitle(verified: boolean | undefined): string {
  return verified
    ? 'The token (its signature had been verified)'
    : 'The token (its signature had NOT been verified: anyone may have written this)';
}

function steps({ steps: checks }: Story): string[] {
  return checks.flatMap(({ check, title, result, input, rule }) => [
    `  ${MARKS[result]}  ${printable(check).padEnd(18)} ${printable(title)}`,
    ...(result === 'not reached' ? [] : factLines(input, ' '.repeat(27))),
    ...(rule === undefined
      ? []
      : [`${' '.repeat(27)}rule, line ${rule.line} of the configuration: ${printable(rule.text)}`]),
  ]);
}
