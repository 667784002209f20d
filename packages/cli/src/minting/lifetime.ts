import { CliError } from '../errors.ts';
import { printable } from '../terminal/printable.ts';

/** Seconds. Tokens for development need no more, and a stolen one should be worth little. */
export const MAX_LIFETIME = 3600;

const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

/**
 * `90s`, `10m`, `1h` in seconds.
 * @throws CliError when it is no such text, zero, or more than an hour
 */
export function parseLifetime(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9})([smh])$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNITS.get(unit) ?? Number.NaN);
  if (Number.isNaN(seconds) || seconds === 0) {
    throw new CliError(
      'usage',
      `--lifetime ${printable(text)} is not a lifetime; write it as 90s, 10m or 1h`,
    );
  }
  if (seconds > MAX_LIFETIME) {
    throw new CliError('refused', `--lifetime ${text} is refused: development tokens live at most 1h`);
  }
  return seconds;
}
