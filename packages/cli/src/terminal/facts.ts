import { columns } from './columns.ts';
import { printable, printableValue } from './printable.ts';

/** Names and values of an object from outside, as an indented table. */
export function factLines(
  facts: object,
  indent: string,
  words: (name: string, value: unknown) => string | undefined = () => undefined,
): string[] {
  const rows = Object.entries(facts).map(([name, value]) => {
    const meaning = words(name, value);
    return [
      `${indent}${printable(name)}`,
      `${printableValue(value)}${meaning === undefined ? '' : `  (${meaning})`}`,
    ];
  });
  return columns(rows);
}
