/** Freezes a tree of JSON values in place, so that one cached token can be handed to many callers. */
export function deepFreeze<T>(value: T): T {
  if (!isTree(value)) return value;
  for (const item of Object.values(value)) if (isTree(item)) deepFreeze(item);
  return Object.freeze(value);
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
