import type { Client } from '@portcullis/store';

/** A page may call us where its client sends people back to. */
export function isOriginOf({ kind, redirectUris }: Client, origin: string): boolean {
  return kind === 'spa' && redirectUris.some((uri) => URL.parse(uri)?.origin === origin);
}
