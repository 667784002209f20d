/**
 * The value at this path of the claims, by own properties only, so that a claim path such as `constructor` finds
 * nothing that the token did not say. undefined: not there; null counts as not there.
 */
export function claimValue(claims: unknown, path: readonly string[]): unknown {
  let value = claims;
  for (const segment of path) {
    if (
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      !Object.hasOwn(value, segment)
    ) {
      return undefined;
    }
    value = Reflect.get(value, segment);
  }
  return value === null ? undefined : value;
}

/** The items of a list of texts; undefined for anything else. */
export function textList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
