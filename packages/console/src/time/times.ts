const UNITS = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** Claims that are times in seconds since 1970. */
const TIME_CLAIMS: ReadonlySet<string> = new Set([
  'exp',
  'nbf',
  'iat',
  'auth_time',
  'updated_at',
  'event_timestamp',
  'toe',
]);
/** Dates end here (ECMA-262 section 21.4.1.1), in seconds. */
const LAST = 8.64e12;

/** The moment that a claim stands for, in seconds since 1970; undefined when it is no time. */
export function momentOf(name: string, value: unknown): number | undefined {
  return TIME_CLAIMS.has(name) && typeof value === 'number' && Math.abs(value) <= LAST ? value : undefined;
}

/** How far a moment is from now, in the two largest units: `in 9 minutes 3 seconds`, `2 days 4 hours ago`. */
export function distance(moment: number, now: number): string {
  const seconds = Math.round(Math.abs(moment - now));
  const first = UNITS.findIndex(([, size]) => seconds >= size);
  if (first < 0) return 'now';
  let rest = seconds;
  const words = UNITS.slice(first, first + 2).flatMap(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`];
  });
  const text = words.join(' ');
  return moment > now ? `in ${text}` : `${text} ago`;
}

/** The same moment on the clock of this place, and in UTC. */
export function clocks(moment: number): { local: string; utc: string } {
  const date = new Date(moment * 1000);
  const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' }).format(date);
  return { local, utc: date.toISOString().replace('.000Z', 'Z') };
}

/** A date as people and programs write it: ISO 8601, with a time or without. */
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Seconds since 1970, or a date; undefined for nothing, null for anything else. */
export function readMoment(text: string): number | undefined | null {
  const bare = text.trim();
  if (bare === '') return undefined;
  if (/^\d{1,11}(?:\.\d+)?$/.test(bare)) return Number(bare);
  const parsed = DATE.test(bare) ? Date.parse(bare.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(parsed) ? null : parsed / 1000;
}
