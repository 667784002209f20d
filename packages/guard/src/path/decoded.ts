/**
 * The text that a canonical path, or a part of one, stands for. What a delimiter such as ":" means does not depend on
 * its spelling to any common server, so paths are compared in this form. Slashes are never encoded in a canonical
 * path, and its UTF-8 is well formed, so segments stay what they are and this cannot throw.
 */
export function decoded(path: string): string {
  return path.includes('%') ? decodeURIComponent(path) : path;
}
