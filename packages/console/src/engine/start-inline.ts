import packed from 'virtual:packed-engine';

/**
 * Starts the engine out of this very page, where it stands compressed: a page from file:// may load no other file. The
 * blob has the Content Security Policy of the page.
 */
export async function startEngine(): Promise<Worker> {
  const bytes = Uint8Array.fromBase64(packed);
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const script = new Blob([await new Response(unpacked).text()], { type: 'text/javascript' });
  const url = URL.createObjectURL(script);
  try {
    return new Worker(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}
