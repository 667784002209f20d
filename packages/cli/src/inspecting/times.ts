const TIME_CLAIMS: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at']);
const LARGEST_TIME = 8_640_000_000_000;

/** What a time claim means to people: the date, and how far it is from now. Undefined for anything else. */
export function timeInWords(claim: string, value: unknown, now: number): string | undefined {
  if (!TIME_CLAIMS.has(claim) || typeof value !== 'number' || Math.abs(value) > LARGEST_TIME)
    return undefined;
  const distance = span(Math.abs(value - now));
  return `${new Date(value * 1000).toISOString()}, ${value >= now ? `in ${distance}` : `${distance} ago`}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
] as const;

function span(seconds: number): string {
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1];
  return `${Math.floor(seconds / size)}${unit}`;
}
