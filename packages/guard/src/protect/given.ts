/** What was given for the issuer of this name; never anything that an object has of itself. */
export function given<T>(byName: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return byName !== undefined && Object.hasOwn(byName, name) ? byName[name] : undefined;
}
