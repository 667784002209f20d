/** The plain value at exactly this path; undefined when there is none. */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, segment) =>
      typeof value === 'object' && value !== null
        ? Object.getOwnPropertyDescriptor(value, segment)?.value
        : undefined,
    root,
  );
}
