import { readFileSync } from 'node:fs';

/** The version of this package, from its manifest: that lies one folder up, in the repository and when installed. */
export function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const named = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return named && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
