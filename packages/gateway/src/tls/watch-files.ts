import { unwatchFile, watchFile } from 'node:fs';

/** How often the files are looked at, and how long a change may go on before it is read. Milliseconds. */
const INTERVAL = 1000;
const SETTLE = 200;

/**
 * Calls back when files change: once for several that change together, as a certificate and its key do. Files that are
 * not there yet are watched too. Does not keep the process alive.
 *
 * @returns stops watching
 */
export function watchFiles(files: Iterable<string>, onChange: () => void): () => void {
  let settling: NodeJS.Timeout | undefined;
  const changed = (): void => {
    clearTimeout(settling);
    settling = setTimeout(onChange, SETTLE).unref();
  };
  const watched = new Set(files);
  for (const file of watched) watchFile(file, { interval: INTERVAL, persistent: false }, changed);
  return () => {
    clearTimeout(settling);
    for (const file of watched) unwatchFile(file, changed);
  };
}
